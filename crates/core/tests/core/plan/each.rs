//! A list whose items the vendor keeps as objects of their own, to which a list of ids links.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    model::Language,
    plan::{Handling, PartState, Parts, Plan, Planned, StepAction, Steps, Transition, Translator},
    rule::{Part, Rules, Unit, at, languages, list, structured, text, unsupported},
};

use super::toy::{CODES, Gadget, GadgetRules, ToolsRules, desired_of, plain, ready};

struct Listed(GadgetRules);

const PARTS: &[Part] = &[
    Part::named("tool", Unit::Leaf).each("name").linked_at("/body/mind/tool_ids"),
    Part::named("body", Unit::Document),
];

impl Rules<Gadget> for Listed {
    fn rules(&self) -> &GadgetRules {
        &self.0
    }

    fn parts(&self) -> &'static [Part] {
        PARTS
    }
}

fn listed() -> Listed {
    Listed(GadgetRules {
        name: at("/body/name", text()),
        tools: ToolsRules {
            goodbye: at("/tool/[name=end]/text", text()),
            exit: at("/tool/[name=exit]/to", text()),
        },
        ..plain()
    })
}

fn without_tools() -> GadgetRules {
    let tools = ToolsRules { goodbye: unsupported("It has none."), exit: unsupported("It has none.") };
    GadgetRules { name: at("/body/name", text()), tools, ..plain() }
}

fn parts(keys: &[&str]) -> Parts {
    keys.iter().fold(Parts::NONE, |parts, key| parts.with(key, PartState::new(format!("{key}-1"))))
}

fn plan(
    parts: &Parts,
    step: &Transition<'_, Gadget>,
    desired: Value,
    unfinished: bool,
) -> switchboard_core::error::Result<Planned> {
    let vendor = listed();
    let translator = Translator::new(&vendor, "toy").with_parts(parts).unfinished(unfinished);
    translator.plan(step, &desired_of(desired), Handling::Lenient)
}

fn created(parts: &Parts, desired: Value) -> Plan {
    ready(plan(parts, &Transition::Create, desired, false).unwrap())
}

fn updated(parts: &Parts, before: Value, after: Value) -> Plan {
    let mut held = created(&Parts::NONE, before.clone()).document();
    held["body"]["mind"]["tool_ids"] = parts.items("tool").map(|(_, state)| json!(state.id)).collect();
    let before = desired_of(before);
    let step = Transition::Update { before: &before, observed: Some(&held), previous: None };
    ready(plan(parts, &step, after, false).unwrap())
}

/// Runs the steps, and gives each new object an id. Lists the action, the key and the body of each step.
fn sent(plan: Plan, parts: &Parts) -> Vec<(String, Value)> {
    let mut steps = Steps::new(plan.steps, parts.clone());
    let mut all = Vec::new();
    while let Some(step) = steps.next_step() {
        let action = match step.action {
            StepAction::Create(_) => "create",
            StepAction::Update(_) => "update",
            StepAction::Publish => "publish",
            StepAction::Delete => "delete",
        };
        all.push((format!("{action} {}", step.key()), step.body().cloned().unwrap_or_default()));
        let state = PartState::new(format!("{}-1", step.key()));
        steps.advance(state);
    }
    all
}

fn tools(goodbye: Option<&str>, exit: Option<&str>) -> Value {
    json!({ "tools": { "goodbye": goodbye, "exit": exit } })
}

fn both() -> Value {
    tools(Some("Bye!"), Some("door"))
}

fn body(ids: &[&str]) -> Value {
    json!({ "name": "toy", "mind": { "tool_ids": ids } })
}

#[test]
fn a_creation_makes_each_item_before_the_list_of_their_ids() {
    let expected = [
        ("create tool/end".to_owned(), json!({ "name": "end", "text": "Bye!" })),
        ("create tool/exit".to_owned(), json!({ "name": "exit", "to": "door" })),
        ("create body".to_owned(), body(&["tool/end-1", "tool/exit-1"])),
    ];
    assert_eq!(sent(created(&Parts::NONE, both()), &Parts::NONE), expected);
    let expected = [("create body".to_owned(), json!({ "name": "toy" }))];
    assert_eq!(sent(created(&Parts::NONE, json!({})), &Parts::NONE), expected);
}

#[test]
fn a_creation_goes_on_with_the_items_that_are_there() {
    let known = parts(&["tool/end", "tool/vain"]);
    let expected = [
        ("update tool/end".to_owned(), json!({ "name": "end", "text": "Bye!" })),
        ("create tool/exit".to_owned(), json!({ "name": "exit", "to": "door" })),
        ("create body".to_owned(), body(&["tool/end-1", "tool/exit-1"])),
        ("delete tool/vain".to_owned(), Value::Null),
    ];
    assert_eq!(sent(created(&known, both()), &known), expected);
}

#[test]
fn an_update_sends_the_items_that_change() {
    let known = parts(&["body", "tool/end", "tool/exit"]);
    let changed = sent(updated(&known, both(), tools(Some("Ciao!"), Some("door"))), &known);
    assert_eq!(changed, [("update tool/end".to_owned(), json!({ "name": "end", "text": "Ciao!" }))]);
    let renamed = updated(&known, both(), json!({ "name": "other", "tools": both()["tools"] }));
    let mut expected = body(&["tool/end-1", "tool/exit-1"]);
    expected["name"] = json!("other");
    assert_eq!(sent(renamed, &known), [("update body".to_owned(), expected)]);
    assert!(!updated(&known, both(), both()).sends());
}

#[test]
fn a_list_of_ids_stays_as_it_is_while_no_item_joins_or_leaves() {
    let known = parts(&["body", "tool/end", "tool/exit"]);
    let mut held = created(&Parts::NONE, both()).document();
    held["body"] = body(&["tool/exit-1", "by-hand", "tool/end-1"]);
    let before = desired_of(both());
    let step = Transition::Update { before: &before, observed: Some(&held), previous: None };
    let after = json!({ "name": "other", "tools": both()["tools"] });
    let renamed = sent(ready(plan(&known, &step, after, false).unwrap()), &known);
    assert_eq!(renamed[0].1["mind"], held["body"]["mind"]);
}

#[test]
fn an_update_makes_what_joins_the_list_and_removes_what_leaves_it() {
    let known = parts(&["body", "tool/end"]);
    let joined = sent(updated(&known, tools(Some("Bye!"), None), both()), &known);
    let expected = [
        ("create tool/exit".to_owned(), json!({ "name": "exit", "to": "door" })),
        ("update body".to_owned(), body(&["tool/end-1", "tool/exit-1"])),
    ];
    assert_eq!(joined, expected);
    let known = parts(&["body", "tool/end", "tool/exit"]);
    let left = sent(updated(&known, both(), tools(None, Some("door"))), &known);
    let expected =
        [("update body".to_owned(), body(&["tool/exit-1"])), ("delete tool/end".to_owned(), Value::Null)];
    assert_eq!(left, expected);
    let none = sent(updated(&known, both(), json!({})), &known);
    let names: Vec<_> = none.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["update body", "delete tool/end", "delete tool/exit"]);
    assert_eq!(none[0].1, body(&[]));
}

#[test]
fn an_update_after_an_unfinished_write_stores_the_ids_again() {
    let known = parts(&["body", "tool/end", "tool/exit"]);
    let held = json!({ "body": body(&[]), "tool": [] });
    let before = desired_of(both());
    let step = Transition::Update { before: &before, observed: Some(&held), previous: None };
    let again = sent(ready(plan(&known, &step, both(), true).unwrap()), &known);
    let ids = body(&["tool/end-1", "tool/exit-1"]);
    assert_eq!(again.last(), Some(&("update body".to_owned(), ids)));
}

#[test]
fn a_deletion_takes_every_item_after_the_list_of_their_ids() {
    let (vendor, known) = (listed(), parts(&["body", "tool/end", "tool/exit"]));
    let steps = Translator::new(&vendor, "toy").with_parts(&known).plan_deletion();
    let keys: Vec<_> = steps.iter().map(|step| step.key()).collect();
    assert_eq!(keys, ["body", "tool/end", "tool/exit"]);
}

/// A language as an object of its own.
#[derive(Serialize, Deserialize)]
struct Tongue {
    name: String,
}

#[test]
fn a_field_may_be_the_whole_list() {
    let tongue = structured(
        |language: &Language, _| Ok(Tongue { name: language.as_str().to_owned() }),
        |tongue: Tongue, _| Language::new(&tongue.name).ok(),
    );
    let vendor = Listed(GadgetRules { further: at("/tool", list(tongue)), ..without_tools() });
    let gadget = |tags: &[&str]| desired_of(json!({ "further": tags }));
    let (before, known) = (gadget(&["en", "de"]), parts(&["body", "tool/en", "tool/de"]));
    let translator = Translator::new(&vendor, "toy").with_parts(&known);
    let held =
        json!({ "body": body(&["tool/en-1", "tool/de-1"]), "tool": [{ "name": "en" }, { "name": "de" }] });
    assert_eq!(translator.decode(&held).state.record.further, before.record.further);
    let step = Transition::Update { before: &before, observed: Some(&held), previous: None };
    let changed = ready(translator.plan(&step, &gadget(&["de", "zh"]), Handling::Lenient).unwrap());
    let expected = [
        ("create tool/zh".to_owned(), json!({ "name": "zh" })),
        ("update body".to_owned(), body(&["tool/de-1", "tool/zh-1"])),
        ("delete tool/en".to_owned(), Value::Null),
    ];
    assert_eq!(sent(changed, &known), expected);
    let cleared = ready(translator.plan(&step, &desired_of(json!({})), Handling::Lenient).unwrap());
    let names: Vec<_> = sent(cleared, &known).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["update body", "delete tool/de", "delete tool/en"]);
}

#[test]
fn items_that_cannot_be_told_apart_are_refused() {
    let vendor = Listed(GadgetRules { further: at("/tool", list(languages(CODES))), ..without_tools() });
    let desired = desired_of(json!({ "further": ["en", "de"] }));
    let refused = Translator::new(&vendor, "toy").plan(&Transition::Create, &desired, Handling::Lenient);
    assert_eq!(refused.unwrap_err().kind, Kind::CapabilityLoss);
}
