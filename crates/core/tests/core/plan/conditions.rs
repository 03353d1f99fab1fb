//! Fields that a vendor takes only where another has a certain value.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    plan::Plan,
    rule::{Report, Verdict, at, text},
};

use super::toy::{GadgetRules, ToolsRules, Vendor, merging, plain, replacing, row};

const WHY: &str = "It speaks only while it records.";

fn speaking(vendor: fn(GadgetRules) -> Vendor) -> Vendor {
    let goodbye = at("/goodbye", text()).only_when("/record", json!(true), WHY);
    vendor(GadgetRules { tools: ToolsRules { goodbye, ..plain().tools }, ..plain() })
}

fn said(words: &str, record: bool) -> Value {
    json!({ "record": record, "tools": { "goodbye": words } })
}

fn verdict(plan: &Plan) -> Option<Verdict> {
    plan.report.row("/tools/goodbye").map(|row| row.verdict)
}

#[test]
fn where_the_circumstance_is_not_given_it_is_left_out_and_told() {
    for style in [merging, replacing] {
        let plan = speaking(style).created(said("Bye!", false));
        assert_eq!(plan.document(), json!({ "name": "toy", "record": false }));
        assert_eq!(row(&plan, "/tools/goodbye").why.as_deref(), Some(WHY));
        assert_eq!(speaking(style).created(said("Bye!", true)).document()["goodbye"], "Bye!");
    }
}

#[test]
fn a_replacing_vendor_forgets_it_with_the_circumstance() {
    let held = json!({ "name": "toy", "record": true, "goodbye": "Bye!" });
    let plan = speaking(replacing).updated(said("Bye!", true), &held, said("Bye!", false));
    assert_eq!(plan.document(), json!({ "name": "toy", "record": false }));
    assert_eq!(verdict(&plan), Some(Verdict::Unsupported));
}

#[test]
fn a_merging_vendor_knows_the_circumstance_better_than_a_body_without_it() {
    let vendor = speaking(merging);
    let held = json!({ "name": "toy", "record": true, "goodbye": "Bye!" });
    let plan = vendor.updated(said("Bye!", true), &held, said("Ciao!", true));
    assert_eq!((plan.document().clone(), verdict(&plan)), (json!({ "goodbye": "Ciao!" }), None));
    let off = vendor.updated(said("Bye!", true), &held, said("Ciao!", false));
    assert_eq!(
        (off.document().clone(), verdict(&off)),
        (json!({ "record": false }), Some(Verdict::Unsupported))
    );
}

#[test]
fn what_was_left_out_stays_told_in_updates_of_other_fields() {
    let vendor = speaking(merging);
    let made = vendor.created(said("Bye!", false));
    let next = |report: &Report, before: Value, after: Value| {
        vendor.update_after(before, &made.document(), Some(report), after).unwrap()
    };
    let mut louder = said("Bye!", false);
    louder["volume"] = json!(2);
    let later = next(&made.report, said("Bye!", false), louder.clone());
    assert_eq!(
        (later.document().clone(), verdict(&later)),
        (json!({ "volume": 2 }), Some(Verdict::Unsupported))
    );
    assert!(!row(&later, "/tools/goodbye").changed);
}

#[test]
fn what_was_left_out_is_sent_once_the_circumstance_is_given() {
    let vendor = speaking(merging);
    let made = vendor.created(said("Bye!", false));
    let update =
        vendor.update_after(said("Bye!", false), &made.document(), Some(&made.report), said("Bye!", true));
    let plan = update.unwrap();
    assert_eq!(plan.document(), json!({ "record": true, "goodbye": "Bye!" }));
    assert!(plan.report.fields.is_empty());
}

#[test]
fn essentials_are_refused_where_the_circumstance_is_not_given() {
    let vendor =
        merging(GadgetRules { help: at("/help", text()).only_when("/volume", json!(1), WHY), ..plain() });
    let error = vendor.creation(json!({ "volume": 2, "help": "+15550100123" })).unwrap_err();
    assert_eq!((error.kind, error.violations.len()), (Kind::CapabilityLoss, 1));
    assert!(vendor.creation(json!({ "volume": 1, "help": "+15550100123" })).is_ok());
}
