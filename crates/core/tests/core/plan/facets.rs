//! Several fields in one value of the vendor: a greeting that is empty if the caller speaks first.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    plan::{Handling, Planned, Transition, Translator},
    rule::{Verdict, at, besides, facet, number, reserved_value, text},
};

use super::toy::{
    GadgetRules, HookRules, Vendor, desired_of, drifted, membering, merging, plain, replacing, row,
};

/// Returns rules in which the script is the greeting, and `hook.enabled` is true if the gadget speaks first.
fn rules() -> GadgetRules {
    GadgetRules {
        script: facet("/greeting", besides("", text())),
        hook: HookRules { enabled: facet("/greeting", reserved_value("", false, true)), ..plain().hook },
        ..plain()
    }
}

fn vendors() -> [Vendor; 3] {
    [merging(rules()), membering(rules()), replacing(rules())]
}

fn greets(script: Option<&str>, first: Option<bool>) -> Value {
    let mut gadget = json!({ "hook": {} });
    if let Some(script) = script {
        gadget["script"] = json!(script);
    }
    if let Some(first) = first {
        gadget["hook"]["enabled"] = json!(first);
    }
    gadget
}

#[test]
fn fields_of_one_value_are_written_together() {
    for vendor in vendors() {
        let greeting =
            |script, first| vendor.created(greets(script, first)).document().get("greeting").cloned();
        assert_eq!(greeting(Some("Hi!"), Some(true)), Some(json!("Hi!")));
        assert_eq!(greeting(Some("Hi!"), None), Some(json!("Hi!")));
        assert_eq!(greeting(None, Some(false)), Some(json!("")));
        assert_eq!(greeting(None, Some(true)), Some(Value::Null));
        assert_eq!(greeting(None, None), None);
    }
}

#[test]
fn each_field_is_read_from_the_one_value() {
    for (greeting, script, first) in
        [(json!("Hi!"), Some("Hi!"), true), (json!(""), None, false), (Value::Null, None, true)]
    {
        let read = merging(rules()).read(&json!({ "name": "toy", "greeting": greeting }));
        assert_eq!((read.script.as_deref(), read.hook.enabled), (script, Some(first)));
    }
}

#[test]
fn a_field_that_a_later_one_leaves_no_room_for_is_reported() {
    for vendor in vendors() {
        let plan = vendor.created(greets(Some("Hi!"), Some(false)));
        assert_eq!(plan.document()["greeting"], "");
        let lost = row(&plan, "/script");
        assert_eq!((lost.verdict, lost.vendor_field.as_deref()), (Verdict::Unsupported, Some("/greeting")));
        assert_eq!(lost.why.as_deref(), Some("It is left out while /hook/enabled is false."));
        assert_eq!(plan.report.row("/hook/enabled"), None);
        assert_eq!(drifted(&vendor, &greets(Some("Hi!"), Some(false)), &plan.report, &plan.document()), []);
    }
}

#[test]
fn strict_handling_refuses_what_has_no_room() {
    let desired = desired_of(greets(Some("Hi!"), Some(false)));
    let refused = merging(rules()).plan(&Transition::Create, &desired, Handling::Strict).unwrap_err();
    assert_eq!((refused.kind, refused.violations.len()), (Kind::CapabilityLoss, 1));
}

#[test]
fn an_essential_field_without_room_is_refused() {
    let rules = GadgetRules {
        record: facet("/greeting", reserved_value("", false, true)),
        hook: HookRules { url: facet("/greeting", besides("", text())), ..plain().hook },
        ..plain()
    };
    let error = merging(rules).creation(json!({ "record": false, "hook": { "url": "a" } })).unwrap_err();
    assert_eq!(
        error.detail,
        "/record cannot be sent to the vendor: It is left out while /hook/url is \"a\"."
    );
}

#[test]
fn one_field_changes_and_the_others_are_written_again() {
    for vendor in vendors() {
        let update = |before: Value, after: Value| {
            let held = vendor.created(before.clone()).document();
            vendor.updated(before, &held, after)
        };
        let greeting = |before, after| update(before, after).document()["greeting"].clone();
        let (both, silent) = (greets(Some("Hi!"), Some(true)), greets(Some("Hi!"), Some(false)));
        assert_eq!(greeting(both.clone(), greets(Some("Ho!"), Some(true))), "Ho!");
        assert_eq!(greeting(both.clone(), silent.clone()), "");
        assert_eq!(greeting(silent.clone(), both.clone()), "Hi!");
        assert_eq!(greeting(both.clone(), greets(None, Some(true))), Value::Null);
        assert_eq!(greeting(silent, greets(Some("Ho!"), None)), "Ho!");
        let kept = update(both, greets(Some("Hi!"), None));
        assert!(!kept.sends() && kept.report.fields.is_empty(), "the vendor speaks first either way");
    }
}

#[test]
fn a_lost_field_stays_lost_and_is_not_sent_in_vain() {
    for vendor in vendors() {
        let silent = greets(Some("Hi!"), Some(false));
        let made = vendor.created(silent.clone());
        let mut louder = silent.clone();
        louder["volume"] = json!(2);
        let kept = vendor
            .update_after(silent.clone(), &made.document(), Some(&made.report), silent.clone())
            .unwrap();
        assert!(!kept.sends(), "{:?}", kept.document());
        let later = vendor.update_after(silent, &made.document(), Some(&made.report), louder).unwrap();
        assert_eq!(row(&later, "/script").verdict, Verdict::Unsupported);
        assert_eq!(later.document().get("greeting").unwrap_or(&json!("")), "");
    }
}

#[test]
fn a_vendor_that_merges_is_looked_at_before_its_shared_value_changes() {
    let vendor = merging(rules());
    let (before, after) =
        (desired_of(greets(None, Some(false))), desired_of(greets(Some("Hi!"), Some(false))));
    let step = Transition::Update { before: &before, observed: None, previous: None };
    let planned = vendor.plan(&step, &after, Handling::Lenient).unwrap();
    assert!(matches!(planned, Planned::NeedsObserved));
}

#[test]
fn a_value_that_stands_for_another_field_is_not_sent() {
    let plan = merging(rules()).created(greets(Some(""), None));
    assert_eq!(plan.document().get("greeting"), None);
    assert_eq!(row(&plan, "/script").verdict, Verdict::Unsupported);
}

#[test]
fn each_field_drifts_with_its_portion() {
    let vendor = merging(rules());
    let desired = greets(Some("Hi!"), Some(true));
    let report = vendor.created(desired.clone()).report;
    let fields = |greeting: Value| {
        let held = json!({ "name": "toy", "greeting": greeting });
        drifted(&vendor, &desired, &report, &held).into_iter().map(|(field, ..)| field).collect::<Vec<_>>()
    };
    assert_eq!(fields(json!("Hi!")), [""; 0]);
    assert_eq!(fields(json!("Ho!")), ["/script"]);
    assert_eq!(fields(json!("")), ["/script", "/hook/enabled"]);
}

#[test]
fn capabilities_name_the_shared_place_for_each_field() {
    let rules = GadgetRules { volume: at("/volume", number()), ..rules() };
    let rows = Translator::new(&merging(rules), "toy").capabilities();
    let field = |field: &str| rows.iter().find(|row| row.field == field).unwrap();
    assert_eq!(field("/script").vendor_fields, ["/greeting"]);
    assert_eq!(field("/hook/enabled").vendor_fields, ["/greeting"]);
    assert_eq!(field("/hook/enabled").conversion.as_deref(), Some("false as \"\""));
    assert!(field("/script").footprint.shared && !field("/volume").footprint.shared);
}
