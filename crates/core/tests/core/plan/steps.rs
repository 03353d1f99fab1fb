//! The steps of a plan for a vendor that stores a record as several objects.

use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_core::{
    plan::{Handling, PartState, Parts, Plan, StepAction, Steps, Transition, Translator, VendorStep},
    rule::{Part, Rules, Unit, at, number, text},
};

use super::toy::{Gadget, GadgetRules, HookRules, desired_of, plain, ready};

/// The rules for a gadget in two objects, with an additional hook if the record has one.
struct Several(GadgetRules);

const PARTS: &[Part] = &[
    Part::named("body", Unit::Member).published(),
    Part::named("hook", Unit::Leaf).optional().linked_at("/body/links/hook"),
    Part::named("mind", Unit::Document).linked_at("/body/links/mind"),
];

impl Rules<Gadget> for Several {
    fn rules(&self) -> &GadgetRules {
        &self.0
    }

    fn parts(&self) -> &'static [Part] {
        PARTS
    }
}

fn several() -> Several {
    Several(GadgetRules {
        name: at("/body/name", text()),
        volume: at("/body/sound/volume", number()),
        script: at("/mind/script", text()),
        hook: HookRules { url: at("/hook/url", text()), ..plain().hook },
        ..plain()
    })
}

fn parts(names: &[&str]) -> Parts {
    names.iter().fold(Parts::NONE, |parts, name| parts.with(name, PartState::new(format!("{name}-1"))))
}

fn created(parts: &Parts, desired: Value) -> Plan {
    let vendor = several();
    let translator = Translator::new(&vendor, "toy").with_parts(parts);
    ready(translator.plan(&Transition::Create, &desired_of(desired), Handling::Lenient).unwrap())
}

fn updated(parts: &Parts, before: Value, observed: &Value, after: Value) -> Plan {
    let (vendor, before) = (several(), desired_of(before));
    let step = Transition::Update { before: &before, observed: Some(observed), previous: None };
    ready(
        Translator::new(&vendor, "toy")
            .with_parts(parts)
            .plan(&step, &desired_of(after), Handling::Lenient)
            .unwrap(),
    )
}

/// Lists the action, the part and the body of each step.
fn shown(steps: &[VendorStep]) -> Vec<(String, Value)> {
    let show = |step: &VendorStep| {
        let action = match step.action {
            StepAction::Create(_) => "create",
            StepAction::Update(_) => "update",
            StepAction::Publish => "publish",
            StepAction::Delete => "delete",
        };
        (format!("{action} {}", step.part), step.body().cloned().unwrap_or_default())
    };
    steps.iter().map(show).collect()
}

/// Lists the steps as they are sent, with an id for each new part.
fn sent(plan: Plan, parts: Parts) -> Vec<(String, Value)> {
    let mut steps = Steps::new(plan.steps, parts);
    let mut all = Vec::new();
    while let Some(step) = steps.next_step() {
        let state = PartState::new(format!("{}-1", step.part));
        all.extend(shown(&[step]));
        steps.advance(state);
    }
    assert!(steps.is_finished());
    all
}

fn held() -> Value {
    json!({
        "body": { "name": "toy", "sound": { "volume": 1, "own": true }, "links": { "mind": "mind-1", "own": 1 } },
        "mind": { "script": "Hi!", "own": true },
    })
}

#[test]
fn a_creation_makes_what_is_linked_first_and_publishes_last() {
    let plan = created(&Parts::NONE, json!({ "script": "Hi!", "hook": { "url": "a" } }));
    let expected = [
        ("create hook".to_owned(), json!({ "url": "a" })),
        ("create mind".to_owned(), json!({ "script": "Hi!" })),
        ("create body".to_owned(), json!({ "name": "toy", "links": { "hook": "hook-1", "mind": "mind-1" } })),
        ("publish body".to_owned(), Value::Null),
    ];
    assert_eq!(sent(plan, Parts::NONE), expected);
}

#[test]
fn a_creation_goes_on_where_it_was_interrupted() {
    let made = parts(&["mind"]);
    let steps = sent(created(&made, json!({ "script": "Hi!" })), made);
    let names: Vec<_> = steps.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["update mind", "create body", "publish body"]);
    assert_eq!(steps[1].1["links"], json!({ "mind": "mind-1" }));
    let in_vain = parts(&["hook"]);
    let steps = sent(created(&in_vain, json!({})), in_vain);
    let names: Vec<_> = steps.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["create mind", "create body", "delete hook", "publish body"]);
}

#[test]
fn an_update_starts_each_unit_from_what_was_observed() {
    let known = parts(&["body", "mind"]);
    let before = json!({ "volume": 1, "script": "Hi!" });
    let louder = updated(&known, before.clone(), &held(), json!({ "volume": 2, "script": "Hi!" }));
    let expected = [
        ("update body".to_owned(), json!({ "sound": { "volume": 2, "own": true } })),
        ("publish body".to_owned(), Value::Null),
    ];
    assert_eq!(sent(louder, known.clone()), expected);
    let other = updated(&known, before.clone(), &held(), json!({ "volume": 1, "script": "Ho!" }));
    let expected = [
        ("update mind".to_owned(), json!({ "script": "Ho!", "own": true })),
        ("publish body".to_owned(), Value::Null),
    ];
    assert_eq!(sent(other, known.clone()), expected);
    assert!(!updated(&known, before.clone(), &held(), before).sends());
}

#[test]
fn an_optional_part_comes_with_its_first_value_and_goes_with_its_last() {
    let known = parts(&["body", "mind"]);
    let hooked = json!({ "script": "Hi!", "hook": { "url": "a" } });
    let plan = updated(&known, json!({ "script": "Hi!" }), &held(), hooked.clone());
    let expected = [
        ("create hook".to_owned(), json!({ "url": "a" })),
        ("update body".to_owned(), json!({ "links": { "mind": "mind-1", "own": 1, "hook": "hook-1" } })),
        ("publish body".to_owned(), Value::Null),
    ];
    assert_eq!(sent(plan, known), expected);
    let (known, mut observed) = (parts(&["body", "hook", "mind"]), held());
    observed["body"]["links"]["hook"] = json!("hook-1");
    observed["hook"] = json!({ "url": "a" });
    let plan = updated(&known, hooked, &observed, json!({ "script": "Hi!" }));
    let expected = [
        ("update body".to_owned(), json!({ "links": { "mind": "mind-1", "own": 1, "hook": null } })),
        ("delete hook".to_owned(), Value::Null),
        ("publish body".to_owned(), Value::Null),
    ];
    assert_eq!(sent(plan, known), expected);
}

/// Plans an update without a change, after a write that may have ended between two of its steps.
fn repeated(known: &Parts, desired: Value, observed: &Value, unfinished: bool) -> Plan {
    let (vendor, desired) = (several(), desired_of(desired));
    let step = Transition::Update { before: &desired, observed: Some(observed), previous: None };
    let translator = Translator::new(&vendor, "toy").with_parts(known).unfinished(unfinished);
    ready(translator.plan(&step, &desired, Handling::Lenient).unwrap())
}

#[test]
fn an_update_after_an_unfinished_write_links_and_publishes_again() {
    let (known, mut observed) = (parts(&["body", "hook", "mind"]), held());
    observed["hook"] = json!({ "url": "a" });
    let desired = json!({ "volume": 1, "script": "Hi!", "hook": { "url": "a" } });
    assert!(!repeated(&known, desired.clone(), &observed, false).sends());
    let plan = repeated(&known, desired.clone(), &observed, true);
    assert!(plan.changed.is_empty() && plan.report.fields.is_empty(), "no field changes");
    let expected = [
        ("update body".to_owned(), json!({ "links": { "mind": "mind-1", "own": 1, "hook": "hook-1" } })),
        ("publish body".to_owned(), Value::Null),
    ];
    assert_eq!(sent(plan, known.clone()), expected);
    // If the part that the unfinished write created is not known, the repeated write creates it and links to it.
    let lost = repeated(&parts(&["body", "mind"]), desired, &held(), true);
    let names: Vec<_> = shown(&lost.steps).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["create hook", "update body", "publish body"]);
}

#[test]
fn a_deletion_takes_what_links_before_what_is_linked() {
    let (vendor, known) = (several(), parts(&["body", "hook", "mind"]));
    let steps = Translator::new(&vendor, "toy").with_parts(&known).plan_deletion();
    let names: Vec<_> = steps.iter().map(|step| step.part).collect();
    assert_eq!(names, ["body", "mind", "hook"]);
}

#[test]
fn what_a_vendor_shows_once_is_kept_and_never_written_out() {
    let mut all = Parts::NONE.with("hook", PartState::new("h").with_secret("shown-once").at_version("1"));
    all.insert("hook", PartState::new("h"));
    let state = all.get("hook").unwrap();
    assert_eq!(state.secret.as_ref().unwrap().expose_secret(), "shown-once");
    assert_eq!(json!(all), json!({ "hook": { "id": "h", "version": "1" } }));
    assert!(!format!("{all:?}").contains("shown-once"));
    all.insert("hook", PartState::new("other"));
    assert!(all.get("hook").unwrap().secret.is_none(), "another object has another secret");
    let read: Parts = serde_json::from_value(json!({ "hook": { "id": "h" } })).unwrap();
    assert_eq!(read.id("hook").unwrap(), "h");
    assert!(read.id("mind").is_err());
}
