//! Catalogues of any kind: as facts, in rules and in published documents.

use serde_json::{Value, json};
use switchboard_core::{
    facts::{CatalogueEntry, CatalogueKind, Facts},
    rule::{Codec, Domain, catalogue_id},
};
use utoipa::PartialSchema;

use crate::codec::{refusal, taken};

/// A kind that is built outside the crate.
const PHONE_NUMBERS: CatalogueKind = CatalogueKind::new("phone_numbers", "the phone numbers of the account.");

fn entry(id: &str, name: &str) -> CatalogueEntry {
    CatalogueEntry {
        id: id.to_owned(),
        name: name.to_owned(),
        language: None,
        kind: None,
        document: Value::Null,
    }
}

#[test]
fn facts_hold_each_kind_by_itself() {
    let facts = Facts::NONE
        .with(CatalogueKind::VOICES, vec![entry("1", "Ada")])
        .with(PHONE_NUMBERS, vec![entry("1", "+15550100123"), entry("2", "+15550100124")]);
    assert_eq!(facts.by_id(CatalogueKind::VOICES, "1").unwrap().name, "Ada");
    assert_eq!(facts.by_id(PHONE_NUMBERS, "1").unwrap().name, "+15550100123");
    assert_eq!(facts.entries(PHONE_NUMBERS).len(), 2);
    assert!(facts.entries(CatalogueKind::MODELS).is_empty());
    assert!(facts.with(PHONE_NUMBERS, Vec::new()).entries(PHONE_NUMBERS).is_empty(), "the last list counts");
}

#[test]
fn a_rule_looks_values_up_in_a_catalogue_of_any_kind() {
    let codec = catalogue_id(PHONE_NUMBERS);
    let facts = Facts::NONE.with(PHONE_NUMBERS, vec![entry("pn_7", "+15550100123")]);
    assert_eq!(taken(&codec, &facts, &"+15550100123".to_owned()).wire, json!("pn_7"));
    assert_eq!(codec.decode(&json!("pn_7"), &facts).as_deref(), Some("+15550100123"));
    assert_eq!(refusal(&codec, &facts, &"+15550100999".to_owned()), Some(true));
    assert_eq!(json!(codec.domain()), json!({ "kind": "listed", "catalogue": "phone_numbers" }));
    assert_eq!(codec.conversion().as_deref(), Some("to the id in the vendor's list of phone numbers"));
}

#[test]
fn the_schema_names_the_registered_kinds() {
    let schema = serde_json::to_value(CatalogueKind::schema()).unwrap();
    assert_eq!(schema["enum"], json!(["voices", "languages", "models", "phone_numbers", "knowledge_bases"]));
    assert_eq!(schema["enum"], json!(CatalogueKind::ALL));
    let described = schema["description"].as_str().unwrap();
    assert!(described.starts_with("`voices`: the voices an agent can have. `languages`: "), "{described}");
    let domain = Domain::Listed { catalogue: CatalogueKind::MODELS };
    assert_eq!(json!(domain)["catalogue"], "models");
}
