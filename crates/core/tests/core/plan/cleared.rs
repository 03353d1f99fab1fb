//! Values that are cleared.

use serde_json::{Value, json};
use switchboard_core::rule::{Rule, Verdict, at, number, text};

use super::toy::{GadgetRules, Vendor, merging, plain, replacing, row};

const HELD: fn() -> Value = || json!({ "name": "toy", "volume": 1, "script": "Hi!" });

fn with_script(rule: Rule<String>) -> GadgetRules {
    GadgetRules { script: rule, ..plain() }
}

fn cleared(vendor: &Vendor) -> switchboard_core::plan::Plan {
    vendor.updated(json!({ "volume": 1, "script": "Hi!" }), &HELD(), json!({ "volume": 1 }))
}

#[test]
fn a_merging_vendor_gets_null_and_a_replacing_one_nothing() {
    assert_eq!(cleared(&merging(plain())).document(), json!({ "script": null }));
    assert_eq!(cleared(&replacing(plain())).document(), json!({ "name": "toy", "volume": 1 }));
    assert!(cleared(&merging(plain())).sends() && cleared(&replacing(plain())).sends());
}

#[test]
fn what_stands_for_nothing_is_sent_and_read_as_nothing() {
    for vendor in [merging, replacing] {
        let vendor = vendor(with_script(at("/script", text()).cleared_by(json!("-"))));
        let plan = cleared(&vendor);
        assert_eq!(plan.document()["script"], "-");
        assert!(plan.report.fields.is_empty());
        assert_eq!(vendor.read(&vendor.after(&HELD(), &plan.document())).script, None);
    }
}

#[test]
fn an_inferred_empty_value_is_reported() {
    let vendor =
        merging(with_script(at("/script", text()).cleared_by_inference(json!(""), "It is believed to do.")));
    let plan = cleared(&vendor);
    assert_eq!(plan.document(), json!({ "script": "" }));
    let told = row(&plan, "/script");
    assert_eq!((told.verdict, told.wanted.clone()), (Verdict::Substituted, Some(Value::Null)));
    assert_eq!(vendor.read(&json!({ "name": "toy", "script": "" })).script, None);
}

#[test]
fn taking_back_may_be_setting_a_value() {
    let vendor = merging(with_script(at("/script", text()).cleared_as("Good day.".to_owned())));
    let plan = cleared(&vendor);
    assert_eq!(plan.document(), json!({ "script": "Good day." }));
    assert_eq!(row(&plan, "/script").verdict, Verdict::Assumed);
}

#[test]
fn a_field_that_cannot_be_cleared_is_reported_until_it_is_set_again() {
    let vendor = merging(with_script(at("/script", text()).cannot_clear("There is no way back.")));
    let plan = cleared(&vendor);
    assert_eq!((plan.document().clone(), plan.sends()), (json!({}), false));
    let told = row(&plan, "/script").clone();
    assert_eq!((told.verdict, told.changed), (Verdict::Unsupported, true));

    let report = Some(&plan.report);
    let later = vendor.update_after(json!({ "volume": 1 }), &HELD(), report, json!({ "volume": 2 })).unwrap();
    assert_eq!(later.document(), json!({ "volume": 2 }));
    let carried = row(&later, "/script");
    assert_eq!((carried.why.clone(), carried.changed), (told.why, false), "not by this write");

    let report = Some(&later.report);
    let set =
        vendor.update_after(json!({ "volume": 2 }), &HELD(), report, json!({ "volume": 2, "script": "Ho!" }));
    assert!(set.unwrap().report.fields.is_empty());
}

#[test]
fn what_is_set_only_when_made_is_neither_changed_nor_taken_back() {
    let vendor = merging(with_script(at("/script", text()).creation_only("It is made with it.")));
    assert_eq!(vendor.created(json!({ "script": "Hi!" })).document()["script"], "Hi!");

    let plan = vendor.updated(json!({ "script": "Hi!" }), &HELD(), json!({ "script": "Ho!" }));
    assert_eq!((plan.document().clone(), plan.sends()), (json!({}), false));
    assert_eq!(row(&plan, "/script").wanted, Some(json!("Ho!")));

    let before = json!({ "script": "Ho!" });
    let later = vendor
        .update_after(before, &HELD(), Some(&plan.report), json!({ "script": "Ho!", "volume": 1 }))
        .unwrap();
    assert_eq!(row(&later, "/script").wanted, Some(json!("Ho!")), "the vendor still says the first words");
    assert_eq!(row(&cleared(&vendor), "/script").verdict, Verdict::Unsupported);
}

#[test]
fn a_switch_is_enough_to_take_back() {
    let vendor =
        replacing(GadgetRules { volume: at("/volume", number()).switched_by("/is_loud"), ..plain() });
    let held = json!({ "name": "toy", "volume": 1, "is_loud": true });
    let plan = vendor.updated(json!({ "volume": 1 }), &held, json!({}));
    assert_eq!(plan.document(), json!({ "name": "toy", "is_loud": false }));
    assert_eq!(vendor.read(&plan.document()).volume, None);
}

#[test]
fn an_essential_that_cannot_be_taken_back_is_refused() {
    let vendor =
        merging(GadgetRules { help: at("/help", text()).cannot_clear("There is no way back."), ..plain() });
    let held = json!({ "name": "toy", "help": "+15550100123" });
    let error = vendor.update(json!({ "help": "+15550100123" }), &held, json!({})).unwrap_err();
    assert_eq!(error.detail, "/help cannot be sent to the vendor: There is no way back.");
}
