//! The guides of the repository are pages.

use std::{fs, path::Path};

use crate::app::page;

/// The guides, each with the last part of its address and its file.
const GUIDES: [(&str, &str); 10] = [
    ("quickstart", "QUICKSTART.md"),
    ("routing", "ROUTING.md"),
    ("writes", "WRITES.md"),
    ("calls", "CALLS.md"),
    ("errors", "ERRORS.md"),
    ("pagination", "PAGINATION.md"),
    ("migrations", "MIGRATIONS.md"),
    ("cli", "CLI.md"),
    ("configuration", "CONFIGURATION.md"),
    ("operating", "OPERATING.md"),
];

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)).unwrap()
}

#[tokio::test]
async fn every_guide_is_a_page_with_its_sections_and_code() {
    for (name, source) in GUIDES {
        let (page, text) = (page(&format!("/docs/guides/{name}")).await, file(source));
        let main = page.by_id("content");
        let (title, _) = text.split_once('\n').unwrap();
        assert_eq!(page.all(&["h1"]).next().unwrap().text, title.trim_start_matches("# "), "{name}");
        let headings: Vec<_> =
            page.within(main).iter().filter(|it| it.name == "h2").map(|it| &*it.text).collect();
        let mut is_code = false;
        for line in text.lines() {
            is_code ^= line.starts_with("```");
            if let Some(heading) = line.strip_prefix("## ").filter(|_| !is_code) {
                assert!(headings.contains(&heading), "{name} has no section {heading:?}");
            }
            if is_code && !line.starts_with("```") {
                assert!(main.text.contains(line), "{name} does not tell {line:?}");
            }
        }
    }
}

#[tokio::test]
async fn code_leads_to_the_operation_problem_or_field_that_it_names() {
    let links = async |path: &str| {
        let page = page(path).await;
        let links = page.within(page.by_id("content")).iter().map(|link| link.attribute("href").to_owned());
        links.collect::<Vec<_>>()
    };
    for (guide, target) in [
        ("migrations", "/docs/operations/planMigration"),
        ("migrations", "/problems/loss_not_accepted"),
        ("quickstart", "/docs/fields/agent#agent.prompt.instructions"),
        ("quickstart", "/docs/guides/writes"),
        ("operating", "/docs/operations/listOperations"),
    ] {
        assert!(
            links(&format!("/docs/guides/{guide}")).await.iter().any(|link| link == target),
            "{guide}: {target}"
        );
    }
}

#[tokio::test]
async fn a_link_to_a_file_that_no_gateway_serves_is_text() {
    let page = page("/docs/guides/configuration").await;
    let main = page.by_id("content");
    assert!(main.text.contains("switchboard.default.toml"));
    assert!(!page.within(main).iter().any(|link| link.attribute("href").ends_with(".toml")));
}
