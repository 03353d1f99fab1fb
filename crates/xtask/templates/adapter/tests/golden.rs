//! The request bodies for Acme, as snapshots for reviewers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_acme::FACTORY;
use switchboard_core::{
    facts::Facts,
    model::{Agent, read},
    plan::{Desired, Handling, Planned, Transition, Translator},
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

fn body(transition: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Value {
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "acme").with(&facts);
    match translator.plan(transition, desired, Handling::Lenient) {
        Ok(Planned::Ready(plan)) => plan.document(),
        Ok(Planned::NeedsObserved) => panic!("a vendor that merges needs nothing observed"),
        Err(error) => panic!("{error} {:?}", error.violations),
    }
}

#[test]
fn a_creation() {
    insta::assert_json_snapshot!(body(&Transition::Create, &agent(json!({}))), @r#"
    {
      "name": "Reception",
      "direction": "inbound",
      "language": "en",
      "instructions": "You answer the phone.",
      "voice_id": "voice-1"
    }
    "#);
}

#[test]
fn an_update() {
    let before = agent(json!({ "greeting": { "message": "Hello!" } }));
    let update = Transition::Update { before: &before, observed: None, previous: None };
    insta::assert_json_snapshot!(body(&update, &agent(json!({ "name": "Night desk" }))), @r#"
    {
      "name": "Night desk",
      "greeting": null
    }
    "#);
}
