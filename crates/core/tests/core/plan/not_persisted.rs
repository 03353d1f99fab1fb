//! A field that the vendor accepted but did not store.

use serde_json::{Value, json};
use switchboard_core::{
    plan::Translator,
    rule::{Fidelity, Report, Summary, Verdict, at, number, text},
};

use super::toy::{GadgetRules, Vendor, desired_of, merging, plain, replacing};

fn rules() -> GadgetRules {
    GadgetRules { volume: at("/volume", number().steps(0.5)), script: at("/script", text()), ..plain() }
}

/// Returns the report of a creation whose record was read back.
fn read_back(vendor: &Vendor, asked: &Value, document: &Value) -> Report {
    let mut report = vendor.created(asked.clone()).report;
    let found = Translator::new(vendor, "toy")
        .with(&vendor.facts)
        .compare(&desired_of(asked.clone()), &report, document)
        .drift;
    report.mark_not_persisted(&found);
    report
}

/// Returns the report as read from the store.
fn stored(report: &Report) -> Report {
    serde_json::from_value(json!(report)).unwrap()
}

fn asked() -> Value {
    json!({ "volume": 1.2, "script": "a" })
}

#[test]
fn it_is_reported_with_the_sent_and_the_observed_value() {
    let report =
        read_back(&merging(rules()), &asked(), &json!({ "name": "toy", "volume": 2, "script": null }));
    let summary = Summary { exact: 1, not_persisted: 2, ..Summary::default() };
    assert_eq!((report.fidelity, &report.summary), (Fidelity::Partial, &summary));
    let volume = report.row("/volume").unwrap();
    assert_eq!(volume.verdict, Verdict::NotPersisted);
    assert_eq!((&volume.wanted, &volume.sent), (&Some(json!(1.2)), &Some(json!(1))));
    assert_eq!(volume.observed, Some(json!(2.0)));
    let script = json!(report.row("/script").unwrap());
    assert_eq!(script["verdict"], "not_persisted");
    assert_eq!((&script["wanted"], &script["sent"]), (&json!("a"), &json!("a")));
    assert_eq!((script.get("observed"), &script["vendor_field"]), (Some(&Value::Null), &json!("/script")));
    assert!(Verdict::NotPersisted.is_loss());
    assert_eq!(json!(stored(&report)), json!(report));
}

#[test]
fn it_was_of_this_write_or_had_drifted_before() {
    for vendor in [merging(rules()), replacing(rules())] {
        assert_eq!(vendor.created(asked()).changed, ["/name", "/volume", "/script"]);
        let held = json!({ "name": "toy", "volume": 1, "script": "a" });
        let changed = |desired: Value| vendor.updated(asked(), &held, desired).changed;
        assert_eq!(changed(json!({ "volume": 1.2, "script": "b" })), ["/script"]);
        assert_eq!(changed(json!({ "volume": 2, "script": "a" })), ["/volume"]);
        assert_eq!(changed(asked()), [""; 0]);
    }
}

#[test]
fn it_has_drifted_again_only_where_the_vendor_changed_it() {
    let vendor = merging(rules());
    let report = read_back(&vendor, &asked(), &json!({ "name": "toy", "volume": 2, "script": "a" }));
    let again = |volume: Value| {
        let document = json!({ "name": "toy", "volume": volume, "script": "a" });
        Translator::new(&vendor, "toy")
            .with(&vendor.facts)
            .compare(&desired_of(asked()), &report, &document)
            .drift
    };
    assert_eq!(again(json!(2)), []);
    assert_eq!(again(json!(1)), []);
    assert_eq!(again(json!(3))[0].observed, json!(3.0));
}

#[test]
fn it_is_reported_until_it_is_requested_again() {
    for vendor in [merging(rules()), replacing(rules())] {
        let held = json!({ "name": "toy", "volume": 2, "script": "b" });
        let report = stored(&read_back(&vendor, &asked(), &held));
        let next = |desired: Value| vendor.update_after(asked(), &held, Some(&report), desired).unwrap();
        let unrelated = next(json!({ "volume": 1.2, "script": "c" }));
        assert_eq!(unrelated.report.row("/volume"), report.row("/volume"));
        assert_eq!(unrelated.report.row("/script"), None, "what is written is told anew");
        assert_eq!(unrelated.report.summary.not_persisted, 1);
        let again = next(json!({ "volume": 1, "script": "a" }));
        assert_eq!(again.document()["volume"], 1);
        assert_eq!(again.report.row("/volume"), None);
        assert!(again.report.row("/script").is_some());
        let cleared = next(json!({ "script": "a" }));
        assert_eq!(cleared.report.row("/volume"), None, "what is taken back was not asked");
    }
}

#[test]
fn a_vendor_that_replaces_and_is_seen_to_hold_it_has_it() {
    let vendor = replacing(rules());
    let report = read_back(&vendor, &asked(), &json!({ "name": "toy", "volume": 1, "script": "b" }));
    let held = json!({ "name": "toy", "volume": 1, "script": "a" });
    let plan =
        vendor.update_after(asked(), &held, Some(&report), json!({ "volume": 2, "script": "a" })).unwrap();
    assert_eq!(plan.report.row("/script"), None);
}

#[test]
fn a_vendor_whose_answers_lag_is_taken_at_its_later_word() {
    let vendor = merging(rules());
    let mut report = read_back(&vendor, &asked(), &json!({ "name": "toy", "volume": 2, "script": "b" }));
    let document = json!({ "name": "toy", "volume": 1, "script": "a" });
    let kept = Translator::new(&vendor, "toy")
        .with(&vendor.facts)
        .compare(&desired_of(asked()), &report, &document)
        .regained;
    assert_eq!(kept, ["/volume", "/script"]);
    report.mark_persisted(&kept);
    let summary = Summary { exact: 2, substituted: 1, ..Summary::default() };
    assert_eq!((report.fidelity, &report.summary), (Fidelity::Approximate, &summary));
    assert_eq!(report.row("/volume").map(|row| &row.sent), Some(&Some(json!(1))));
    assert_eq!(report.row("/script"), None);
}
