//! Values that the vendor stores in several places, and numbers whose range depends on another field.

use serde_json::{Value, json};
use switchboard_core::{
    plan::Translator,
    rule::{Report, Verdict, at, at_each, number, text},
};

use super::toy::{GadgetRules, Vendor, drifted, membering, merging, plain, row};

fn spoken() -> GadgetRules {
    GadgetRules { script: at_each(&["/heard/script", "/hook/script"], text()), ..plain() }
}

#[test]
fn a_value_of_several_places_is_written_to_each() {
    for vendor in [merging(spoken()), membering(spoken())] {
        let made = vendor.created(json!({ "script": "Hi!" }));
        let expected = json!({ "name": "toy", "heard": { "script": "Hi!" }, "hook": { "script": "Hi!" } });
        assert_eq!(made.document(), expected);
        let changed = vendor.updated(json!({ "script": "Hi!" }), &expected, json!({ "script": "Ho!" }));
        assert_eq!(changed.document(), json!({ "heard": { "script": "Ho!" }, "hook": { "script": "Ho!" } }));
        let cleared = vendor.updated(json!({ "script": "Hi!" }), &expected, json!({})).document();
        assert_eq!(vendor.read(&vendor.after(&expected, &cleared)).script, None);
    }
}

#[test]
fn a_unit_that_is_replaced_keeps_its_copy_of_a_value() {
    let vendor = membering(spoken());
    let held = vendor.created(json!({ "script": "Hi!", "hook": { "url": "a" } })).document();
    let before = json!({ "script": "Hi!", "hook": { "url": "a" } });
    let after = json!({ "script": "Hi!", "hook": { "url": "b" } });
    let document = vendor.updated(before, &held, after).document();
    assert_eq!(document, json!({ "hook": { "url": "b", "script": "Hi!" } }));
}

#[test]
fn places_that_differ_are_no_value_and_have_drifted() {
    let vendor = merging(spoken());
    let held = json!({ "name": "toy", "heard": { "script": "Hi!" }, "hook": { "script": "Ho!" } });
    let observed = Translator::new(&vendor, "toy").decode(&held);
    assert_eq!((observed.state.record.script, observed.unread.len()), (None, 1));
    let report: Report = vendor.created(json!({ "script": "Hi!" })).report;
    let drift = drifted(&vendor, &json!({ "script": "Hi!" }), &report, &held);
    assert_eq!(drift, [("/script".to_owned(), json!("Hi!"), Value::Null)]);
}

fn ranged() -> Vendor {
    let volume = at("/volume", number());
    let volume = volume.domain_by("/script", &[("quiet", 0.0..=1.0), ("loud", 1.0..=5.0)]);
    merging(GadgetRules { script: at("/script", text()), volume, ..plain() })
}

#[test]
fn a_number_beyond_the_range_that_another_field_gives_is_not_sent() {
    // The rules write the volume first; the field that its range depends on is only in the observed state.
    let held = json!({ "name": "toy", "script": "quiet", "volume": 1 });
    let update = |volume: f64| {
        ranged().updated(
            json!({ "script": "quiet", "volume": 1 }),
            &held,
            json!({ "script": "quiet", "volume": volume }),
        )
    };
    assert_eq!(update(0.5).document(), json!({ "volume": 0.5 }));
    let lost = update(3.0);
    assert!(!lost.sends());
    assert_eq!(row(&lost, "/volume").verdict, Verdict::Unsupported);
    let rows = Translator::new(&ranged(), "toy").capabilities();
    let volume = rows.iter().find(|row| row.field == "/volume").unwrap();
    assert_eq!(json!(volume.domain), json!({ "kind": "number", "min": 0.0, "max": 5.0 }));
    assert!(volume.why.as_deref().unwrap().contains("1 to 5 for loud"));
}
