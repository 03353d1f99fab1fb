//! The request bodies for Vapi, as snapshots for reviewers.

#![cfg(test)]

mod analysis;
mod conversation;
mod model;
mod speech;
mod tools;

use serde_json::{Value, json};
use switchboard_adapter_vapi::FACTORY;
use switchboard_core::{
    error::Result,
    model::{Agent, read},
    plan::{Desired, Handling, Parts, Plan, Planned, Transition, Translator},
    rule::{Drift, Report},
    vendor::{Exchange, ReadScope, Reply},
};

/// Builds the agent of the trial with these top-level members replaced.
fn agent(change: Value) -> Desired<Agent> {
    let mut agent: Value = serde_json::from_str(include_str!("../../trial/agent.json")).unwrap();
    agent.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Desired { record: read(&agent).unwrap(), extensions: Default::default() }
}

fn plan(transition: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Result<Planned> {
    let sample = FACTORY.samples().remove(0);
    let parts = if matches!(transition, Transition::Create) { Parts::NONE } else { Parts::root("a1") };
    let translator = Translator::new(sample.adapter.agents(), "vapi").with(&sample.facts).with_parts(&parts);
    translator.plan(transition, desired, Handling::Lenient)
}

fn ready(planned: Result<Planned>) -> Plan {
    match planned {
        Ok(Planned::Ready(plan)) => plan,
        Ok(Planned::NeedsObserved) => panic!("the plan needs the observed assistant"),
        Err(error) => panic!("{error} {:?}", error.violations),
    }
}

fn created(desired: &Desired<Agent>) -> Plan {
    ready(plan(&Transition::Create, desired))
}

/// Returns the body of an update from one state to another while the vendor holds a document.
fn changed(before: &Desired<Agent>, held: &Value, after: &Desired<Agent>) -> Plan {
    ready(plan(&Transition::Update { before, observed: Some(held), previous: None }, after))
}

/// Lists the fields that the vendor holds differently than sent.
fn drift(desired: &Desired<Agent>, report: &Report, document: &Value) -> Vec<Drift> {
    let sample = FACTORY.samples().remove(0);
    let translator = Translator::new(sample.adapter.agents(), "vapi").with(&sample.facts);
    translator.compare(desired, report, document).drift
}

/// Returns the verdict on a field, with the value that is sent.
fn verdict(plan: &Plan, field: &str) -> (&'static str, Option<Value>) {
    plan.report.row(field).map_or(("exact", None), |row| (row.verdict.name(), row.sent.clone()))
}

/// Returns the body that a plan sends.
fn body(plan: Plan) -> Value {
    let sample = FACTORY.samples().remove(0);
    let step = plan.steps.into_iter().next().unwrap();
    let exchange = sample.adapter.agents().perform(step, &Parts::root("a1"), Default::default()).unwrap();
    exchange.first().unwrap().document().unwrap().clone()
}

/// Returns the document of an assistant that the vendor holds.
fn held() -> Value {
    let fixture: Value =
        serde_json::from_str(include_str!("../../contract/fixtures/getAssistant.full_record.json")).unwrap();
    seen(Reply::from_fixture(&fixture).unwrap())
}

/// Returns the document of an assistant that the vendor has stored as it was sent, with these changes.
fn stored(mut sent: Value, changes: Value) -> Value {
    sent.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    sent["id"] = json!("a1");
    seen(Reply::json(200, sent))
}

/// Returns the document of the assistant in an answer.
fn seen(assistant: Reply) -> Value {
    let sample = FACTORY.samples().remove(0);
    let Some(Exchange::Send(_, answer)) = sample.adapter.agents().fetch(&Parts::root("a1"), ReadScope::Bound)
    else {
        panic!("the vendor returns each assistant")
    };
    let Exchange::Send(_, answer) = answer(assistant).unwrap() else {
        panic!("the phone numbers are read after the assistant")
    };
    match answer(Reply::json(200, json!([]))).unwrap() {
        Exchange::Done(fetched) => fetched.found().unwrap().document,
        Exchange::Send(..) => panic!("two requests read an assistant"),
    }
}

/// Returns the state of the assistant that the vendor holds, and the state with these changes.
fn states(change: impl FnOnce(&mut Value)) -> (Desired<Agent>, Desired<Agent>) {
    let sample = FACTORY.samples().remove(0);
    let translator = Translator::new(sample.adapter.agents(), "vapi").with(&sample.facts);
    let before = translator.decode(&held()).state;
    let mut document = json!(before.record);
    document["direction"] = json!("inbound");
    let before = Desired { record: read(&document).unwrap(), extensions: Default::default() };
    change(&mut document);
    (before, Desired { record: read(&document).unwrap(), extensions: Default::default() })
}

fn updated(change: impl FnOnce(&mut Value)) -> Value {
    let (before, after) = states(change);
    let held = held();
    body(ready(plan(&Transition::Update { before: &before, observed: Some(&held), previous: None }, &after)))
}

#[test]
fn the_smallest_creation_says_what_it_assumes() {
    let plan = created(&agent(json!({})));
    let assumed: Vec<_> =
        plan.report.fields.iter().map(|row| (row.field.clone(), row.sent.clone())).collect();
    insta::assert_json_snapshot!(json!({ "assumed": assumed, "body": body(plan) }));
}

#[test]
fn the_full_creation() {
    let full: Value = serde_json::from_str(include_str!("../../trial/full_agent.json")).unwrap();
    let desired = Desired { record: read(&full).unwrap(), extensions: Default::default() };
    let plan = created(&desired);
    insta::assert_json_snapshot!(json!({ "report": plan.report, "body": body(plan) }));
}

#[test]
fn a_change_of_the_temperature_keeps_the_prompt_and_unknown_members() {
    let (before, after) = states(|agent| agent["model"]["temperature"] = json!(0.7));
    let unseen = Transition::Update { before: &before, observed: None, previous: None };
    assert!(matches!(plan(&unseen, &after), Ok(Planned::NeedsObserved)));
    insta::assert_json_snapshot!(updated(|agent| agent["model"]["temperature"] = json!(0.7)));
}

#[test]
fn a_change_of_a_top_level_value_sends_only_that_value() {
    assert_eq!(
        updated(|agent| agent["call"]["max_duration_s"] = json!(60)),
        json!({ "maxDurationSeconds": 60 })
    );
}

#[test]
fn the_language_is_sent_to_the_transcriber_and_the_voice() {
    let body = updated(|agent| agent["language"] = json!("de"));
    assert_eq!((&body["transcriber"]["language"], &body["voice"]["language"]), (&json!("de"), &json!("de")));
    assert_eq!(body["transcriber"]["endpointing"], 300, "an unmodelled member is kept");
    assert_eq!(body.as_object().unwrap().len(), 2);
}

#[test]
fn reprompts_are_found_by_the_name_of_their_hook() {
    let body = updated(|agent| agent["silence"]["reprompts"] = json!(["Hello?"]));
    assert_eq!(body["hooks"][0]["do"], json!([{ "type": "say", "exact": ["Hello?"] }]));
    assert_eq!(body["hooks"][1]["on"], "call.ending", "a hook of somebody else is kept");
    let body = updated(|agent| {
        agent["silence"] = json!({ "hang_up_after_s": 30 });
    });
    assert_eq!(body["hooks"].as_array().unwrap().len(), 1);
    let new = agent(json!({ "silence": { "reprompt_after_s": 9 } }));
    let hook = &self::body(created(&new))["hooks"][0];
    assert_eq!((&hook["on"], &hook["do"][0]["type"]), (&json!("customer.speech.timeout"), &json!("say")));
}

#[test]
fn another_provider_of_the_voice_loses_its_controls_and_says_so() {
    let (before, after) = states(|agent| {
        agent["voice"]["provider"] = json!("openai");
        agent["voice"]["id"] = json!("alloy");
        agent["voice"].as_object_mut().unwrap().shift_remove("model");
    });
    let held = held();
    let plan =
        ready(plan(&Transition::Update { before: &before, observed: Some(&held), previous: None }, &after));
    for field in ["/voice/stability", "/voice/similarity", "/voice/style", "/voice/speaker_boost"] {
        assert_eq!(json!(plan.report.row(field).unwrap().verdict), "unsupported", "{field}");
    }
    let voice = body(plan)["voice"].clone();
    assert_eq!(voice.get("stability"), None);
    assert_eq!(voice.get("optimizeStreamingLatency"), None);
    assert_eq!((&voice["provider"], &voice["speed"]), (&json!("openai"), &json!(0.95)));
}

#[test]
fn a_voicemail_without_a_message_is_hung_up() {
    let body = body(created(&agent(json!({ "voicemail": { "action": "leave_message" } }))));
    assert_eq!(
        (&body["voicemailDetection"], body.get("voicemailMessage")),
        (&json!({ "provider": "vapi" }), None)
    );
}

#[test]
fn what_the_vendor_would_refuse_is_refused_before() {
    let fields = |change: Value| {
        let error = plan(&Transition::Create, &agent(change)).err().unwrap();
        let rows = json!(error.violations);
        rows.as_array()
            .unwrap()
            .iter()
            .map(|row| row["pointer"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(fields(json!({ "voice": { "id": "a-cloned-voice" } })), ["/voice/provider"]);
    assert_eq!(fields(json!({ "voice": { "id": "x", "provider": "acme" } })), ["/voice/provider"]);
    assert_eq!(
        fields(json!({ "language": "sw" })),
        ["/language"],
        "deepgram, which is assumed, has no Swahili"
    );
    assert_eq!(
        fields(
            json!({ "language": "uk", "voice": { "id": "x", "provider": "cartesia" }, "transcription": { "provider": "xai" } })
        ),
        ["/language"]
    );
    assert_eq!(
        fields(json!({ "language": "fa", "voice": { "id": "x", "provider": "cartesia" } })),
        ["/voice/provider"]
    );
    assert_eq!(fields(json!({ "model": { "name": "unheard-of" } })), ["/model/name"]);
    assert_eq!(
        fields(json!({ "greeting": { "message": "https://x.example/hello.mp3" } })),
        ["/greeting/message"]
    );
    // The eighth byte is within a character of two bytes.
    assert_eq!(
        fields(json!({ "greeting": { "message": "http://ärzte.example/hello.mp3" } })),
        ["/greeting/message"]
    );
    let point = |description: &str| json!({ "name": "date", "type": "string", "description": description });
    assert_eq!(
        fields(json!({ "analysis": { "extraction": [point("The visit."), point("The birth.")] } })),
        ["/analysis/extraction"]
    );
    assert_eq!(fields(json!({ "name": "x".repeat(41) })), ["/name"]);
}

#[test]
fn an_agent_without_a_message_to_leave_hangs_up() {
    let plan = created(&agent(json!({ "voicemail": { "action": "leave_message" } })));
    let row = plan.report.row("/voicemail/action").unwrap();
    assert_eq!((row.verdict.name(), row.sent.clone()), ("substituted", Some(json!("hang_up"))));
    let sent = body(plan);
    assert_eq!(sent["voicemailDetection"], json!({ "provider": "vapi" }));
    assert_eq!(sent.get("voicemailMessage"), None);
}
