//! Each pair of vendors has a page with the effects of a move, computed from the capabilities that the OpenAPI
//! document publishes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use switchboard_api as api;

use crate::{
    app::{app, get, page, with_settings},
    html::{Element, Page},
};

/// The published support of one vendor, by the dotted names of the fields of agents.
type Support = BTreeMap<String, Value>;

/// Reads the support of each vendor from the OpenAPI document.
fn published() -> BTreeMap<String, Support> {
    fn collect(document: &Value, schema: &str, above: &str, found: &mut BTreeMap<String, Support>) {
        let properties = document["components"]["schemas"][schema]["properties"].as_object();
        for (name, property) in properties.into_iter().flatten() {
            let name = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
            if let Some(support) = property["x-vendor-support"].as_object() {
                for (vendor, support) in support {
                    found.entry(vendor.clone()).or_default().insert(name.clone(), support.clone());
                }
            } else if let Some(reference) = property["$ref"].as_str() {
                collect(document, reference.rsplit('/').next().unwrap(), &name, found);
            }
        }
    }
    let mut found = BTreeMap::new();
    collect(&api::document(), "Agent", "", &mut found);
    assert!(found.len() > 2);
    found
}

fn pairs(vendors: &BTreeMap<String, Support>) -> Vec<(&str, &str)> {
    let pairs = vendors.keys().flat_map(|from| vendors.keys().map(move |to| (from.as_str(), to.as_str())));
    pairs.filter(|(from, to)| from != to).collect()
}

fn address(from: &str, to: &str) -> String {
    format!("/docs/moving/{from}/{to}")
}

fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// Returns the rows below the heading with this anchor, up to the next heading, by field. Returns none if there is
/// no heading.
fn section<'a>(page: &'a Page, anchor: &str) -> BTreeMap<&'a str, &'a Element> {
    let main = page.within(page.by_id("content"));
    let after = main.iter().skip_while(|element| element.attribute("id") != anchor).skip(1);
    let within = after.take_while(|element| element.name != "h2");
    within
        .filter(|row| row.name == "tr")
        .map(|row| (row.attribute("data-field"), row))
        .filter(|it| !it.0.is_empty())
        .collect()
}

#[tokio::test]
async fn every_pair_of_vendors_has_a_page_to_which_the_table_leads() {
    let (vendors, index) = (published(), page("/docs/moving").await);
    for (from, to) in pairs(&vendors) {
        let page = page(&address(from, to)).await;
        assert_eq!(page.all(&["h1"]).next().unwrap().text, format!("Moving from {from} to {to}"));
        let link = index.all(&["a"]).find(|link| link.attribute("href") == address(from, to));
        let losses = ["lost", "substituted", "narrowed"].map(|anchor| section(&page, anchor).len());
        let counted =
            format!("{} essential{} other", section(&page, "refused").len(), losses.iter().sum::<usize>());
        assert_eq!(link.unwrap().text, counted, "{from} to {to}");
    }
}

#[tokio::test]
async fn a_field_that_only_the_old_vendor_has_is_lost_for_the_published_reason() {
    let vendors = published();
    let mut essential = 0;
    for (from, to) in pairs(&vendors) {
        let page = page(&address(from, to)).await;
        let (refused, lost) = (section(&page, "refused"), section(&page, "lost"));
        let is_held = |vendor: &str, field: &str| vendors[vendor][field]["support"] != "unsupported";
        let mut expected = BTreeSet::new();
        for field in vendors[from].keys().filter(|field| is_held(from, field) && !is_held(to, field)) {
            let there = &vendors[to][field];
            let rows = if there["essential"] == true { &refused } else { &lost };
            let row = rows.get(&**field).unwrap_or_else(|| panic!("{field} from {from} to {to}"));
            let said = format!("At {to}, the gateway cannot send this field. ");
            assert!(row.text.contains(&said), "{}", row.text);
            let reason = there["why"].as_str().map_or_else(|| "has this setting.".to_owned(), plain);
            assert!(row.text.contains(&reason), "{}", row.text);
            expected.insert(&**field);
        }
        essential += refused.len();
        assert_eq!(refused.into_keys().chain(lost.into_keys()).collect::<BTreeSet<_>>(), expected);
    }
    assert!(essential > 0);
}

#[tokio::test]
async fn an_essential_flag_refuses_the_move_only_with_its_essential_value() {
    for (from, to, field, said) in [
        ("qcall", "opencx", "call.record", "An agent that sets this field to false cannot move."),
        ("elevenlabs", "opencx", "privacy.redact", "An agent that sets this field to true cannot move."),
        ("qcall", "opencx", "opt_out.script", "An agent that sets this field cannot move."),
    ] {
        let page = page(&address(from, to)).await;
        let refused = section(&page, "refused");
        let row = refused.get(field).unwrap_or_else(|| panic!("{field}: {:?}", refused.keys()));
        assert!(row.text.contains(said), "{}", row.text);
    }
}

#[tokio::test]
async fn a_tighter_limit_narrows_the_field_and_the_way_back_widens_it() {
    let (there, back) = ("autocalls-2025", "autocalls-2026");
    let (narrower, wider) = (page(&address(there, back)).await, page(&address(back, there)).await);
    let narrowed = section(&narrower, "narrowed")["greeting.message"];
    assert!(narrowed.text.contains("the vendor accepts other or fewer values"), "{}", narrowed.text);
    assert!(narrowed.text.contains("up to 200 characters"), "{}", narrowed.text);
    assert!(section(&wider, "gained").contains_key("greeting.message"));
}

#[tokio::test]
async fn a_value_of_the_new_vendor_alone_is_substituted() {
    let page = page(&address("qcall", "opencx")).await;
    let row = section(&page, "substituted")["direction"];
    assert!(
        row.text.contains("At opencx, all agents have the same value. Always inbound and outbound"),
        "{}",
        row.text
    );
}

#[tokio::test]
async fn ids_are_chosen_again_and_aliases_move() {
    let page = page(&address("qcall", "autocalls-2026")).await;
    let chosen = section(&page, "chosen-again");
    assert!(
        chosen["voice.id"].text.contains("An alias from [voices] moves with the agent"),
        "{}",
        chosen["voice.id"].text
    );
    let to_choose = section(&page, "chosen-again");
    assert!(!to_choose.contains_key("language") && !to_choose.contains_key("name"), "{:?}", to_choose.keys());
}

#[tokio::test]
async fn values_that_only_the_new_vendor_needs_are_listed() {
    let (vendors, fields) = (published(), page("/docs/fields/agent").await);
    let rows = fields.all(&["tr"]).filter(|row| row.attributes.contains_key("data-field"));
    let cells =
        rows.flat_map(|row| fields.within(row).iter().map(|cell| (row.attribute("data-field"), cell)));
    let needed = cells.filter(|(_, cell)| cell.name == "td" && cell.text.contains("required here"));
    let needed: BTreeSet<_> = needed.map(|(field, cell)| (cell.attribute("data-vendor"), field)).collect();
    assert!(!needed.is_empty());
    let is_needed = |vendor: &str, field: &str| needed.contains(&(vendor, field));
    for (from, to) in pairs(&vendors) {
        let page = page(&address(from, to)).await;
        let needed = section(&page, "needed");
        for field in vendors[to].keys().filter(|field| is_needed(to, field) && !is_needed(from, field)) {
            let row = needed.get(&**field).unwrap_or_else(|| panic!("{field} from {from} to {to}"));
            assert!(row.text.contains("every agent needs a value"), "{}", row.text);
        }
    }
}

#[tokio::test]
async fn the_pages_have_the_names_of_the_configured_vendors() {
    const VENDORS: &str = "
        [vendors.a]
        adapter = \"opencx\"
        api_key = \"key-of-the-first-account\"
        [vendors.a-to-b]
        adapter = \"opencx\"
        api_key = \"key-of-the-second-account\"
        [vendors.b]
        adapter = \"elevenlabs\"
        api_key = \"key-of-the-third-account\"
    ";
    let app = with_settings(VENDORS).await;
    for (from, to, losses) in
        [("a", "a-to-b", 0..1), ("a-to-b", "a", 0..1), ("a-to-b", "b", 1..100), ("b", "a", 1..100)]
    {
        let reply = get(&app, &address(from, to)).await;
        assert_eq!(reply.status, 200, "{from} to {to}");
        let page = Page::read(&reply.text);
        assert_eq!(page.all(&["h1"]).next().unwrap().text, format!("Moving from {from} to {to}"));
        assert!(losses.contains(&section(&page, "lost").len()), "{from} to {to}");
    }
    for unknown in ["/docs/moving/a/a", "/docs/moving/a/opencx", "/docs/moving/a", "/docs/moving/a/b/c"] {
        assert_eq!(get(&app, unknown).await.status, 404, "{unknown}");
    }
}

#[tokio::test]
async fn the_tables_of_fields_and_the_guide_lead_to_the_moves() {
    let app = app().await;
    for path in ["/docs/fields/agent", "/docs/guides/migrations"] {
        let page = Page::read(&get(&app, path).await.text);
        let content = page.within(page.by_id("content"));
        assert!(content.iter().any(|link| link.attribute("href") == "/docs/moving"), "{path}");
    }
}
