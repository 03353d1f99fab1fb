//! The body for values that are set or unchanged.

use serde_json::{Value, json};
use switchboard_core::{
    plan::{Handling, Planned, Transition, Translator},
    rule::{Support, Verdict, at, facet, fixed, flag, number, presence, text, unsupported, words},
};

use super::toy::{GadgetRules, HookRules, desired_of, gadget, merging, plain, ready, replacing, row};

#[test]
fn a_replacing_vendor_gets_back_unmodelled_members() {
    let held = json!({ "name": "toy", "volume": 1, "serial": 7, "tools": [{ "type": "own", "x": 1 }] });
    let plan = replacing(plain()).updated(json!({ "volume": 1 }), &held, json!({ "volume": 2 }));
    assert_eq!(
        plan.document(),
        json!({ "name": "toy", "volume": 2, "serial": 7, "tools": [{ "type": "own", "x": 1 }] })
    );
}

/// Checks that an unchanged value is sent to the vendor in the form in which it was read, because vendors have their
/// own forms.
#[test]
fn a_replacing_vendor_gets_back_what_stays_as_it_says_it() {
    let held = json!({ "name": "toy", "volume": "1.0", "record": 1 });
    let before = json!({ "volume": 1, "record": true });
    let plan =
        replacing(plain()).updated(before, &held, json!({ "volume": 1, "record": true, "script": "Hi!" }));
    assert_eq!(plan.document(), json!({ "name": "toy", "volume": "1.0", "record": 1, "script": "Hi!" }));
}

#[test]
fn a_replacing_vendor_that_drifted_gets_what_is_desired() {
    let held = json!({ "name": "toy", "volume": 3 });
    let plan =
        replacing(plain()).updated(json!({ "volume": 1 }), &held, json!({ "volume": 1, "script": "Hi!" }));
    assert_eq!(plan.document()["volume"], 1);
}

#[test]
fn only_a_replacing_vendor_has_to_be_looked_at_first() {
    let before = desired_of(json!({}));
    let step = Transition::Update { before: &before, observed: None, previous: None };
    let desired = desired_of(json!({ "volume": 1 }));
    let plan = |vendor: super::toy::Vendor| vendor.plan(&step, &desired, Handling::Lenient).unwrap();
    assert!(matches!(plan(replacing(plain())), Planned::NeedsObserved));
    assert_eq!(ready(plan(merging(plain()))).document(), json!({ "volume": 1 }));
}

#[test]
fn a_creation_writes_everything_under_the_names_of_creation() {
    let rules = GadgetRules { script: at("/script", text()).created_as("/first/words"), ..plain() };
    let vendor = merging(rules);
    let body = vendor.created(json!({ "script": "Hi!", "hook": { "url": "a" } })).document();
    assert_eq!(body, json!({ "name": "toy", "first": { "words": "Hi!" }, "hook": { "url": "a" } }));
    let plan = vendor.updated(json!({ "script": "Hi!" }), &json!({}), json!({ "script": "Ho!" }));
    assert_eq!(plan.document(), json!({ "script": "Ho!" }));
}

#[test]
fn answers_may_have_another_name_and_another_spelling() {
    let rules = GadgetRules {
        script: at("/script", text()).reads("/said"),
        volume: at("/volume", number()).reads_as("/loudness", number().scaled(10.0, "tenths")),
        help: at("/help", text()).write_only(),
        ..plain()
    };
    let held =
        json!({ "name": "toy", "said": "Hi!", "script": "old", "loudness": 5, "help": "+15550100123" });
    assert_eq!(merging(rules).read(&held), gadget(json!({ "script": "Hi!", "volume": 0.5 })));
}

#[test]
fn what_is_always_wanted_is_in_every_update() {
    let vendor = merging(GadgetRules { volume: at("/volume", number()).always(), ..plain() });
    let plan = vendor.updated(json!({ "volume": 1 }), &json!({}), json!({ "volume": 1, "script": "Hi!" }));
    assert_eq!(plan.document(), json!({ "volume": 1, "script": "Hi!" }));
    assert!(!vendor.updated(json!({ "volume": 1 }), &json!({}), json!({ "volume": 1 })).sends());
}

#[test]
fn what_makes_the_vendor_forget_has_the_rest_sent_again() {
    let vendor = merging(GadgetRules { script: at("/script", text()).resets_others(), ..plain() });
    let before = json!({ "volume": 1, "script": "Hi!", "hook": { "url": "a" } });
    let after = json!({ "volume": 1, "script": "Ho!", "hook": { "url": "a" } });
    let plan = vendor.updated(before.clone(), &json!({}), after);
    assert_eq!(
        plan.document(),
        json!({ "name": "toy", "volume": 1, "script": "Ho!", "hook": { "url": "a" } })
    );
    let other = json!({ "volume": 2, "script": "Hi!", "hook": { "url": "a" } });
    assert_eq!(vendor.updated(before, &json!({}), other).document(), json!({ "volume": 2 }));
}

#[test]
fn setting_marks_the_flag_beside_it_and_keeping_does_not() {
    let vendor =
        replacing(GadgetRules { script: at("/script", text()).also_sets("/script_changed"), ..plain() });
    let held = json!({ "name": "toy", "script": "Hi!" });
    let set = vendor.updated(json!({ "script": "Hi!" }), &held, json!({ "script": "Ho!" }));
    assert_eq!(set.document()["script_changed"], true);
    let kept = vendor.updated(json!({ "script": "Hi!" }), &held, json!({ "script": "Hi!", "volume": 1 }));
    assert_eq!(kept.document().get("script_changed"), None);
}

#[test]
fn a_switch_follows_its_value() {
    let vendor = merging(GadgetRules {
        volume: at("/volume", number()).switched_by("/is_loud"),
        script: at("/sound", text()).switched_by_unless("/is_sound", json!("off")),
        ..plain()
    });
    let body =
        |after: Value| vendor.updated(json!({ "volume": 1, "script": "rain" }), &json!({}), after).document();
    assert_eq!(body(json!({ "volume": 2, "script": "rain" })), json!({ "volume": 2, "is_loud": true }));
    assert_eq!(
        body(json!({ "script": "rain" })),
        json!({ "is_loud": false }),
        "the value may stay where it is"
    );
    assert_eq!(body(json!({ "volume": 1, "script": "off" })), json!({ "sound": "off", "is_sound": false }));
}

#[test]
fn a_value_that_is_switched_off_is_none() {
    let vendor = merging(GadgetRules {
        volume: at("/volume", number()).switched_by("/is_loud"),
        script: at("/sound", text()).switched_by_unless("/is_sound", json!("off")),
        ..plain()
    });
    let read = |held: Value| vendor.read(&held);
    assert_eq!(read(json!({ "name": "toy", "volume": 1, "is_loud": 0 })), gadget(json!({})));
    assert_eq!(read(json!({ "name": "toy", "volume": 1 })), gadget(json!({ "volume": 1 })));
    assert_eq!(read(json!({ "name": "toy", "sound": "rain", "is_sound": false })), gadget(json!({})));
    assert_eq!(
        read(json!({ "name": "toy", "sound": "off", "is_sound": false })),
        gadget(json!({ "script": "off" })),
        "being off is a value of its own here"
    );
}

#[test]
fn fixed_behaviour_of_the_vendor_is_reported() {
    let vendor = merging(GadgetRules {
        script: fixed("silence", "It cannot speak."),
        record: unsupported("It has no memory."),
        ..plain()
    });
    let plan = vendor.created(json!({ "script": "Hi!", "record": true }));
    assert_eq!(plan.document(), json!({ "name": "toy" }));
    let script = row(&plan, "/script");
    assert_eq!((script.verdict, script.sent.clone()), (Verdict::Substituted, Some(json!("silence"))));
    assert_eq!(row(&plan, "/record").why.as_deref(), Some("It has no memory."));
    let asked = vendor.created(json!({ "script": "silence" }));
    assert_eq!((asked.report.row("/script"), asked.report.summary.exact), (None, 2));
}

#[test]
fn having_the_other_value_is_being_on() {
    let vendor = || {
        replacing(GadgetRules {
            hook: HookRules {
                url: facet("/hook", text()),
                enabled: presence("/hook", "/hook/url", "The vendor has no switch."),
            },
            ..plain()
        })
    };
    let made = |hook: Value| vendor().created(json!({ "hook": hook }));
    let on = made(json!({ "url": "a", "enabled": true }));
    assert_eq!((on.document().get("hook"), on.report.fields.is_empty()), (Some(&json!("a")), true));
    assert_eq!(vendor().read(&on.document()), gadget(json!({ "hook": { "url": "a", "enabled": true } })));

    let off = made(json!({ "url": "a", "enabled": false }));
    assert_eq!(off.document()["hook"], Value::Null);
    let url = row(&off, "/hook/url");
    assert_eq!((url.verdict, url.vendor_field.as_deref()), (Verdict::Unsupported, Some("/hook")));
    assert_eq!(
        url.why.as_deref(),
        Some("The vendor has no switch. It is left out while /hook/enabled is false.")
    );

    let nothing = made(json!({ "enabled": true }));
    assert_eq!(row(&nothing, "/hook/enabled").verdict, Verdict::Unsupported);
}

#[test]
fn an_unknown_word_is_not_sent_but_reported() {
    let vendor = merging(GadgetRules { script: at("/sound", words(&["rain", "wind"])), ..plain() });
    let plan = vendor.created(json!({ "script": "fire" }));
    assert_eq!(plan.document(), json!({ "name": "toy" }));
    let told = row(&plan, "/script");
    assert_eq!((told.vendor_field.as_deref(), told.wanted.clone()), (Some("/sound"), Some(json!("fire"))));
    assert_eq!(told.why.as_deref(), Some("the vendor takes rain, wind."));
}

#[test]
fn what_cannot_be_read_is_named() {
    let vendor = merging(plain());
    let document = json!({ "name": "toy", "volume": "loud", "language": "xx", "record": null });
    let observed = Translator::new(&vendor, "toy").with(&vendor.facts).decode(&document);
    let unread: Vec<_> = observed.unread.iter().map(|unread| unread.field.as_str()).collect();
    assert_eq!(unread, ["/volume", "/language"]);
}

#[test]
fn capabilities_are_what_the_rules_say() {
    let vendor = merging(GadgetRules {
        volume: at("/volume", number().scaled(10.0, "tenths")).required().default(json!(5)),
        script: at("/script", text()).creation_only("Made with it."),
        record: unsupported("It has no memory."),
        help: at("/help", text()).cannot_clear("There is no way back.").write_only(),
        hook: HookRules { url: at("/hook", text()), enabled: at("/hook/on", flag()).note("A flag.") },
        ..plain()
    });
    let rows = Translator::new(&vendor, "toy").capabilities();
    let row = |field: &str| rows.iter().find(|row| row.field == field).unwrap();
    assert_eq!(row("/volume").default, Some(json!(0.5)), "in our unit");
    assert!(row("/volume").required && row("/volume").readable && !row("/name").clearable);
    assert_eq!((row("/script").support, row("/script").clearable), (Support::CreationOnly, false));
    assert_eq!((row("/record").support, row("/record").essential), (Support::Unsupported, true));
    assert_eq!((row("/help").clearable, row("/help").readable), (false, false));
    assert_eq!(row("/hook/enabled").why.as_deref(), Some("A flag."));
    assert_eq!(row("/tools/exit").vendor_fields, ["/tools/[type=exit]/to"]);
    assert_eq!(rows.len(), 11, "one row for each leaf");
}
