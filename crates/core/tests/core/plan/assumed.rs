//! Values that a vendor requires and the caller did not give.

use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    facts::CatalogueKind,
    rule::{Verdict, at, number, other_than, text, words},
};

use super::toy::{GadgetRules, Vendor, merging, plain, replacing, row};

#[test]
fn a_default_is_sent_at_creation_and_reported() {
    let rules = || GadgetRules {
        volume: at("/volume", number().scaled(10.0, "tenths")).required().default(json!(5)),
        ..plain()
    };
    let plan = merging(rules()).created(json!({}));
    assert_eq!(plan.document(), json!({ "name": "toy", "volume": 5 }));
    let told = row(&plan, "/volume");
    assert_eq!((told.verdict, told.sent.clone(), told.changed), (Verdict::Assumed, Some(json!(0.5)), false));
    assert_eq!(merging(rules()).created(json!({ "volume": 1 })).document()["volume"], 10);
}

#[test]
fn a_creation_states_the_default_that_the_vendor_would_apply() {
    let rules = || GadgetRules {
        volume: at("/volume", number().scaled(10.0, "tenths")).default(json!(5)).states_default(),
        ..plain()
    };
    let plan = merging(rules()).created(json!({}));
    assert_eq!(plan.document(), json!({ "name": "toy", "volume": 5 }));
    let told = row(&plan, "/volume");
    assert_eq!((told.verdict, told.sent.clone()), (Verdict::Assumed, Some(json!(0.5))));
    assert_eq!(told.why.as_deref(), Some("None was given; the gateway sends the vendor's default."));
    assert!(merging(rules()).created(json!({ "volume": 1 })).report.fields.is_empty());
    // An update sends it to no vendor, not even to one that replaces the record.
    for vendor in [merging(rules()), replacing(rules())] {
        let update = vendor.updated(json!({}), &json!({ "name": "toy" }), json!({ "script": "Hi!" }));
        assert_eq!((update.document().get("volume"), &update.report.fields[..]), (None, &[][..]));
    }
}

#[test]
fn a_default_beside_another_field_is_stated_only_with_it() {
    let rules = || GadgetRules {
        script: at("/script", text())
            .default_when("/volume", other_than(Value::Null), json!("(hum)"))
            .states_default(),
        ..plain()
    };
    assert_eq!(merging(rules()).created(json!({})).document(), json!({ "name": "toy" }));
    let plan = merging(rules()).created(json!({ "volume": 1 }));
    assert_eq!(plan.document(), json!({ "name": "toy", "volume": 1, "script": "(hum)" }));
    assert_eq!(row(&plan, "/script").verdict, Verdict::Assumed);
}

#[test]
fn a_stated_default_does_not_take_the_place_of_a_value_that_the_vendor_does_not_take() {
    let sound = at("/sound", words(&["rain"])).default(json!("rain")).states_default();
    let plan = merging(GadgetRules { script: sound, ..plain() }).created(json!({ "script": "fire" }));
    assert_eq!(plan.document(), json!({ "name": "toy" }));
    assert_eq!(row(&plan, "/script").verdict, Verdict::Unsupported);
}

#[test]
fn missing_values_without_a_default_are_reported_together() {
    let vendor = merging(GadgetRules {
        volume: at("/volume", number()).required(),
        script: at("/script", text()).required(),
        ..plain()
    });
    let error = vendor.creation(json!({})).unwrap_err();
    assert_eq!((error.kind, error.violations.len()), (Kind::FieldRequired, 2));
    assert_eq!(error.violations[0].detail, "/volume is required by the vendor.");
}

/// Checks that only a write of a whole record assumes values: a merging vendor keeps its values in an update.
#[test]
fn a_merging_vendor_is_assumed_nothing_for_in_an_update() {
    let vendor =
        merging(GadgetRules { volume: at("/volume", number()).required().default(json!(5)), ..plain() });
    assert_eq!(
        vendor.updated(json!({}), &json!({}), json!({ "script": "Hi!" })).document(),
        json!({ "script": "Hi!" })
    );
}

#[test]
fn a_replacing_vendor_gets_back_what_it_has_before_any_default() {
    let vendor =
        replacing(GadgetRules { volume: at("/volume", number()).required().default(json!(5)), ..plain() });
    let update = |held: Value| vendor.updated(json!({}), &held, json!({ "script": "Hi!" }));
    let plan = update(json!({ "name": "toy", "volume": 3 }));
    assert_eq!(plan.document()["volume"], 3);
    assert!(
        row(&plan, "/volume")
            .why
            .as_deref()
            .unwrap()
            .ends_with("the gateway sends the value that the vendor has.")
    );
    assert_eq!(update(json!({ "name": "toy" })).document()["volume"], 5);
    let cleared = vendor.updated(json!({ "volume": 3 }), &json!({ "name": "toy", "volume": 3 }), json!({}));
    assert_eq!(cleared.document()["volume"], 5);
}

#[test]
fn a_circumstance_may_ask_for_a_value_and_give_it() {
    let vendor = replacing(GadgetRules {
        script: at("/script", text())
            .required_when("/record", json!(true))
            .default(json!("Recording."))
            .default_when("/volume", json!(0), json!("(a sign)")),
        ..plain()
    });
    assert_eq!(vendor.created(json!({})).document().get("script"), None);
    // The flag comes after the script in the record, so the condition must read the body written so far.
    let held = json!({ "name": "toy", "record": true });
    let body = |after: Value| vendor.updated(json!({ "record": true }), &held, after).document();
    assert_eq!(body(json!({ "record": true, "volume": 1 }))["script"], "Recording.");
    assert_eq!(body(json!({ "record": true, "volume": 0 }))["script"], "(a sign)");
}

#[test]
fn a_default_stands_in_for_a_value_that_the_vendor_does_not_take() {
    let sound = || at("/sound", words(&["rain"]));
    let with = |rule| merging(GadgetRules { script: rule, ..plain() });
    let plan = with(sound().required().default(json!("rain"))).created(json!({ "script": "fire" }));
    assert_eq!(plan.document()["sound"], "rain");
    assert_eq!(
        row(&plan, "/script").verdict,
        Verdict::Unsupported,
        "what was asked is told, not what was assumed"
    );
    let error = with(sound().required()).creation(json!({ "script": "fire" })).unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss);
    assert_eq!(error.detail, "/script cannot be sent to the vendor: the vendor takes rain.");
}

#[test]
fn a_default_behind_an_unset_switch_is_off() {
    let vendor = merging(GadgetRules {
        volume: at("/volume", number()).switched_by("/is_loud").required().default(json!(5)),
        ..plain()
    });
    let plan = vendor.created(json!({}));
    assert_eq!(plan.document(), json!({ "name": "toy", "volume": 5, "is_loud": false }));
    assert!(row(&plan, "/volume").why.as_deref().unwrap().ends_with("the gateway switches the feature off."));
    assert_eq!(vendor.read(&plan.document()).volume, None);
}

/// Builds a vendor that stores a gadget's script in the member `mood`. If the script is omitted, the plan sends the mood of
/// the voice whose id is the gadget's name.
fn moody(required: bool) -> Vendor {
    let mood = at("/mood", text()).lookup(CatalogueKind::VOICES, "/name", &["/mood", "/labels/mood"]);
    let mood = if required { mood.required().known_by("voice") } else { mood };
    replacing(GadgetRules { script: mood, ..plain() })
}

#[test]
fn what_was_left_out_is_looked_up() {
    for (voice, mood) in [("ann", json!("warm")), ("bob", json!("dry"))] {
        let plan = moody(false).created(json!({ "name": voice }));
        assert_eq!(plan.document(), json!({ "name": voice, "mood": mood }));
        let told = row(&plan, "/script");
        assert_eq!((told.verdict, told.sent.clone()), (Verdict::Assumed, Some(mood)));
    }
    assert_eq!(moody(false).created(json!({ "name": "eve" })).document(), json!({ "name": "eve" }));
    assert_eq!(moody(false).created(json!({ "name": "ann", "script": "sad" })).document()["mood"], "sad");
}

#[test]
fn what_was_looked_up_goes_with_the_row_it_was_of() {
    let held = json!({ "name": "ann", "mood": "warm" });
    let update = |after: Value| moody(false).updated(json!({ "name": "ann" }), &held, after).document();
    assert_eq!(update(json!({ "name": "bob" })), json!({ "name": "bob", "mood": "dry" }));
    assert_eq!(update(json!({ "name": "eve" })), json!({ "name": "eve" }), "another voice's mood is none");
    assert_eq!(
        update(json!({ "name": "ann", "volume": 1 })),
        json!({ "name": "ann", "mood": "warm", "volume": 1 })
    );
}

#[test]
fn an_unlisted_row_is_known_by_its_id() {
    assert_eq!(moody(true).created(json!({ "name": "zoe" })).document()["mood"], json!({ "voice": "zoe" }));
    assert_eq!(moody(true).created(json!({ "name": "ann" })).document()["mood"], "warm");
}
