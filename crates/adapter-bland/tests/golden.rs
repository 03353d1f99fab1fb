//! The request bodies for Bland, as snapshots for reviewers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_bland::FACTORY;
use switchboard_core::{
    error::{Kind, Result},
    facts::Facts,
    model::{Agent, read},
    plan::{Desired, Handling, Plan, Planned, Transition, Translator},
    vendor::Adapter,
};

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

/// Builds the agent of the trial with these top-level members replaced.
fn agent(change: Value) -> Desired<Agent> {
    let mut agent: Value = serde_json::from_str(include_str!("../trial/agent.json")).unwrap();
    agent.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Desired { record: read(&agent).unwrap(), extensions: Default::default() }
}

fn plan(transition: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Result<Plan> {
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "bland").with(&facts);
    match translator.plan(transition, desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("the plan needs the persona"),
    }
}

fn verdict(plan: &Plan, field: &str) -> (String, Option<Value>) {
    let row = plan.report.row(field).unwrap();
    (row.verdict.name().to_owned(), row.sent.clone())
}

#[test]
fn the_smallest_creation() {
    let plan = plan(&Transition::Create, &agent(json!({}))).unwrap();
    insta::assert_json_snapshot!(plan.document(), @r#"
    {
      "name": "Reception",
      "call_config": {
        "language": "en",
        "voice": "745fbef5-f445-44fa-91ba-93f89803e1ce"
      },
      "personality_prompt": "You answer the phone."
    }
    "#);
}

#[test]
fn the_full_creation() {
    let full: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap();
    let plan = plan(&Transition::Create, &agent(full)).unwrap();
    insta::assert_json_snapshot!(plan.document(), @r#"
    {
      "name": "Front desk",
      "call_config": {
        "language": "en",
        "wait_for_greeting": false,
        "voice": "745fbef5-f445-44fa-91ba-93f89803e1ce",
        "interruption_threshold": 800,
        "max_duration": 15,
        "record": true,
        "background": "office"
      },
      "personality_prompt": "Answer questions about opening hours.\nBe brief.",
      "kb_ids": [
        "KB-30d465c0-22d0-41e0-a63d-61bcacc277e7"
      ]
    }
    "#);
    for field in
        ["/timezone", "/greeting/message", "/model/name", "/voicemail/action", "/webhook/url", "/variables"]
    {
        let row = plan.report.row(field).unwrap();
        assert_eq!(row.verdict.name(), "unsupported", "{field}");
        assert!(row.why.as_ref().unwrap().starts_with("Held per call only: "), "{field}");
    }
}

#[test]
fn clearing_sends_the_defaults() {
    let before = agent(json!({
        "greeting": { "first_speaker": "caller" }, "turn_taking": { "endpointing_silence_ms": 200 },
        "call": { "max_duration_s": 900, "record": true }, "audio": { "ambient_sound": "off" },
        "knowledge_base_ids": ["KB-1"],
    }));
    let observed = plan(&Transition::Create, &before).unwrap().document();
    let update = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let plan = plan(&update, &agent(json!({}))).unwrap();
    insta::assert_json_snapshot!(plan.document(), @r#"
    {
      "name": "Reception",
      "call_config": {
        "language": "en",
        "wait_for_greeting": false,
        "voice": "745fbef5-f445-44fa-91ba-93f89803e1ce",
        "interruption_threshold": 500,
        "max_duration": 30,
        "record": false,
        "background": null
      },
      "personality_prompt": "You answer the phone.",
      "kb_ids": []
    }
    "#);
}

#[test]
fn durations_are_whole_minutes_and_languages_fall_back() {
    let desired = agent(json!({ "language": "de-AT", "call": { "max_duration_s": 61 } }));
    let plan = plan(&Transition::Create, &desired).unwrap();
    assert_eq!(plan.document()["call_config"]["max_duration"], 2);
    assert_eq!(verdict(&plan, "/call/max_duration_s"), ("rounded".to_owned(), Some(json!(120))));
    assert_eq!(verdict(&plan, "/language"), ("substituted".to_owned(), Some(json!("de"))));
}

#[test]
fn essential_fields_that_a_persona_cannot_hold_are_refused() {
    let desired = agent(json!({
        "language": "ar", "transfers": [{ "phone_number": "+15550100199" }], "opt_out": { "enabled": true },
    }));
    let error = plan(&Transition::Create, &desired).unwrap_err();
    assert_eq!(error.kind, Kind::CapabilityLoss);
    assert_eq!(error.violations.len(), 3, "{:?}", error.violations);
}
