//! The request bodies for Retell, as snapshots for reviewers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_retell::FACTORY;
use switchboard_core::{
    error::Result,
    facts::Facts,
    model::{Agent, Language, read},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, StepAction, Transition, Translator},
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

fn plan(transition: &Transition<'_, Agent>, parts: &Parts, desired: &Desired<Agent>) -> Result<Plan> {
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "retell").with(&facts).with_parts(parts);
    match translator.plan(transition, desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("the plan needs the observed agent"),
    }
}

fn created(change: Value) -> Plan {
    plan(&Transition::Create, &Parts::NONE, &agent(change)).unwrap()
}

fn updated(before: Value, held: Option<&Value>, after: Value) -> Plan {
    let parts = Parts::NONE.with("agent", PartState::new("a")).with("llm", PartState::new("l"));
    let before = agent(before);
    let update = Transition::Update { before: &before, observed: held, previous: None };
    plan(&update, &parts, &agent(after)).unwrap()
}

fn steps(plan: &Plan) -> Vec<String> {
    let verb = |action: &StepAction| match action {
        StepAction::Create(_) => "create",
        StepAction::Update(_) => "update",
        StepAction::Publish => "publish",
        StepAction::Delete => "delete",
    };
    plan.steps.iter().map(|step| format!("{} {}", verb(&step.action), step.key())).collect()
}

/// Returns the verdict and the reason of a row of the report.
fn row(plan: &Plan, field: &str) -> (String, String) {
    let row = plan.report.row(field).unwrap();
    (row.verdict.name().to_owned(), row.why.clone().unwrap_or_default())
}

#[test]
fn the_smallest_creation() {
    let plan = created(json!({}));
    assert_eq!(steps(&plan), ["create llm", "create agent", "publish agent"]);
    insta::assert_json_snapshot!(plan.document(), @r#"
    {
      "llm": {
        "general_prompt": "You answer the phone.",
        "start_speaker": "agent",
        "begin_message": null
      },
      "agent": {
        "agent_name": "Reception",
        "language": [
          "en-US"
        ],
        "timezone": "America/Los_Angeles",
        "begin_message_delay_ms": 0,
        "voice_id": "cartesia-Cimo",
        "voice_speed": 1,
        "voice_temperature": 1,
        "responsiveness": 1,
        "interruption_sensitivity": 1,
        "reminder_trigger_ms": 10000,
        "reminder_max_count": 1,
        "end_call_after_silence_ms": 600000,
        "allow_user_dtmf": true,
        "max_call_duration_ms": 3600000,
        "data_storage_setting": "everything",
        "ring_duration_ms": 30000,
        "denoising_mode": "noise-cancellation",
        "webhook_events": [
          "call_started",
          "call_ended",
          "call_analyzed"
        ],
        "webhook_timeout_ms": 10000,
        "response_engine": {
          "llm_id": null
        }
      }
    }
    "#);
}

#[test]
fn the_defaults_of_the_vendor_are_sent_and_reported() {
    let report = created(json!({})).report;
    let assumed: Vec<_> = report.fields.iter().map(|row| (row.field.as_str(), row.verdict.name())).collect();
    assert_eq!(
        assumed,
        [
            ("/direction", "substituted"),
            ("/timezone", "assumed"),
            ("/greeting/first_speaker", "assumed"),
            ("/greeting/generated", "assumed"),
            ("/greeting/delay_s", "assumed"),
            ("/voice/speed", "assumed"),
            ("/voice/stability", "assumed"),
            ("/turn_taking/endpointing_sensitivity", "assumed"),
            ("/turn_taking/interruption_sensitivity", "assumed"),
            ("/silence/reprompt_after_s", "assumed"),
            ("/silence/max_reprompts", "assumed"),
            ("/silence/hang_up_after_s", "assumed"),
            ("/keypad/accept_digits", "assumed"),
            ("/call/max_duration_s", "assumed"),
            ("/call/record", "assumed"),
            ("/call/ring_timeout_s", "assumed"),
            ("/audio/noise_cancellation", "assumed"),
            ("/webhook/events", "assumed"),
            ("/webhook/timeout_s", "assumed"),
        ]
    );
    let sent = |field: &str| report.row(field).unwrap().sent.clone().unwrap();
    assert_eq!((sent("/greeting/generated"), sent("/voice/stability")), (json!(true), json!(0.5)));
    assert_eq!(sent("/webhook/events"), json!(["call.answered", "call.ended", "call.analyzed"]));
    let noisy = created(json!({ "audio": { "ambient_sound": "cafe" } }));
    assert_eq!(row(&noisy, "/audio/ambient_volume").0, "assumed");
    let firm = created(json!({ "turn_taking": { "interruptible": false } }));
    assert_eq!(firm.document()["agent"]["interruption_sensitivity"], 0.0);
    assert!(firm.report.row("/turn_taking/interruption_sensitivity").is_none());
    let private = created(json!({ "privacy": { "redact": true } }));
    assert_eq!(private.document()["agent"]["data_storage_setting"], "everything_except_pii");
}

#[test]
fn an_agent_that_waits_for_the_caller_has_no_delay_of_the_greeting() {
    let waiting = |more: Value| {
        let mut greeting = json!({ "first_speaker": "caller" });
        greeting.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        created(json!({ "greeting": greeting }))
    };
    let plan = waiting(json!({}));
    assert_eq!(plan.document()["agent"].get("begin_message_delay_ms"), None);
    assert!(
        plan.report.row("/greeting/delay_s").is_none() && plan.report.row("/greeting/generated").is_none()
    );
    for delay in [0, 2] {
        let (verdict, why) = row(&waiting(json!({ "delay_s": delay })), "/greeting/delay_s");
        assert_eq!(verdict, "unsupported", "{delay}");
        assert!(why.contains("begin_after_user_silence_ms"), "{why}");
    }
}

#[test]
fn the_full_creation() {
    let full: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap();
    let desired = Desired { record: read(&full).unwrap(), extensions: Default::default() };
    let plan = plan(&Transition::Create, &Parts::NONE, &desired).unwrap();
    insta::assert_json_snapshot!(json!({ "body": plan.document(), "report": plan.report }));
}

#[test]
fn an_update_of_one_object_leaves_the_other_alone() {
    let prompt = updated(json!({}), None, json!({ "prompt": { "instructions": "Be brief." } }));
    assert_eq!(steps(&prompt), ["update llm", "publish agent"]);
    assert_eq!(prompt.document(), json!({ "llm": { "general_prompt": "Be brief." } }));
    let name = updated(json!({}), None, json!({ "name": "Night desk" }));
    assert_eq!(steps(&name), ["update agent", "publish agent"]);
    assert_eq!(name.document(), json!({ "agent": { "agent_name": "Night desk" } }));
}

#[test]
fn a_tool_is_changed_among_those_of_the_console() {
    let custom =
        json!({ "type": "custom", "name": "check_hours", "url": "https://tools.northwind.example/hours" });
    let foreign = json!({ "type": "transfer_call", "name": "to_sales", "transfer_destination": { "type": "inferred", "prompt": "Sales." }, "transfer_option": { "type": "cold_transfer" } });
    let own = json!({ "type": "transfer_call", "name": "to_desk", "transfer_destination": { "type": "predefined", "number": "+15550100199", "extension": "7" }, "transfer_option": { "type": "cold_transfer", "cold_transfer_mode": "sip_refer" } });
    let held = json!({ "llm": { "general_tools": [custom, foreign, own] } });
    let before = json!({ "transfers": [{ "phone_number": "+15550100199" }] });
    let after = json!({ "transfers": [{ "phone_number": "+15550100199", "condition": "The caller insists." }], "keypad": { "press_digits": true } });
    insta::assert_json_snapshot!(updated(before, Some(&held), after).document()["llm"]["general_tools"], @r#"
    [
      {
        "type": "custom",
        "name": "check_hours",
        "url": "https://tools.northwind.example/hours"
      },
      {
        "type": "transfer_call",
        "name": "to_sales",
        "transfer_destination": {
          "type": "inferred",
          "prompt": "Sales."
        },
        "transfer_option": {
          "type": "cold_transfer"
        }
      },
      {
        "type": "press_digit",
        "name": "press_digit"
      },
      {
        "type": "transfer_call",
        "name": "to_desk",
        "transfer_destination": {
          "type": "predefined",
          "number": "+15550100199",
          "extension": "7"
        },
        "transfer_option": {
          "type": "cold_transfer",
          "cold_transfer_mode": "sip_refer"
        },
        "description": "The caller insists."
      }
    ]
    "#);
}

#[test]
fn a_change_of_the_temperature_keeps_the_rest_of_the_model() {
    let model =
        json!({ "type": "cascading", "primary": { "model": "gpt-4.1", "tier": "fast" }, "temperature": 0.3 });
    let held = json!({ "llm": { "model_config": model } });
    let before = json!({ "model": { "name": "gpt-4.1", "temperature": 0.3 } });
    let after = json!({ "model": { "name": "gpt-4.1", "temperature": 0.5 } });
    let sent = updated(before, Some(&held), after).document();
    assert_eq!(sent["llm"]["model_config"]["primary"], model["primary"]);
    assert_eq!(sent["llm"]["model_config"]["temperature"], 0.5);
}

#[test]
fn a_model_of_the_other_engine_is_not_sent() {
    let plan = created(json!({ "model": { "engine": "pipeline", "name": "gpt-realtime" } }));
    let (verdict, why) = row(&plan, "/model/name");
    assert_eq!(verdict, "unsupported");
    assert!(why.contains("realtime"), "{why}");
    let plan = created(json!({ "model": { "name": "gpt-realtime" } }));
    assert_eq!(
        plan.document()["llm"]["model_config"],
        json!({ "type": "s2s", "primary": { "model": "gpt-realtime" } })
    );
}

#[test]
fn a_language_without_a_region_is_rounded() {
    let plan = created(json!({ "language": "pt", "additional_languages": ["en", "fr-CA"] }));
    assert_eq!(plan.document()["agent"]["language"], json!(["pt-BR", "en-US", "fr-CA"]));
    assert_eq!(row(&plan, "/language").0, "rounded");
    assert_eq!(row(&plan, "/additional_languages").0, "substituted");
    let refused = self::plan(&Transition::Create, &Parts::NONE, &agent(json!({ "language": "tlh" })));
    assert_eq!(refused.err().unwrap().kind.to_string(), "capability_loss");
}

#[test]
fn a_recording_cannot_be_forbidden() {
    let desired = agent(json!({ "call": { "record": false } }));
    let refused = plan(&Transition::Create, &Parts::NONE, &desired).err().unwrap();
    assert_eq!(refused.kind.to_string(), "capability_loss");
}

#[test]
fn an_agent_that_must_not_be_interrupted_has_no_sensitivity() {
    let taking = json!({ "interruptible": false, "interruption_sensitivity": 0.4 });
    let plan = created(json!({ "turn_taking": taking }));
    assert_eq!(plan.document()["agent"]["interruption_sensitivity"], 0.0);
    assert_eq!(row(&plan, "/turn_taking/interruption_sensitivity").0, "unsupported");
}

/// Plans the update of an agent that was read from this document.
fn imported(held: &Value, change: impl FnOnce(&mut Agent)) -> Plan {
    let (account, facts) = (account(), Facts::default());
    let parts = Parts::NONE.with("agent", PartState::new("a")).with("llm", PartState::new("l"));
    let translator = Translator::new(account.agents(), "retell").with(&facts).with_parts(&parts);
    let (before, mut after) = (translator.decode(held).state, translator.decode(held).state);
    change(&mut after.record);
    let update = Transition::Update { before: &before, observed: Some(held), previous: None };
    match translator.plan(&update, &after, Handling::Lenient).unwrap() {
        Planned::Ready(plan) => plan,
        Planned::NeedsObserved => panic!("the agent was observed"),
    }
}

/// Builds the document of an agent with these members.
fn document(agent: Value, llm: Value) -> Value {
    let mut document = json!({
        "agent": { "agent_name": "Reception", "language": ["en-US"], "voice_id": "cartesia-Cimo" },
        "llm": { "general_prompt": "You answer the phone.", "start_speaker": "agent" },
    });
    for (part, members) in [("agent", agent), ("llm", llm)] {
        document[part].as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    }
    document
}

#[test]
fn an_imported_agent_that_cannot_be_interrupted_becomes_interruptible() {
    let held = document(json!({ "interruption_sensitivity": 0 }), json!({}));
    let plan = imported(&held, |agent| {
        assert_eq!(
            (agent.turn_taking.interruptible, agent.turn_taking.interruption_sensitivity),
            (Some(false), None)
        );
        agent.turn_taking.interruptible = Some(true);
    });
    assert_eq!(plan.document()["agent"]["interruption_sensitivity"], 1.0);
    let plan = imported(&held, |agent| agent.turn_taking.interruptible = None);
    assert_eq!(plan.document()["agent"]["interruption_sensitivity"], 1.0);
    assert_eq!(row(&plan, "/turn_taking/interruptible").0, "assumed");
    assert_eq!(plan.report.row("/turn_taking/interruptible").unwrap().sent, Some(json!(true)));
    for taking in [
        json!({ "interruption_sensitivity": 0 }),
        json!({ "interruption_sensitivity": 0, "interruptible": true }),
    ] {
        let refused = self::plan(&Transition::Create, &Parts::NONE, &agent(json!({ "turn_taking": taking })));
        assert_eq!(refused.err().unwrap().kind.to_string(), "capability_loss", "{taking}");
    }
}

#[test]
fn all_languages_are_ten() {
    let plan = created(json!({ "language": "mul" }));
    let ten = plan.document()["agent"]["language"].clone();
    assert_eq!((ten.as_array().map(Vec::len), &ten[4]), (Some(10), &json!("hi-IN")));
    assert_eq!(row(&plan, "/language").0, "substituted");
    let more = created(json!({ "language": "mul", "additional_languages": ["pl-PL"] }));
    assert_eq!(row(&more, "/additional_languages").0, "unsupported");
    for held in [ten.clone(), json!(["multi"])] {
        let held = document(json!({ "language": held }), json!({}));
        let plan = imported(&held, |agent| {
            assert_eq!((json!(agent.language), &agent.additional_languages), (json!("mul"), &None));
            agent.language = Some(Language::new("de-DE").unwrap());
        });
        assert_eq!(plan.document()["agent"]["language"], json!(["de-DE"]));
    }
}

#[test]
fn an_agent_without_a_webhook_uses_that_of_the_account() {
    let webhook = json!({ "webhook": { "enabled": false } });
    let plan = created(webhook.clone());
    assert_eq!(row(&plan, "/webhook/enabled").0, "substituted");
    // A later update still reports it.
    let held = document(json!({}), json!({}));
    let parts = Parts::NONE.with("agent", PartState::new("a")).with("llm", PartState::new("l"));
    let before = agent(webhook.clone());
    let update = Transition::Update { before: &before, observed: Some(&held), previous: Some(&plan.report) };
    let mut after = webhook;
    after["name"] = json!("Night desk");
    let plan = self::plan(&update, &parts, &agent(after)).unwrap();
    assert_eq!(row(&plan, "/webhook/enabled").0, "substituted");
}

#[test]
fn events_that_the_vendor_lacks_leave_its_list() {
    let plan = created(
        json!({ "webhook": { "url": "https://hooks.northwind.example", "events": ["call.ringing"] } }),
    );
    assert_eq!(plan.document()["agent"].get("webhook_events"), None);
    assert_eq!(row(&plan, "/webhook/events").0, "unsupported");
    let held = document(json!({ "webhook_events": ["call_ended"] }), json!({}));
    let before = json!({ "webhook": { "events": ["call.ended"] } });
    let plan = updated(before, Some(&held), json!({ "webhook": { "events": ["call.ringing"] } }));
    let sent = plan.document()["agent"].get("webhook_events").cloned();
    assert!(sent.is_none_or(|sent| sent == json!(["call_ended"])), "{:?}", plan.document());
    let some = created(json!({ "webhook": { "events": ["call.ringing", "call.ended"] } }));
    assert_eq!(some.document()["agent"]["webhook_events"], json!(["call_ended"]));
}

#[test]
fn a_message_of_an_agent_that_waits_has_another_effect() {
    let greeting = |speaker: &str| json!({ "greeting": { "message": "Hello!", "first_speaker": speaker } });
    let waiting = created(greeting("caller"));
    assert_eq!(waiting.document()["llm"]["begin_message"], "Hello!");
    assert_eq!(row(&waiting, "/greeting/message").0, "substituted");
    assert!(created(greeting("agent")).report.row("/greeting/message").is_none());
    let held = |speaker| document(json!({}), json!({ "begin_message": "Hello!", "start_speaker": speaker }));
    let plan = updated(greeting("agent"), Some(&held("agent")), greeting("caller"));
    assert_eq!(row(&plan, "/greeting/message").0, "substituted");
    let plan = updated(greeting("caller"), Some(&held("user")), greeting("agent"));
    assert!(plan.report.row("/greeting/message").is_none());
    let mut other = greeting("caller");
    other["name"] = json!("Night desk");
    let plan = updated(greeting("caller"), Some(&held("user")), other);
    assert_eq!(row(&plan, "/greeting/message").0, "substituted");
}

#[test]
fn pronunciations_of_other_alphabets_are_kept() {
    let word = |word: &str, alphabet: &str| json!({ "word": word, "alphabet": alphabet, "phoneme": "a" });
    let held =
        document(json!({ "pronunciation_dictionary": [word("x", "cmu"), word("y", "ipa")] }), json!({}));
    let said = |text: &str| json!({ "pronunciations": [{ "text": text, "say": "a", "alphabet": "ipa" }] });
    let sent = updated(said("y"), Some(&held), said("z")).document();
    assert_eq!(sent["agent"]["pronunciation_dictionary"], json!([word("x", "cmu"), word("z", "ipa")]));
    let sent = updated(said("y"), Some(&held), json!({})).document();
    assert_eq!(sent["agent"]["pronunciation_dictionary"], json!([word("x", "cmu")]));
}

#[test]
fn an_agent_that_stores_nothing_stays_so() {
    let held = document(json!({ "data_storage_setting": "basic_attributes_only" }), json!({}));
    let plan = updated(json!({}), Some(&held), json!({ "privacy": { "redact": false } }));
    assert_eq!(row(&plan, "/privacy/redact").0, "substituted");
}

#[test]
fn a_closing_message_and_the_ability_to_hang_up_share_a_tool() {
    let tools =
        |ending: Value| created(json!({ "ending": ending })).document()["llm"]["general_tools"].clone();
    let both = tools(json!({ "message": "Goodbye!", "hang_up": {} }));
    assert_eq!((both.as_array().map(Vec::len), &both[0]["type"]), (Some(1), &json!("end_call")));
    assert_eq!(both[0]["execution_message_description"], "Goodbye!");
    let held = json!({ "llm": { "general_tools": both } });
    let before = json!({ "ending": { "message": "Goodbye!", "hang_up": {} } });
    let left = updated(before, Some(&held), json!({ "ending": { "hang_up": {} } }));
    let tool = &left.document()["llm"]["general_tools"][0];
    assert_eq!((tool.get("execution_message_description"), &tool["name"]), (None, &json!("end_call")));
    let before = json!({ "ending": { "message": "Goodbye!" } });
    let held = json!({ "llm": { "general_tools": tools(before["ending"].clone()) } });
    let left = updated(before, Some(&held), json!({}));
    assert_eq!(left.document()["llm"]["general_tools"], Value::Null);
}

#[test]
fn an_agent_without_a_message_to_leave_hangs_up() {
    let plan = created(json!({ "voicemail": { "action": "leave_message" } }));
    assert_eq!(row(&plan, "/voicemail/action").0, "substituted");
    assert_eq!(plan.document()["agent"]["voicemail_option"], json!({ "action": { "type": "hangup" } }));
}

/// Returns the tools of a new LLM.
fn tools(wanted: Value) -> (Plan, Value) {
    let plan = created(json!({ "tools": wanted }));
    let tools = plan.document()["llm"]["general_tools"].clone();
    (plan, tools)
}

#[test]
fn an_sms_during_the_call_is_a_tool() {
    let sms = |content: &str| json!({ "type": "send_message", "channel": "sms", "content": content });
    let (plan, sent) = tools(json!([sms("See you."), sms("Bye.")]));
    assert!(plan.report.row("/tools").is_none(), "{:?}", plan.report);
    let tool = |name: &str, text: &str| json!({ "type": "send_sms", "name": name, "sms_content": { "type": "predefined", "text": text } });
    assert_eq!(sent, json!([tool("send_sms", "See you."), tool("send_sms_2", "Bye.")]));
}

#[test]
fn messages_that_the_vendor_cannot_send_are_reported() {
    let later = json!({ "type": "send_message", "channel": "sms", "content": "Bye.", "after_call": true });
    let (plan, sent) = tools(json!([later]));
    assert_eq!((row(&plan, "/tools").0.as_str(), &sent), ("unsupported", &Value::Null));
    let now = json!({ "type": "send_message", "channel": "sms", "content": "Hi.", "after_call": false, "when_unanswered": false });
    let (plan, sent) = tools(json!([now, later, { "type": "book_meeting" }]));
    assert_eq!(row(&plan, "/tools").0, "substituted");
    assert_eq!(plan.report.row("/tools").unwrap().sent, Some(json!([now])));
    assert_eq!(sent.as_array().unwrap().len(), 1);
}

/// Builds an HTTP request with these members replaced.
fn request(changes: Value) -> Value {
    let mut request = json!({
        "type": "http_request", "name": "book_visit", "description": "When the caller wants to come.",
        "method": "post", "url": "https://desk.northwind.example/visits", "timeout_s": 8,
        "headers": [{ "name": "Authorization", "value": "Bearer hush" }],
        "parameters": { "type": "object", "properties": { "day": { "type": "string", "format": "date" } }, "required": [] },
    });
    request.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    request
}

#[test]
fn an_http_request_is_a_custom_function() {
    let (plan, sent) = tools(json!([request(json!({}))]));
    insta::assert_json_snapshot!(sent, @r#"
    [
      {
        "type": "custom",
        "name": "book_visit",
        "description": "When the caller wants to come.",
        "url": "https://desk.northwind.example/visits",
        "method": "POST",
        "args_at_root": true,
        "headers": {
          "Authorization": "Bearer hush"
        },
        "parameters": {
          "type": "object",
          "properties": {
            "day": {
              "type": "string"
            }
          }
        },
        "timeout_ms": 8000
      }
    ]
    "#);
    let (verdict, why) = row(&plan, "/tools");
    assert_eq!(verdict, "substituted");
    assert_eq!(
        why,
        "book_visit: The vendor does not keep these keywords of the parameters: /properties/day/format."
    );
    assert!(!json!(plan.report).to_string().contains("hush"));
}

#[test]
fn requests_that_the_vendor_cannot_send_are_reported() {
    let (plan, sent) = tools(json!([request(json!({ "method": "get" }))]));
    assert_eq!((row(&plan, "/tools").0.as_str(), &sent), ("unsupported", &Value::Null));
    let (plan, _) = tools(json!([request(json!({ "method": "get", "parameters": null }))]));
    assert!(plan.report.row("/tools").is_none(), "{:?}", plan.report);
    // A header of an imported agent has no value that another vendor could get.
    let (plan, _) = tools(json!([request(json!({ "headers": [{ "name": "X-Key", "value_set": true }] }))]));
    assert_eq!(
        row(&plan, "/tools").1,
        "book_visit: Only another vendor has the value of the header X-Key; set it again."
    );
}

#[test]
fn a_request_of_the_console_stays_and_one_of_the_gateway_keeps_its_other_members() {
    let foreign =
        json!({ "type": "custom", "name": "hours", "url": "https://tools.northwind.example/hours" });
    let (_, sent) = tools(json!([request(json!({ "parameters": null }))]));
    let mut own = sent[0].clone();
    own["max_retry"] = json!(2);
    own["headers"]["Authorization"] = json!("(kept at the vendor)");
    let held = json!({ "llm": { "general_tools": [foreign, own] } });
    let before = json!({ "tools": [request(json!({ "parameters": null }))] });
    let headers = json!([{ "name": "Authorization", "value_set": true }, { "name": "X-Desk", "value": "7" }]);
    let after =
        json!({ "tools": [request(json!({ "parameters": null, "headers": headers, "method": "put" }))] });
    let update = updated(before, Some(&held), after).document()["llm"]["general_tools"].clone();
    assert_eq!(update[0], foreign);
    assert_eq!((&update[1]["method"], &update[1]["max_retry"]), (&json!("PUT"), &json!(2)));
    let kept = json!({ "Authorization": "(kept at the vendor)", "X-Desk": "7" });
    assert_eq!(
        update[1]["headers"], kept,
        "the exchange puts the value of the vendor in the place of the mark"
    );
}

#[test]
fn handovers_are_tools_whose_settings_are_kept() {
    let own = json!({
        "type": "agent_swap", "name": "billing", "agent_id": "agent_1", "description": "A bill.",
        "post_call_analysis_setting": "only_destination_agent", "keep_current_voice": true,
    });
    let foreign = json!({ "type": "end_call", "name": "end_call", "description": "At the end." });
    let held = json!({ "agent": {}, "llm": { "general_tools": [own, foreign] } });
    let before = json!({
        "handovers": [{ "agent_id": "agent_1", "condition": "A bill." }],
        "ending": { "hang_up": { "instructions": "At the end." } },
    });
    let mut after = before.clone();
    after["handovers"] = json!([{ "agent_id": "agent_2" }, { "agent_id": "agent_3", "condition": "A visit." }, { "agent_id": "agent_1" }]);
    let mut kept = own.clone();
    kept.as_object_mut().unwrap().shift_remove("description");
    let sent = updated(before.clone(), Some(&held), after).document()["llm"]["general_tools"].clone();
    assert_eq!(
        sent,
        json!([
            foreign,
            {
                "type": "agent_swap", "name": "agent_swap", "post_call_analysis_setting": "both_agents",
                "agent_id": "agent_2", "agent_version": "latest_published",
            },
            {
                "type": "agent_swap", "name": "agent_swap_2", "post_call_analysis_setting": "both_agents",
                "agent_id": "agent_3", "agent_version": "latest_published", "description": "A visit.",
            },
            kept,
        ])
    );
    let mut without = before.clone();
    without["handovers"] = Value::Null;
    let sent = updated(before, Some(&held), without).document()["llm"]["general_tools"].clone();
    assert_eq!(sent, json!([foreign]));
}
