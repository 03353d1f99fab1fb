//! Detection of drift: fields whose observed value differs from the value that was sent last.

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_core::{
    facts::{CatalogueEntry, CatalogueKind, Facts},
    plan::Translator,
    rule::{Unit, at, catalogue_id, facet, number, presence, text, unsupported},
};

use super::toy::{GadgetRules, Vendor, drifted, gadgets, merging, plain, replacing};

/// Returns the drift of a document that a vendor returns after one creation.
fn drift_of(rules: GadgetRules, desired: Value, document: Value) -> Vec<(String, Value, Value)> {
    let vendor = merging(rules);
    drifted(&vendor, &desired, &vendor.created(desired.clone()).report, &document)
}

fn drift_rows(field: &str, desired: Value, observed: Value) -> Vec<(String, Value, Value)> {
    vec![(field.to_owned(), desired, observed)]
}

#[test]
fn a_changed_value_has_drifted() {
    let desired = json!({ "volume": 1, "script": "a" });
    let answer = |volume: Value| json!({ "name": "toy", "volume": volume, "script": "a" });
    assert_eq!(drift_of(plain(), desired.clone(), answer(json!("1.0"))), [], "however it is spelled");
    let drift = drift_of(plain(), desired, answer(json!(0.5)));
    assert_eq!(drift, drift_rows("/volume", json!(1.0), json!(0.5)));
}

#[test]
fn a_value_that_is_gone_or_unreadable_has_drifted() {
    let desired = json!({ "volume": 1 });
    for answer in [
        json!({ "name": "toy" }),
        json!({ "name": "toy", "volume": null }),
        json!({ "name": "toy", "volume": [] }),
    ] {
        assert_eq!(
            drift_of(plain(), desired.clone(), answer),
            drift_rows("/volume", json!(1.0), Value::Null)
        );
    }
}

#[test]
fn what_has_no_desired_value_is_the_vendors_own() {
    assert_eq!(drift_of(plain(), json!({}), json!({ "name": "toy", "volume": 3, "script": "b" })), []);
}

#[test]
fn what_is_empty_is_nothing() {
    let desired = json!({ "further": [], "script": "" });
    assert_eq!(drift_of(plain(), desired.clone(), json!({ "name": "toy" })), []);
    let drift = drift_of(plain(), desired.clone(), json!({ "name": "toy", "further": ["ger"] }));
    assert_eq!(drift, drift_rows("/further", json!([]), json!(["de"])));
    let drift = drift_of(plain(), desired, json!({ "name": "toy", "further": ["?"] }));
    assert_eq!(drift, drift_rows("/further", json!([]), Value::Null), "what cannot be read is something");
}

#[test]
fn what_was_rounded_is_compared_as_it_was_sent() {
    let rules = || GadgetRules { volume: at("/volume", number().steps(0.5)), ..plain() };
    let holds = |volume: f64| json!({ "name": "toy", "volume": volume });
    let desired = json!({ "volume": 1.2 });
    assert_eq!(drift_of(rules(), desired.clone(), holds(1.0)), []);
    assert_eq!(drift_of(rules(), desired.clone(), holds(1.2)), [], "just what was asked is no drift");
    assert_eq!(drift_of(rules(), desired, holds(1.5)), drift_rows("/volume", json!(1), json!(1.5)));
}

#[test]
fn what_the_vendor_does_not_have_or_does_not_say_cannot_drift() {
    let rules = GadgetRules {
        volume: unsupported("It has none."),
        script: at("/script", text()).write_only(),
        ..plain()
    };
    let desired = json!({ "volume": 1, "script": "a" });
    assert_eq!(drift_of(rules, desired, json!({ "name": "toy", "volume": 2, "script": "b" })), []);
}

#[test]
fn what_answers_may_leave_out_has_drifted_only_where_they_say_it() {
    let rules = || GadgetRules { script: at("/script", text()).may_be_omitted(), ..plain() };
    let desired = json!({ "script": "a" });
    assert_eq!(drift_of(rules(), desired.clone(), json!({ "name": "toy" })), []);
    let drift = drift_of(rules(), desired, json!({ "name": "toy", "script": null }));
    assert_eq!(drift, drift_rows("/script", json!("a"), Value::Null));
}

#[test]
fn a_switch_that_was_turned_off_takes_its_value_along() {
    let rules = || {
        let mut rules = plain();
        rules.hook.url = facet("/hook", text());
        rules.hook.enabled = presence("/hook", "/hook/url", "A hook that is set is used.");
        rules.script = at("/script", text()).switched_by("/speaks");
        rules
    };
    let desired = json!({ "script": "a", "hook": { "url": "b", "enabled": true } });
    let vendor = replacing(rules());
    let report = vendor.created(desired.clone()).report;
    let after = |speaks: bool, hook: Value| {
        let answer = json!({ "name": "toy", "script": "a", "speaks": speaks, "hook": hook });
        drifted(&vendor, &desired, &report, &answer).into_iter().map(|(field, ..)| field).collect::<Vec<_>>()
    };
    assert_eq!(after(true, json!("b")), [""; 0]);
    assert_eq!(after(false, json!("b")), ["/script"]);
    assert_eq!(after(true, json!("c")), ["/hook/url"]);
    assert_eq!(after(true, Value::Null), ["/hook/url", "/hook/enabled"]);
}

#[test]
fn an_item_of_a_list_is_gone_where_the_list_lacks_it() {
    let desired = json!({ "tools": { "goodbye": "a", "exit": "b" } });
    let answer = json!({ "name": "toy", "tools": [{ "type": "exit", "to": "b" }] });
    assert_eq!(drift_of(plain(), desired, answer), drift_rows("/tools/goodbye", json!("a"), Value::Null));
}

#[test]
fn one_thing_by_its_id_or_its_name_is_the_same() {
    let row = CatalogueEntry {
        id: "7".to_owned(),
        name: "seven".to_owned(),
        language: None,
        kind: None,
        document: Value::Null,
    };
    let rules = GadgetRules { script: at("/model", catalogue_id(CatalogueKind::MODELS)), ..plain() };
    let vendor = Vendor { facts: Facts::default().with(CatalogueKind::MODELS, vec![row]), ..merging(rules) };
    for asked in ["7", "seven"] {
        let desired = json!({ "script": asked });
        let report = vendor.created(desired.clone()).report;
        let drift = |id: u32| drifted(&vendor, &desired, &report, &json!({ "name": "toy", "model": id }));
        assert_eq!(drift(7), []);
        assert_eq!(drift(8), drift_rows("/script", json!(asked), json!("8")));
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn what_a_faithful_vendor_holds_has_not_drifted(one in gadgets(), other in gadgets()) {
        for vendor in [merging(plain()), replacing(plain())] {
            let (one, other) = (json!(one), json!(other));
            let Ok(made) = vendor.creation(one.clone()) else { continue };
            prop_assert_eq!(drifted(&vendor, &one, &made.report, &made.document()), []);
            let Ok(plan) = vendor.update(one, &made.document(), other.clone()) else { continue };
            let held = vendor.after(&made.document(), &plan.document());
            prop_assert_eq!(drifted(&vendor, &other, &plan.report, &held), []);
        }
    }

    #[test]
    fn a_field_drifts_alone(one in gadgets(), other in gadgets()) {
        let vendor = merging(plain());
        let (one, other) = (json!(one), json!(other));
        let (Ok(kept), Ok(changed)) = (vendor.creation(one.clone()), vendor.creation(other)) else { return Ok(()) };
        let (asked, theirs) = (json!(vendor.read(&kept.document())), json!(vendor.read(&changed.document())));
        for row in Translator::new(&vendor, "toy").capabilities() {
            let Some(value) = theirs.pointer(&row.field).filter(|value| !value.is_null()) else { continue };
            let Some(was) = asked.pointer(&row.field) else { continue };
            let mut held = kept.document().clone();
            let place = row.vendor_fields[0];
            switchboard_core::rule::document_path::put(
                &mut held, place, switchboard_core::rule::document_path::get(&changed.document(), place).cloned().unwrap_or_default(),
            );
            let fields: Vec<_> = drifted(&vendor, &one, &kept.report, &held).into_iter().map(|(field, ..)| field).collect();
            let expected = if was == value { vec![] } else { vec![row.field.clone()] };
            prop_assert_eq!(fields, expected);
        }
    }
}

#[test]
fn both_styles_of_update_are_read_back() {
    for style in [Unit::Leaf, Unit::Document] {
        let vendor = Vendor { style, ..merging(plain()) };
        let (before, after) = (json!({ "script": "a" }), json!({ "script": "b" }));
        let held = vendor.created(before.clone()).document();
        let plan = vendor.updated(before, &held, after.clone());
        assert_eq!(
            drifted(&vendor, &after, &plan.report, &held),
            drift_rows("/script", json!("b"), json!("a"))
        );
    }
}
