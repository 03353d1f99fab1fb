//! The request bodies for Vapi, as snapshots for reviewers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_vapi::FACTORY;
use switchboard_core::{
    error::Result,
    model::{Agent, read},
    plan::{Desired, Handling, Parts, Plan, Planned, Transition, Translator},
    rule::Report,
    vendor::{Exchange, ReadScope, Reply},
};

/// Builds the agent of the trial with these top-level members replaced.
fn agent(change: Value) -> Desired<Agent> {
    let mut agent: Value = serde_json::from_str(include_str!("../trial/agent.json")).unwrap();
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
        serde_json::from_str(include_str!("../contract/fixtures/getAssistant.full_record.json")).unwrap();
    let sample = FACTORY.samples().remove(0);
    let Some(Exchange::Send(_, answer)) = sample.adapter.agents().fetch(&Parts::root("a1"), ReadScope::Bound)
    else {
        panic!("the vendor returns each assistant")
    };
    let Exchange::Send(_, answer) = answer(Reply::from_fixture(&fixture).unwrap()).unwrap() else {
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
    let full: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap();
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

#[test]
fn a_header_value_that_only_the_vendor_has_is_kept() {
    const HOURS: &str = "https://desk.northwind.example/hours";
    let with = |description: &str| {
        agent(json!({ "tools": [{
            "type": "http_request", "name": "hours", "description": description, "method": "get", "url": HOURS,
            "headers": [{ "name": "X-Desk", "value_set": true }],
        }] }))
    };
    let (before, after) = (with("Old."), with("New."));
    let unseen = Transition::Update { before: &before, observed: None, previous: None };
    assert!(matches!(plan(&unseen, &after), Ok(Planned::NeedsObserved)));
    let header =
        json!({ "type": "object", "properties": { "X-Desk": { "type": "string", "default": "hush" } } });
    let observed = json!({ "id": "a1", "model": {
        "provider": "openai", "model": "openai/gpt-4.1", "messages": [], "apiRequests": [{
            "type": "apiRequest", "name": "hours", "description": "Old.", "method": "GET", "url": HOURS, "headers": header,
        }],
    } });
    let transition = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let plan = ready(plan(&transition, &after));
    assert_eq!(plan.report.row("/tools"), None);
    let sent = plan.document();
    let tool = sent.pointer("/model/apiRequests/0").expect("the tool");
    assert_eq!((&tool["description"], &tool["headers"]), (&json!("New."), &header), "{sent}");
}

#[test]
fn an_http_request_is_a_tool_of_the_model() {
    let request = json!({
        "type": "http_request", "name": "book_visit", "description": "When the caller wants to come.",
        "method": "post", "url": "https://desk.northwind.example/visits", "timeout_s": 7.5,
        "headers": [{ "name": "Authorization", "value": "Bearer hush" }],
        "parameters": { "type": "object", "properties": { "day": { "type": "string" } }, "required": ["day"] },
    });
    let message = json!({ "type": "send_message", "channel": "sms", "content": "Bye!" });
    let plan = created(&agent(json!({ "tools": [request, message] })));
    let row = plan.report.row("/tools").unwrap();
    assert_eq!(row.verdict.name(), "substituted");
    let why = row.why.as_deref().unwrap();
    assert!(
        why.starts_with(
            "book_visit: The vendor takes timeouts from 1 to 300 seconds, in steps of 1; 8 is sent."
        ),
        "{why}"
    );
    assert!(why.contains("need an integration of the account"), "{why}");
    assert!(!json!(plan.report).to_string().contains("hush"));
    insta::assert_json_snapshot!(body(plan)["model"]["tools"], @r#"
    [
      {
        "type": "apiRequest",
        "name": "book_visit",
        "description": "When the caller wants to come.",
        "method": "POST",
        "url": "https://desk.northwind.example/visits",
        "headers": {
          "type": "object",
          "properties": {
            "Authorization": {
              "type": "string",
              "default": "Bearer hush"
            }
          }
        },
        "body": {
          "type": "object",
          "properties": {
            "day": {
              "type": "string"
            }
          },
          "required": [
            "day"
          ]
        },
        "timeoutSeconds": 8
      }
    ]
    "#);
}

const URL: &str = "https://llm.northwind.example/v1";

fn endpoint(changes: Value) -> Value {
    let mut endpoint = json!({ "url": URL, "model": "chat-1", "key": "golden-key-0001" });
    endpoint.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    json!({ "endpoint": endpoint })
}

#[test]
fn a_server_of_the_customer_is_a_model_of_custom_llm() {
    let plan = created(&agent(json!({ "model": endpoint(json!({})) })));
    assert!(plan.report.fields.iter().all(|row| !row.field.starts_with("/model")), "{:?}", plan.report);
    let model = body(plan)["model"].clone();
    assert_eq!((&model["provider"], &model["url"]), (&json!("custom-llm"), &json!(URL)));
    assert_eq!(model["model"], "chat-1");
    assert_eq!(model["headers"], json!({ "Authorization": "Bearer golden-key-0001" }));

    let open = body(created(&agent(json!({ "model": endpoint(json!({ "key": null })) }))));
    assert!(open["model"].get("headers").is_none(), "{open}");
    for (changes, says) in [
        (json!({ "model": null }), "set model.endpoint.model"),
        (json!({ "key": null, "key_set": true }), "set it again"),
    ] {
        let changes = match changes.get("key_set") {
            Some(_) => json!({ "endpoint": { "url": URL, "model": "chat-1", "key_set": true } }),
            None => endpoint(changes),
        };
        let error = plan_of(&agent(json!({ "model": changes }))).unwrap_err();
        assert_eq!(json!(error.violations)[0]["pointer"], "/model/endpoint", "{error:?}");
        assert!(error.violations[0].detail.contains(says), "{error:?}");
    }
}

fn plan_of(desired: &Desired<Agent>) -> Result<Planned> {
    plan(&Transition::Create, desired)
}

#[test]
fn a_server_takes_the_place_of_a_named_model_and_back() {
    let mut wanted = endpoint(json!({}));
    wanted["temperature"] = json!(0.4);
    let (before, after) = states(|agent| agent["model"] = wanted.clone());
    let unseen = Transition::Update { before: &before, observed: None, previous: None };
    assert!(matches!(plan(&unseen, &after), Ok(Planned::NeedsObserved)));
    let seen = held();
    let transition = Transition::Update { before: &before, observed: Some(&seen), previous: None };
    let to_server = ready(plan(&transition, &after));
    assert!(to_server.report.row("/model/name").is_none(), "{:?}", to_server.report);
    let standing = held()["model"]["messages"].clone();
    let model = updated(|agent| agent["model"] = wanted)["model"].clone();
    assert_eq!((&model["provider"], &model["model"]), (&json!("custom-llm"), &json!("chat-1")));
    assert_eq!((&model["messages"], &model["temperature"]), (&standing, &json!(0.4)));

    let observed = json!({ "id": "a1", "model": {
        "provider": "custom-llm", "endpoint": { "url": URL, "model": "chat-1" }, "messages": standing, "timeoutSeconds": 9,
    } });
    let from = agent(json!({ "model": endpoint(json!({ "key": null })) }));
    for (model, name, assumed) in
        [(json!({ "name": "gpt-4o" }), "gpt-4o", false), (json!({}), "gpt-4.1", true)]
    {
        let transition = Transition::Update { before: &from, observed: Some(&observed), previous: None };
        let back = ready(plan(&transition, &agent(json!({ "model": model }))));
        assert_eq!(back.report.row("/model/name").is_some(), assumed, "{:?}", back.report);
        let model = body(back)["model"].clone();
        assert_eq!((&model["provider"], &model["model"]), (&json!("openai"), &json!(name)));
        assert!(["url", "headers", "timeoutSeconds"].iter().all(|name| model.get(name).is_none()), "{model}");
    }
}

#[test]
fn no_model_replaces_a_server_that_fails() {
    let mut wanted = endpoint(json!({}));
    wanted["fallback"] = json!(["gpt-4o"]);
    let row = |plan: Plan| plan.report.row("/model/fallback").unwrap().clone();
    let lost = row(created(&agent(json!({ "model": wanted }))));
    assert_eq!(lost.verdict.name(), "unsupported", "{lost:?}");
    // An update that leaves the list unchanged loses it as well.
    let observed = json!({ "id": "a1", "model": {
        "provider": "openai", "model": "openai/gpt-4.1", "fallbackModels": ["gpt-4o"], "messages": [],
    } });
    let before = agent(json!({ "model": { "name": "gpt-4.1", "fallback": ["gpt-4o"] } }));
    let transition = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    let lost = row(ready(plan(&transition, &agent(json!({ "model": wanted })))));
    assert_eq!(lost.verdict.name(), "unsupported", "{lost:?}");
}

#[test]
fn fallbacks_leave_with_the_model_of_openai() {
    let observed = json!({ "id": "a1", "model": {
        "provider": "openai", "model": "openai/gpt-4.1", "fallbackModels": ["gpt-4o"], "messages": [],
    } });
    let with = |name: &str| agent(json!({ "model": { "name": name, "fallback": ["gpt-4o"] } }));
    let before = with("gpt-4.1");
    let change = |observed: &Value, before: &Desired<Agent>, previous: Option<&Report>, name: &str| {
        let transition = Transition::Update { before, observed: Some(observed), previous };
        ready(plan(&transition, &with(name)))
    };
    let away = change(&observed, &before, None, "openrouter/mistral-small");
    let row = away.report.row("/model/fallback").expect("a row");
    assert_eq!(row.verdict.name(), "unsupported", "{row:?}");
    let sent = away.document();
    assert_eq!(sent.pointer("/model/fallbackModels"), None, "{sent}");
    // The list comes back with a model of OpenAI.
    let held = json!({ "id": "a1", "model": {
        "provider": "openrouter", "model": "openrouter/mistral-small", "messages": [],
    } });
    let back = change(&held, &with("openrouter/mistral-small"), Some(&away.report), "gpt-4.1");
    assert_eq!(back.report.row("/model/fallback"), None);
    assert_eq!(back.document()["model"]["fallbackModels"], json!(["gpt-4o"]));
}

#[test]
fn handovers_keep_the_settings_and_the_other_destinations_of_the_tool() {
    const PLACE: &str = "/model/tools";
    let (one, two) = ("3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a102", "3f0c1a52-7d7e-4c55-9a0d-51b6f3b0a103");
    let member = json!({ "type": "assistant", "assistantName": "A member of a squad" });
    let context = json!({ "type": "lastNMessages", "maxMessages": 5 });
    let tool = json!({ "type": "handoff", "defaultResult": "Done.", "destinations": [
        { "type": "assistant", "assistantId": one, "description": "A bill.", "contextEngineeringPlan": context },
        member,
    ] });
    let sample = FACTORY.samples().remove(0);
    let translator = Translator::new(sample.adapter.agents(), "vapi").with(&sample.facts);
    let mut held = held();
    held.pointer_mut(PLACE).unwrap().as_array_mut().unwrap().push(tool);
    let mut document = json!(translator.decode(&held).state.record);
    document["direction"] = json!("inbound");
    assert_eq!(document["handovers"], json!([{ "agent_id": one, "condition": "A bill." }]));
    let before = Desired { record: read(&document).unwrap(), extensions: Default::default() };
    let mut sent = |handovers: Value| {
        document["handovers"] = handovers;
        let after = Desired { record: read(&document).unwrap(), extensions: Default::default() };
        let update = Transition::Update { before: &before, observed: Some(&held), previous: None };
        let body = body(ready(plan(&update, &after)));
        let tools = body.pointer(PLACE).and_then(Value::as_array).unwrap().clone();
        tools.into_iter().find(|tool| tool["type"] == "handoff").unwrap()
    };
    let kept = json!({ "type": "assistant", "assistantId": one, "contextEngineeringPlan": context });
    let new = json!({ "type": "assistant", "assistantId": two, "description": "Anything else." });
    assert_eq!(
        sent(json!([{ "agent_id": two, "condition": "Anything else." }, { "agent_id": one }])),
        json!({ "type": "handoff", "defaultResult": "Done.", "destinations": [new, kept, member] })
    );
    assert_eq!(
        sent(Value::Null),
        json!({ "type": "handoff", "defaultResult": "Done.", "destinations": [member] })
    );
}
