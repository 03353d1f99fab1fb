//! Fields that a vendor accepts only if another field has a certain value.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    plan::{Handling, Plan, Transition},
    rule::{Report, Verdict, at, flag, number, text, unsupported},
};

use super::toy::{
    GadgetRules, ToolsRules, Vendor, desired_of, membering, merging, plain, ready, replacing, row,
};

const WHY: &str = "It speaks only while it records.";

fn speaking(vendor: fn(GadgetRules) -> Vendor) -> Vendor {
    let goodbye = at("/goodbye", text()).only_when("/record", json!(true), WHY);
    vendor(GadgetRules { tools: ToolsRules { goodbye, ..plain().tools }, ..plain() })
}

fn with_goodbye(words: &str, record: bool) -> Value {
    json!({ "record": record, "tools": { "goodbye": words } })
}

fn verdict(plan: &Plan) -> Option<Verdict> {
    plan.report.row("/tools/goodbye").map(|row| row.verdict)
}

#[test]
fn if_the_condition_does_not_hold_the_field_is_omitted_and_reported() {
    for style in [merging, replacing] {
        let plan = speaking(style).created(with_goodbye("Bye!", false));
        assert_eq!(plan.document(), json!({ "name": "toy", "record": false }));
        assert_eq!(row(&plan, "/tools/goodbye").why.as_deref(), Some(WHY));
        assert_eq!(speaking(style).created(with_goodbye("Bye!", true)).document()["goodbye"], "Bye!");
    }
}

#[test]
fn a_replacing_vendor_forgets_it_with_the_circumstance() {
    let held = json!({ "name": "toy", "record": true, "goodbye": "Bye!" });
    let plan = speaking(replacing).updated(with_goodbye("Bye!", true), &held, with_goodbye("Bye!", false));
    assert_eq!(plan.document(), json!({ "name": "toy", "record": false }));
    assert_eq!(verdict(&plan), Some(Verdict::Unsupported));
}

#[test]
fn a_merging_vendor_knows_the_circumstance_better_than_a_body_without_it() {
    let vendor = speaking(merging);
    let held = json!({ "name": "toy", "record": true, "goodbye": "Bye!" });
    let plan = vendor.updated(with_goodbye("Bye!", true), &held, with_goodbye("Ciao!", true));
    assert_eq!((plan.document().clone(), verdict(&plan)), (json!({ "goodbye": "Ciao!" }), None));
    let off = vendor.updated(with_goodbye("Bye!", true), &held, with_goodbye("Ciao!", false));
    assert_eq!(
        (off.document().clone(), verdict(&off)),
        (json!({ "record": false }), Some(Verdict::Unsupported))
    );
}

#[test]
fn an_omitted_field_is_reported_in_updates_of_other_fields() {
    let vendor = speaking(merging);
    let made = vendor.created(with_goodbye("Bye!", false));
    let next = |report: &Report, before: Value, after: Value| {
        vendor.update_after(before, &made.document(), Some(report), after).unwrap()
    };
    let mut louder = with_goodbye("Bye!", false);
    louder["volume"] = json!(2);
    let later = next(&made.report, with_goodbye("Bye!", false), louder.clone());
    assert_eq!(
        (later.document().clone(), verdict(&later)),
        (json!({ "volume": 2 }), Some(Verdict::Unsupported))
    );
    assert!(!row(&later, "/tools/goodbye").changed);
}

#[test]
fn what_was_left_out_is_sent_once_the_circumstance_is_given() {
    let vendor = speaking(merging);
    let made = vendor.created(with_goodbye("Bye!", false));
    let update = vendor.update_after(
        with_goodbye("Bye!", false),
        &made.document(),
        Some(&made.report),
        with_goodbye("Bye!", true),
    );
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

/// Builds a vendor whose rule for the volume depends on a field that follows the volume in the rule set.
fn whispering(vendor: fn(GadgetRules) -> Vendor) -> Vendor {
    let volume = at("/voice/volume", number()).only_when("/voice/on", json!(true), WHY);
    vendor(GadgetRules { volume, record: at("/voice/on", flag()), ..plain() })
}

fn loud(volume: f64, record: bool) -> Value {
    json!({ "volume": volume, "record": record })
}

#[test]
fn a_condition_sees_a_field_that_stands_later_in_the_table() {
    for style in [merging, membering, replacing] {
        let vendor = whispering(style);
        let made = vendor.created(loud(1.0, true));
        assert_eq!(made.document()["voice"], json!({ "volume": 1, "on": true }));
        assert!(made.report.fields.is_empty());
        let lost = vendor.created(loud(1.0, false));
        assert_eq!(lost.document()["voice"], json!({ "on": false }));
        assert_eq!(row(&lost, "/volume").why.as_deref(), Some(WHY));
        // Both change in one write, away from the values that the vendor holds.
        let held = lost.document();
        let after =
            vendor.update_after(loud(1.0, false), &held, Some(&lost.report), loud(1.0, true)).unwrap();
        assert_eq!(after.document()["voice"], json!({ "on": true, "volume": 1 }));
        let off = vendor.updated(loud(1.0, true), &made.document(), loud(2.0, false));
        assert_eq!(row(&off, "/volume").verdict, Verdict::Unsupported);
        assert_eq!(off.document()["voice"], json!({ "on": false }));
    }
}

/// Plans an update without an observed state.
fn unseen(vendor: &Vendor, before: Value, after: Value) -> Plan {
    let before = desired_of(before);
    let step = Transition::Update { before: &before, observed: None, previous: None };
    ready(vendor.plan(&step, &desired_of(after), Handling::Lenient).unwrap())
}

#[test]
fn an_update_that_leaves_the_other_field_out_is_judged_by_its_last_value() {
    for vendor in [speaking(merging), speaking(membering)] {
        let lost = unseen(&vendor, with_goodbye("Bye!", false), with_goodbye("Ciao!", false));
        assert!(!lost.sends(), "{:?}", lost.document());
        assert_eq!(verdict(&lost), Some(Verdict::Unsupported));
        let sent = unseen(&vendor, with_goodbye("Bye!", true), with_goodbye("Ciao!", true));
        assert_eq!((sent.document(), verdict(&sent)), (json!({ "goodbye": "Ciao!" }), None));
    }
}

#[test]
fn an_update_that_leaves_the_other_field_out_is_judged_by_what_the_vendor_holds() {
    let vendor = speaking(merging);
    let words = |words: &str| json!({ "tools": { "goodbye": words } });
    let update = |record: Value| {
        let held = json!({ "name": "toy", "record": record, "goodbye": "Bye!" });
        vendor.updated(words("Bye!"), &held, words("Ciao!"))
    };
    assert_eq!(verdict(&update(json!(false))), Some(Verdict::Unsupported));
    assert_eq!(update(json!(true)).document(), json!({ "goodbye": "Ciao!" }));
    // The flag was changed at the vendor outside the gateway, and this write does not change it back.
    let held = json!({ "name": "toy", "record": false, "goodbye": "Bye!" });
    let drifted = vendor.updated(with_goodbye("Bye!", true), &held, with_goodbye("Ciao!", true));
    assert_eq!(verdict(&drifted), Some(Verdict::Unsupported));
}

#[test]
fn a_value_that_the_write_leaves_to_the_vendor_decides_nothing() {
    let words = |words: &str| json!({ "tools": { "goodbye": words } });
    let plan = unseen(&speaking(merging), words("Bye!"), words("Ciao!"));
    assert_eq!((plan.document(), verdict(&plan)), (json!({ "goodbye": "Ciao!" }), None));
}

#[test]
fn a_range_is_that_of_the_other_field_in_either_order() {
    for style in [merging, membering, replacing] {
        let volume = at("/voice/volume", number());
        let volume = volume.domain_by("/voice/kind", &[("quiet", 0.0..=1.0), ("loud", 1.0..=5.0)]);
        let vendor = style(GadgetRules { volume, script: at("/voice/kind", text()), ..plain() });
        let speaks = |script: &str, volume: f64| json!({ "script": script, "volume": volume });
        assert!(vendor.created(speaks("loud", 3.0)).report.fields.is_empty());
        let lost = vendor.created(speaks("quiet", 3.0));
        assert_eq!(lost.document()["voice"], json!({ "kind": "quiet" }));
        let held = vendor.created(speaks("loud", 3.0)).document();
        let both = vendor.updated(speaks("loud", 3.0), &held, speaks("quiet", 0.5));
        assert_eq!(both.document()["voice"], json!({ "volume": 0.5, "kind": "quiet" }));
        let other = vendor.updated(speaks("loud", 3.0), &held, speaks("quiet", 3.0));
        assert_eq!(row(&other, "/volume").verdict, Verdict::Unsupported);
    }
    let volume = at("/volume", number()).domain_by("/script", &[("quiet", 0.0..=1.0)]);
    let vendor = merging(GadgetRules { volume, ..plain() });
    let quiet = |volume: f64| json!({ "script": "quiet", "volume": volume });
    assert!(!unseen(&vendor, quiet(0.5), quiet(3.0)).sends());
    assert_eq!(unseen(&vendor, quiet(0.5), quiet(1.0)).document(), json!({ "volume": 1 }));
}

#[test]
fn conditions_may_depend_on_each_other_in_any_order() {
    let rules = || GadgetRules {
        volume: at("/volume", number()).only_when("/script", json!("a"), WHY),
        script: at("/script", text()).only_when("/record", json!(true), WHY),
        ..plain()
    };
    let gadget = |record: bool| json!({ "volume": 1, "script": "a", "record": record });
    for vendor in [merging(rules()), replacing(rules())] {
        assert!(vendor.created(gadget(true)).report.fields.is_empty());
        let lost = vendor.created(gadget(false));
        assert_eq!(lost.document(), json!({ "name": "toy", "record": false }));
        assert_eq!(lost.report.fields.len(), 2);
    }
    let held = replacing(rules()).created(gadget(true)).document();
    let update = replacing(rules()).updated(gadget(true), &held, gadget(false));
    assert_eq!(update.report.fields.len(), 2);
}

#[test]
fn a_condition_sees_a_field_under_its_name_of_creation_and_of_answers() {
    let rules = GadgetRules {
        volume: at("/volume", number()).only_when("/mode", json!("live"), WHY),
        script: at("/mode", text()).created_as("/kind").reads("/style"),
        ..plain()
    };
    let vendor = merging(rules);
    let gadget = |volume: f64, script: &str| json!({ "volume": volume, "script": script });
    let body = vendor.created(gadget(1.0, "live")).document();
    assert_eq!(body, json!({ "name": "toy", "volume": 1, "kind": "live" }));
    assert_eq!(row(&vendor.created(gadget(1.0, "dead")), "/volume").verdict, Verdict::Unsupported);
    let held = json!({ "name": "toy", "volume": 1, "style": "live" });
    let plan = vendor.updated(gadget(1.0, "live"), &held, gadget(2.0, "live"));
    assert_eq!(plan.document(), json!({ "volume": 2 }));
    let held = json!({ "name": "toy", "volume": 1, "style": "dead" });
    assert!(!vendor.updated(gadget(1.0, "live"), &held, gadget(2.0, "live")).sends());
}

#[test]
fn what_is_required_beside_another_value_is_seen_in_either_order() {
    let rules = || GadgetRules {
        volume: at("/volume", number())
            .required_when("/script", json!("loud"))
            .default(json!(1))
            .default_when("/script", json!("loud"), json!(5)),
        language: unsupported("It speaks none."),
        ..plain()
    };
    for vendor in [merging(rules()), replacing(rules())] {
        assert_eq!(vendor.created(json!({ "script": "loud" })).document()["volume"], 5);
        assert_eq!(vendor.created(json!({ "script": "soft" })).document().get("volume"), None);
    }
}
