//! Booleans that are true if the vendor has an object.

use std::slice::from_ref;

use serde_json::{Value, json};
use switchboard_core::rule::{Report, Verdict, existence};

use super::toy::{GadgetRules, Vendor, drifted, gadget, merging, plain, replacing, row};

/// Returns rules in which `record` is true if the vendor has the tool `recorder`.
fn rules() -> GadgetRules {
    GadgetRules {
        record: existence("/tools/[type=recorder]", &[("type", "recorder"), ("name", "r")]),
        ..plain()
    }
}

fn vendors() -> [Vendor; 2] {
    [merging(rules()), replacing(rules())]
}

/// Returns a vendor's document with these tools and one that the rules do not cover.
fn held(tools: &[Value]) -> Value {
    let own = [json!({ "type": "own", "free": 1 })];
    let all = [own.as_slice(), tools].concat();
    json!({ "name": "toy", "tools": all })
}

#[test]
fn true_creates_the_object_and_false_removes_it() {
    let recorder = json!({ "type": "recorder", "name": "r" });
    for vendor in vendors() {
        assert_eq!(vendor.created(json!({ "record": true })).document()["tools"], json!([recorder]));
        let plan = vendor.updated(json!({ "record": false }), &held(&[]), json!({ "record": true }));
        assert_eq!(plan.document()["tools"], held(from_ref(&recorder))["tools"]);
        let plan =
            vendor.updated(json!({ "record": true }), &held(from_ref(&recorder)), json!({ "record": false }));
        assert_eq!(plan.document()["tools"], held(&[])["tools"]);
        assert_eq!(plan.report.fields.len(), 0, "{:?}", plan.report);
    }
}

#[test]
fn an_object_keeps_what_the_vendor_added() {
    let recorder = json!({ "type": "recorder", "name": "r", "volume": 11 });
    for vendor in vendors() {
        let before = json!({ "record": true, "tools": { "exit": "door" } });
        let after = json!({ "record": true, "tools": { "exit": "gate" } });
        let exit = json!({ "type": "exit", "to": "door" });
        let plan = vendor.updated(before, &held(&[recorder.clone(), exit]), after);
        let exit = json!({ "type": "exit", "to": "gate" });
        assert_eq!(plan.document()["tools"], held(&[recorder.clone(), exit])["tools"]);
    }
}

#[test]
fn clearing_removes_the_object_and_says_so() {
    let recorder = json!({ "type": "recorder", "name": "r" });
    for vendor in vendors() {
        let plan = vendor.updated(json!({ "record": true }), &held(from_ref(&recorder)), json!({}));
        assert_eq!(plan.document()["tools"], held(&[])["tools"]);
        assert_eq!(
            (row(&plan, "/record").verdict, &row(&plan, "/record").sent),
            (Verdict::Assumed, &Some(json!(false)))
        );
    }
}

#[test]
fn a_list_without_the_object_says_false_and_no_list_says_nothing() {
    let vendor = merging(rules());
    assert_eq!(vendor.read(&held(&[])), gadget(json!({ "record": false })));
    assert_eq!(vendor.read(&held(&[json!({ "type": "recorder" })])), gadget(json!({ "record": true })));
    assert_eq!(vendor.read(&json!({ "name": "toy" })), gadget(json!({})));
    assert_eq!(vendor.read(&json!({ "name": "toy", "tools": null })), gadget(json!({ "record": false })));
}

#[test]
fn an_object_that_came_or_went_has_drifted() {
    let vendor = merging(rules());
    let drift = |desired: bool, tools: &[Value]| {
        drifted(&vendor, &json!({ "record": desired }), &Report::new(0, Vec::new()), &held(tools))
    };
    let recorder = [json!({ "type": "recorder" })];
    assert_eq!(drift(true, &recorder), []);
    assert_eq!(drift(false, &[]), []);
    assert_eq!(drift(true, &[]), [("/record".to_owned(), json!(true), json!(false))]);
    assert_eq!(drift(false, &recorder), [("/record".to_owned(), json!(false), json!(true))]);
}
