//! The files that the commands read, and errors in the files.

use std::collections::HashMap;

use serde_json::json;

use super::{filed, only, start};
use crate::harness::{Config, Harness};

#[tokio::test]
async fn all_errors_in_all_files_are_reported_together() {
    let harness = start().await;
    harness.write("agents/a.yaml", "external_ref: one\nname: [1\n");
    harness.write(
        "agents/b.yaml",
        "external_ref: two\nid: agt_1\nplacement: {}\nvoice: { speed: fast, sped: 1 }\nname: x\nname: y\n",
    );
    harness
        .write("agents/c.json", json!([filed("three", json!({})), { "name": "", "vendro": 1 }]).to_string());
    harness.write("agents/deep/d.yml", format!("---\n{}\n---\n{}\n", filed("three", json!({})), json!(7)));
    harness.write("agents/e.yaml", "id: agt_1\nsync: {}\nexternal_ref: ''\n");
    harness.write("agents/f.yaml", "# nothing\n");
    std::fs::write(harness.dir().join("agents/latin.yaml"), b"name: Caf\xe9\n").unwrap();
    harness.write("agents/notes.txt", "No agent.");
    harness.write("agents/.hidden/g.yaml", "No agent either.");
    let told = harness.cli(&["plan", "-f", "agents", "-f", "agents/notes.txt", "-f", "none", "--json"]).await;
    let told = told.json(1);
    let errors = told["errors"].as_array().unwrap().iter();
    let mut found: Vec<_> = errors
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            (text("file"), it["document"].as_u64(), text("pointer"), text("code"))
        })
        .collect();
    found.sort();
    let expected = [
        ("agents/a.yaml", None, "", "validation_failed"),
        ("agents/b.yaml", None, "/name", "duplicate_key"),
        ("agents/c.json", None, "/1/direction", "field_required"),
        ("agents/c.json", None, "/1/external_ref", "field_required"),
        ("agents/c.json", None, "/1/language", "field_required"),
        ("agents/c.json", None, "/1/name", "validation_failed"),
        ("agents/c.json", None, "/1/prompt/instructions", "field_required"),
        ("agents/c.json", None, "/1/vendro", "unknown_field"),
        ("agents/c.json", None, "/1/voice/id", "field_required"),
        ("agents/deep/d.yml", Some(1), "/external_ref", "already_exists"),
        ("agents/deep/d.yml", Some(2), "", "validation_failed"),
        ("agents/e.yaml", None, "/direction", "field_required"),
        ("agents/e.yaml", None, "/external_ref", "validation_failed"),
        ("agents/e.yaml", None, "/id", "unknown_field"),
        ("agents/e.yaml", None, "/language", "field_required"),
        ("agents/e.yaml", None, "/name", "field_required"),
        ("agents/e.yaml", None, "/prompt/instructions", "field_required"),
        ("agents/e.yaml", None, "/sync", "unknown_field"),
        ("agents/e.yaml", None, "/voice/id", "field_required"),
        ("agents/f.yaml", None, "", "validation_failed"),
        ("agents/latin.yaml", None, "", "validation_failed"),
        ("agents/notes.txt", None, "", "validation_failed"),
        ("none", None, "", "not_found"),
    ]
    .map(|(file, document, pointer, code)| (file.to_owned(), document, pointer.to_owned(), code.to_owned()));
    assert_eq!(found, expected);

    // Without `--json`, the command prints each error on a line of standard error, and nothing on standard output.
    let told = harness.cli(&["apply", "-f", "agents"]).await;
    assert_eq!((told.code, told.out.as_str()), (1, ""));
    for line in [
        "agents/b.yaml: /name: This member is named more than once. (duplicate_key)",
        "agents/deep/d.yml (document 2): ",
    ] {
        assert!(told.err.lines().any(|it| it.starts_with(line)), "{line} in {}", told.err);
    }
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn one_file_may_have_several_agents_in_either_notation() {
    let harness = start().await;
    let agent = |name: &str| filed(name, json!({}));
    harness.write("agents/b/list.json", json!([agent("4"), agent("5")]).to_string());
    harness.write("agents/a.yaml", format!("{}\n---\n- {}\n- {}\n", agent("1"), agent("2"), agent("3")));
    let told = harness.cli(&["diff", "-f", "agents", "--json"]).await.json(2);
    let agents = told["agents"].as_array().unwrap().iter();
    let found: Vec<_> = agents.map(|it| (it["external_ref"].clone(), it["file"].clone())).collect();
    let (yaml, list) = (json!("agents/a.yaml"), json!("agents/b/list.json"));
    let expected = [("1", &yaml), ("2", &yaml), ("3", &yaml), ("4", &list), ("5", &list)];
    assert_eq!(found, expected.map(|(external_ref, file)| (json!(external_ref), file.clone())));
}

#[tokio::test]
async fn yaml_is_taken_as_it_looks() {
    let harness = start().await;
    let text = "
external_ref: 0755
name: yes
direction: inbound
language: no
prompt: &p { instructions: 1_000 }
labels: { on: off, date: 2024-01-01, tilde: '~' }
voice: { id: qv-aurora }
";
    harness.write("agents/a.yaml", text);
    let told = harness.cli(&["diff", "-f", "agents/a.yaml", "--json"]).await.json(2);
    let fields = only(&told)["differences"].as_array().unwrap().iter();
    let fields: HashMap<_, _> = fields.map(|it| (it["field"].as_str().unwrap(), &it["after"])).collect();
    for (field, expected) in [
        ("/external_ref", json!("0755")),
        ("/name", json!("yes")),
        ("/language", json!("no")),
        ("/prompt/instructions", json!("1_000")),
        ("/labels", json!({ "on": "off", "date": "2024-01-01", "tilde": "~" })),
    ] {
        assert_eq!(fields[field], &expected, "{field}");
    }
}

/// Checks that a number which the parser would round is refused, in both notations.
#[tokio::test]
async fn a_number_beyond_64_bits_is_refused() {
    let harness = start().await;
    let agent = filed("a", json!({ "metadata": { "account": 4711 } })).to_string();
    for (file, number, refused) in [
        ("a.yaml", "18446744073709551616", true),
        ("a.yaml", "-9223372036854775809", true),
        ("a.yaml", "18446744073709551615", false),
        ("a.yaml", "'18446744073709551616'", false),
        ("a.json", "18446744073709551616", true),
        ("a.yaml", "1e300", false),
        ("a.yaml", "{ note: '18446744073709551616', number: 1e30 }", false),
        ("a.json", "1e30", false),
    ] {
        harness.write(file, agent.replace("4711", number));
        let told = harness.cli(&["diff", "-f", file, "--json"]).await;
        if !refused {
            told.json(2);
            continue;
        }
        let told = told.json(1);
        assert_eq!(told["errors"][0]["pointer"], "/metadata/account", "{number} in {file}: {told}");
        assert!(told["errors"][0]["detail"].as_str().unwrap().contains("send others as strings"), "{told}");
    }
}

#[tokio::test]
async fn a_directory_without_agents_is_rather_a_wrong_name() {
    let harness = start().await;
    std::fs::create_dir(harness.dir().join("agents")).unwrap();
    let told = harness.cli(&["apply", "-f", "agents", "--prune", "--label", "team=sales"]).await;
    assert_eq!(told.code, 1, "{told:?}");
    assert!(told.err.contains("agents: There is no"), "{}", told.err);
}

#[tokio::test]
async fn a_pin_is_accepted_and_printed() {
    let harness = start().await;
    harness.write_agent("pinned", json!({ "vendor": "qcall" }));
    let told = harness.cli(&["diff", "-f", "agents", "--json"]).await.json(2);
    assert_eq!(told["warnings"][0]["pointer"], "/vendor");
    let told = harness.cli(&["diff", "-f", "agents"]).await.expect(2);
    assert!(told.contains("agents/pinned.json: /vendor: "), "{told}");
}

#[tokio::test]
async fn the_manuals_example_is_one() {
    let tables = "[routing]\ndefault = \"qcall\"\n[voices.warm-female]\nqcall = \"qv-aurora\"\n[models.fast]\nqcall = \"1\"\n".to_owned();
    let harness = Harness::with(Config { tables, ..Config::default() }).await;
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/CLI.md")).unwrap();
    let example =
        manual.split("```yaml file=agents/reception.yaml\n").nth(1).unwrap().split("```").next().unwrap();
    harness.write("agents/reception.yaml", example);
    harness.cli(&["plan", "-f", "agents"]).await.expect(2);
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    harness.cli(&["plan", "-f", "agents"]).await.expect(0);
}
