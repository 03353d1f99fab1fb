//! Every field in the request bodies on the vendors' original reference pages can be set through the API.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk},
    harness::{Harness, SeenRequest},
};

/// The body fields of each page (`*` stands for any item of a list), and merge patches that together set all
/// fields.
const PAGES: &str = include_str!("../data/seed_pages.json");

#[tokio::test]
async fn every_field_of_the_first_pages_is_within_reach() {
    let harness = Harness::start().await;
    for page in serde_json::from_str::<Vec<Value>>(PAGES).unwrap() {
        let vendor = Vendor::named(page["vendor"].as_str().unwrap()).unwrap();
        let route = page["route"].as_str().unwrap();
        let new = if route == "/v1/trunks" { trunk() } else { agent(vendor) };
        let made = harness.create(route, &new).await;
        let known = harness.seen(vendor).await.len();
        for settings in page["settings"].as_array().unwrap() {
            harness.patch(&made.path, settings).await.expect(200);
        }
        let seen = harness.seen(vendor).await.split_off(known);
        seen.iter().for_each(SeenRequest::keeps_the_contract);
        let bodies: Vec<_> = seen
            .into_iter()
            .filter(|seen| page["operation"] == *seen.operation)
            .map(|seen| seen.body)
            .collect();
        for field in page["fields"].as_array().unwrap() {
            let path: Vec<_> = field.as_str().unwrap().split('/').skip(1).collect();
            let values: BTreeSet<_> = bodies.iter().map(|body| found(body, &path)).collect();
            assert!(
                values.iter().any(|values| !values.is_empty()),
                "{field} is never sent: {}",
                page["page"]
            );
            // If a field always has the same value, it is sent but the caller cannot set it.
            assert!(values.len() > 1, "{field} is always {values:?}: {}", page["page"]);
        }
    }
}

/// Returns the values at a path, as JSON strings.
fn found(value: &Value, path: &[&str]) -> BTreeSet<String> {
    match path {
        [] => BTreeSet::from([value.to_string()]),
        ["*", rest @ ..] => {
            value.as_array().into_iter().flatten().flat_map(|item| found(item, rest)).collect()
        }
        [name, rest @ ..] => value.get(name).map(|value| found(value, rest)).unwrap_or_default(),
    }
}
