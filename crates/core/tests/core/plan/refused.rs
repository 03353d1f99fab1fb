//! Fields that must not be lost, and fields whose loss strict handling refuses.

use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind},
    plan::{Handling, Planned, Transition},
    rule::{at, flag, integer_id, number, text, unsupported},
};

use super::toy::{GadgetRules, Vendor, desired_of, merging, plain, ready, replacing};

const HELP: &str = "+15550100123";

fn helpless(vendor: fn(GadgetRules) -> Vendor) -> Vendor {
    vendor(GadgetRules {
        help: unsupported("It has no telephone."),
        record: unsupported("It has no memory."),
        script: unsupported("It has no voice."),
        ..plain()
    })
}

fn refused(error: Error) -> Vec<String> {
    assert_eq!(error.kind, Kind::CapabilityLoss);
    let pointer = |place: &InputLocation| match place {
        InputLocation::Pointer(pointer) => pointer.clone(),
        other => panic!("not in the body: {other:?}"),
    };
    error.violations.iter().map(|violation| pointer(&violation.location)).collect()
}

#[test]
fn essential_losses_are_refused_and_others_reported() {
    for style in [merging, replacing] {
        let error =
            helpless(style).creation(json!({ "help": HELP, "record": false, "script": "Hi!" })).unwrap_err();
        assert_eq!(refused(error), ["/help", "/record"]);
        let plan = helpless(style).created(json!({ "record": true, "script": "Hi!" }));
        assert_eq!(plan.report.summary.unsupported, 2, "recording may be lost, not recording may not");
    }
}

/// Checks that the loss of an essential field is only reported, not refused, if the write changes another field.
#[test]
fn essentials_that_stay_do_not_stand_in_the_way_of_others() {
    let before = json!({ "help": HELP });
    let plan =
        helpless(merging).updated(before, &json!({ "name": "toy" }), json!({ "help": HELP, "volume": 1 }));
    assert_eq!(plan.document(), json!({ "volume": 1 }));
    assert_eq!(plan.report.row("/help").map(|row| row.changed), Some(false));
}

#[test]
fn giving_up_what_was_never_there_is_no_loss() {
    let plan = helpless(merging).updated(json!({ "record": true, "script": "Hi!" }), &json!({}), json!({}));
    assert_eq!((plan.sends(), plan.report.fields.len()), (false, 0));
}

#[test]
fn a_value_that_would_say_something_else_is_refused_in_both_handlings() {
    let vendor = || merging(GadgetRules { script: at("/script", integer_id()), ..plain() });
    for handling in [Handling::Lenient, Handling::Strict] {
        let error = vendor()
            .plan(&Transition::Create, &desired_of(json!({ "script": "seven" })), handling)
            .unwrap_err();
        assert_eq!(refused(error), ["/script"]);
    }
    // The value was accepted before this rule existed. A merging vendor does not get it again.
    let plan =
        vendor().updated(json!({ "script": "seven" }), &json!({}), json!({ "script": "seven", "volume": 1 }));
    assert_eq!(plan.document(), json!({ "volume": 1 }));
}

#[test]
fn strict_refuses_every_loss_that_this_write_asks_for() {
    let vendor = merging(GadgetRules {
        volume: at("/volume", number().steps(0.5).within(0.0..=1.0)),
        script: at("/script", text().max_len(3)),
        record: at("/record", flag()).required().default(json!(false)),
        ..plain()
    });
    let desired = desired_of(json!({ "volume": 0.7, "script": "Hello!" }));
    let error = vendor.plan(&Transition::Create, &desired, Handling::Strict).unwrap_err();
    assert_eq!(
        error.violations[1].detail,
        "/volume is rounded at the vendor: The vendor takes steps of 0.5."
    );
    assert_eq!(
        refused(error),
        ["/script", "/volume"],
        "what was assumed was not asked for, and what is lost is first"
    );

    let before = desired.clone();
    let louder = |volume: Value| {
        let after = desired_of(json!({ "volume": volume, "script": "Hello!" }));
        let step = Transition::Update { before: &before, observed: None, previous: None };
        vendor.plan(&step, &after, Handling::Strict)
    };
    let Ok(Planned::Ready(plan)) = louder(json!(0.5)) else {
        panic!("the loss of before is not of this write")
    };
    assert_eq!(plan.document(), json!({ "volume": 0.5 }));
    assert_eq!(refused(louder(json!(7)).unwrap_err()), ["/volume"]);
}

#[test]
fn strict_gets_what_lenient_gets_where_nothing_is_lost() {
    let vendor = merging(plain());
    let plan = |handling| {
        vendor.plan(&Transition::Create, &desired_of(json!({ "volume": 0.7 })), handling).map(ready).unwrap()
    };
    assert_eq!(plan(Handling::Strict), plan(Handling::Lenient));
}
