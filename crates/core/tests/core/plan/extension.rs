//! `extensions.<adapter>`: the settings that only one vendor has, next to the record.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    model::{FieldReader, Fields},
    plan::Translator,
    rule::{Unit, Verdict, at, number, text},
};

use super::toy::{Vendor, merging, plain, row};

/// The settings that only the toy vendor has.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Extra {
    /// The colour of the toy.
    #[field(max_len = 5)]
    pub colour: Option<String>,
    /// The weight of the toy, in grams.
    #[field(min = 0.0)]
    pub weight: Option<f64>,
}

fn rules() -> ExtraRules {
    ExtraRules { colour: at("/paint", text()), weight: at("/grams", number().steps(1.0)) }
}

fn vendor(style: Unit) -> Vendor {
    Vendor { style, extension: Some(Box::new(rules())), ..merging(plain()) }
}

fn toy(colour: &str) -> Value {
    json!({ "extensions": { "toy": { "colour": colour }, "other": { "colour": "blue" } } })
}

#[test]
fn it_crosses_by_its_own_rules_and_others_do_not() {
    let plan = vendor(Unit::Leaf).created(toy("red"));
    assert_eq!(plan.document(), json!({ "name": "toy", "paint": "red" }));
    assert_eq!(row(&plan, "/extensions/toy/colour").verdict, Verdict::Extension);
    assert_eq!(plan.report.summary.extension, 1);
}

#[test]
fn it_is_changed_and_taken_back_as_the_record_is() {
    let held = json!({ "name": "toy", "paint": "red", "serial": 7 });
    let merge = |after: Value| vendor(Unit::Leaf).updated(toy("red"), &held, after).document();
    assert_eq!(merge(toy("green")), json!({ "paint": "green" }));
    assert_eq!(merge(toy("red")), json!({}));
    assert_eq!(merge(json!({})), json!({ "paint": null }));
    let replaced = vendor(Unit::Document).updated(toy("red"), &held, json!({})).document();
    assert_eq!(replaced, json!({ "name": "toy", "serial": 7 }));
}

#[test]
fn its_losses_are_losses() {
    let plan = vendor(Unit::Leaf).created(json!({ "extensions": { "toy": { "weight": 1.5 } } }));
    assert_eq!(row(&plan, "/extensions/toy/weight").verdict, Verdict::Rounded);
}

#[test]
fn it_is_read_back_where_the_vendor_has_any_of_it() {
    let vendor = vendor(Unit::Leaf);
    let read = |document: Value| {
        Translator::new(&vendor, "toy").with(&vendor.facts).decode(&document).state.extensions
    };
    assert_eq!(Value::Object(read(json!({ "paint": "red" }))), json!({ "toy": { "colour": "red" } }));
    assert!(read(json!({ "name": "toy" })).is_empty());
}

#[test]
fn it_is_checked_below_its_own_pointer() {
    let extension = vendor(Unit::Leaf).extension.unwrap();
    let mut from = FieldReader::default();
    extension.check("/extensions/toy", &json!({ "colour": "orange", "wieght": 1, "weight": -1 }), &mut from);
    let error = from.finish().unwrap_err();
    let told: Vec<_> = error.violations.iter().map(|violation| violation.detail.as_str()).collect();
    assert_eq!(
        told,
        [
            "There is no field \"wieght\"; did you mean \"weight\"?",
            "/extensions/toy/colour must have at most 5 characters, not 6.",
            "/extensions/toy/weight must be at least 0, not -1.",
        ]
    );
    assert_eq!(error.violations[0].code, Kind::UnknownField);
    assert_eq!(extension.normalize(&json!({ "weight": 1, "colour": null })), json!({ "weight": 1.0 }));
}

#[test]
fn its_rows_are_among_the_capabilities() {
    let fields: Vec<_> =
        Translator::new(&vendor(Unit::Leaf), "toy").capabilities().into_iter().map(|row| row.field).collect();
    assert!(fields.ends_with(&["/extensions/toy/colour".to_owned(), "/extensions/toy/weight".to_owned()]));
}
