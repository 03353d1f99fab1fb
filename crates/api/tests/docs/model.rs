//! Every field of the model is on the page, and its cell for each vendor agrees with the OpenAPI document.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use switchboard_api as api;

use crate::app::page;

/// Lists the fields below a schema for which the document states vendor support, by their dotted names. A schema without
/// properties, such as a closed set of values, has none.
fn fields<'a>(
    document: &'a Value,
    schema: &str,
    above: &str,
    found: &mut Vec<(String, &'a Map<String, Value>)>,
) {
    for (name, property) in
        document["components"]["schemas"][schema]["properties"].as_object().into_iter().flatten()
    {
        let name = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        if let Some(support) = property["x-vendor-support"].as_object() {
            found.push((name, support));
        } else if let Some(reference) = property["$ref"].as_str().or(property["oneOf"][0]["$ref"].as_str()) {
            fields(document, reference.rsplit('/').next().unwrap(), &name, found);
        }
    }
}

fn plain(markdown: &str) -> String {
    markdown.replace('`', "")
}

async fn check(record: &str, schema: &str, is_held: impl Fn(&str) -> bool) {
    let (page, document) = (page(&format!("/docs/fields/{record}")).await, api::document());
    let mut expected = Vec::new();
    fields(&document, schema, "", &mut expected);
    expected.retain(|(name, _)| is_held(name));
    assert!(expected.len() > 2);
    for (name, support) in &expected {
        let row = page.by_id(&format!("{record}.{name}"));
        let cells: Vec<_> = page.within(row).iter().filter(|element| element.name == "td").collect();
        let cells: Vec<_> = cells.iter().filter(|cell| cell.attributes.contains_key("data-vendor")).collect();
        let vendors: BTreeSet<_> = cells.iter().map(|cell| cell.attribute("data-vendor")).collect();
        assert_eq!(cells.len(), vendors.len(), "{name}");
        assert_eq!(vendors, support.keys().map(String::as_str).collect(), "{name}");
        for cell in cells {
            let (vendor, text) = (cell.attribute("data-vendor"), &cell.text);
            let said = &support[vendor];
            let word = match said["support"].as_str().unwrap() {
                "supported" => "yes",
                "creation_only" => "at creation",
                "fixed" => "fixed",
                _ if said.get("with_calls").is_some() => "with each call",
                _ => "no",
            };
            assert!(text.starts_with(word), "{name} at {vendor}: {text}");
            for told in ["limits", "why", "conversion"].iter().filter_map(|member| said[*member].as_str()) {
                assert!(
                    plain(text).contains(&plain(told)),
                    "{name} at {vendor} does not say {told:?}: {text}"
                );
            }
            for field in said["vendor_fields"].as_array().into_iter().flatten() {
                let field = field.as_str().unwrap().trim_start_matches('/').replace('/', ".");
                assert!(text.contains(&field), "{name} at {vendor} does not name {field}");
            }
        }
    }
    let rows = page.elements().filter(|row| row.attributes.contains_key("data-field"));
    let rows = rows.filter(|row| row.attribute("id").starts_with(&format!("{record}.")));
    let shown: BTreeSet<_> = rows.map(|row| row.attribute("data-field").to_owned()).collect();
    assert_eq!(shown, expected.into_iter().map(|(name, _)| name).collect());
}

#[tokio::test]
async fn every_field_of_an_agent_has_a_cell_for_each_vendor() {
    check("agent", "Agent", |_| true).await;
}

/// Skips the extensions: agents and trunks share their schema, but no vendor has an extension for trunks.
#[tokio::test]
async fn every_field_of_a_trunk_has_a_cell_for_each_vendor() {
    check("trunk", "Trunk", |name| !name.starts_with("extensions.")).await;
}

#[tokio::test]
async fn every_field_of_a_request_to_place_a_call_has_a_cell_for_each_vendor() {
    check("call", "NewCall", |_| true).await;
}

#[tokio::test]
async fn fields_that_only_the_gateway_stores_are_marked() {
    let page = page("/docs/fields/agent").await;
    let section = page.by_id("agent");
    let kept: Vec<_> = page
        .within(section)
        .iter()
        .filter(|element| {
            element.attribute("aria-label").starts_with("Fields of the agent that only the gateway keeps")
        })
        .collect();
    let [table] = kept[..] else { panic!("{} tables", kept.len()) };
    let names: BTreeSet<_> = page
        .within(table)
        .iter()
        .filter(|cell| cell.attribute("scope") == "row")
        .map(|cell| cell.text.split(' ').next().unwrap())
        .collect();
    for name in ["id", "placement", "sync", "translation", "revision", "vendor", "labels", "metadata"] {
        assert!(names.contains(name), "{name}: {names:?}");
    }
    assert!(
        !names.contains("name") && !names.contains("voice") && !names.contains("extensions"),
        "{names:?}"
    );
}
