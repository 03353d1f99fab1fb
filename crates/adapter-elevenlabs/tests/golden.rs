//! The request bodies for ElevenLabs, as snapshots for reviewers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_elevenlabs::FACTORY;
use switchboard_core::{
    error::Result,
    facts::Facts,
    model::{Agent, read},
    plan::{Desired, Handling, PartState, Parts, Plan, Planned, Transition, Translator},
    vendor::Adapter,
};

const WEBHOOK: &str = "https://hooks.northwind.example/calls";

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
    let translator = Translator::new(account.agents(), "elevenlabs").with(&facts).with_parts(parts);
    match translator.plan(transition, desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("the plan needs the observed agent"),
    }
}

fn created(desired: &Desired<Agent>) -> Plan {
    plan(&Transition::Create, &Parts::NONE, desired).unwrap()
}

/// Plans an update of an agent that the vendor holds as this document.
fn updated(
    before: &Desired<Agent>,
    held: Option<&Value>,
    parts: &Parts,
    desired: &Desired<Agent>,
) -> Result<Plan> {
    plan(&Transition::Update { before, observed: held, previous: None }, parts, desired)
}

fn steps(plan: &Plan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| format!("{} {}", step.key(), if step.body().is_some() { "written" } else { "deleted" }))
        .collect()
}

#[test]
fn the_smallest_creation_has_the_voice_model_of_its_language() {
    let plan = created(&agent(json!({})));
    insta::assert_json_snapshot!(plan.document()["agent"]);
    let row = plan.report.row("/voice/model").unwrap();
    assert_eq!((json!(row.verdict), row.sent.clone()), (json!("assumed"), Some(json!("eleven_flash_v2"))));
    let german = created(&agent(json!({ "language": "de" })));
    assert_eq!(german.document()["agent"]["conversation_config"]["tts"]["model_id"], "eleven_flash_v2_5");
}

#[test]
fn the_full_creation() {
    let full: Value = serde_json::from_str(include_str!("../trial/full_agent.json")).unwrap();
    let desired = Desired { record: read(&full).unwrap(), extensions: Default::default() };
    let plan = created(&desired);
    insta::assert_json_snapshot!(json!({ "body": plan.document(), "report": plan.report }));
}

#[test]
fn an_update_has_only_what_changes() {
    let before =
        agent(json!({ "timezone": "Europe/Berlin", "model": { "name": "gpt-4.1", "temperature": 0.3 } }));
    let after = agent(json!({ "name": "Night desk", "model": { "name": "gpt-4.1", "temperature": 0.5 } }));
    let plan = updated(&before, None, &Parts::NONE.with("agent", PartState::new("a")), &after).unwrap();
    insta::assert_json_snapshot!(plan.document()["agent"], @r#"
    {
      "name": "Night desk",
      "conversation_config": {
        "agent": {
          "prompt": {
            "timezone": null,
            "temperature": 0.5
          }
        }
      }
    }
    "#);
}

#[test]
fn a_change_of_the_language_sends_the_voice_model() {
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let german = agent(json!({ "language": "de" }));
    let plan = updated(&agent(json!({})), None, &parts, &german).unwrap();
    insta::assert_json_snapshot!(plan.document()["agent"], @r#"
    {
      "conversation_config": {
        "agent": {
          "language": "de"
        },
        "tts": {
          "model_id": "eleven_flash_v2_5"
        }
      }
    }
    "#);
    let with_model = |language: &str, model: &str| {
        let voice = json!({ "id": "Xb7hH8MSUJpSbSDYk0k2", "model": model });
        agent(json!({ "language": language, "voice": voice }))
    };
    let v3 = |language| with_model(language, "eleven_v3_conversational");
    let plan = updated(&v3("en"), None, &parts, &v3("de")).unwrap();
    assert_eq!(
        plan.document()["agent"]["conversation_config"]["tts"]["model_id"],
        "eleven_v3_conversational"
    );
    let turbo = |language| with_model(language, "eleven_turbo_v2");
    for refused in [
        updated(&turbo("en"), None, &parts, &turbo("de")),
        updated(&v3("de"), None, &parts, &turbo("de")),
        plan_creation(&turbo("de")),
    ] {
        let error = refused.unwrap_err();
        assert_eq!(json!(error.violations)[0]["pointer"], "/voice/model", "{error:?}");
        assert!(error.violations[0].detail.contains("eleven_turbo_v2_5"), "{error:?}");
    }
}

fn plan_creation(desired: &Desired<Agent>) -> Result<Plan> {
    plan(&Transition::Create, &Parts::NONE, desired)
}

#[test]
fn a_webhook_is_created_first_and_another_url_is_another_webhook() {
    let before = agent(json!({ "webhook": { "url": WEBHOOK } }));
    assert_eq!(steps(&created(&before)), [format!("webhook/{WEBHOOK} written"), "agent written".to_owned()]);
    let held = json!({ "agent": {}, "webhook": [{ "kind": "post_call", "webhook_url": WEBHOOK }] });
    let parts = Parts::NONE
        .with("agent", PartState::new("a"))
        .with(&format!("webhook/{WEBHOOK}"), PartState::new("w"));
    let other = "https://hooks.northwind.example/new";
    let after = agent(json!({ "webhook": { "url": other } }));
    let plan = updated(&before, Some(&held), &parts, &after).unwrap();
    assert_eq!(
        steps(&plan),
        [
            format!("webhook/{other} written"),
            "agent written".to_owned(),
            format!("webhook/{WEBHOOK} deleted")
        ]
    );
    let plan = updated(&before, Some(&held), &parts, &agent(json!({}))).unwrap();
    assert_eq!(steps(&plan), ["agent written".to_owned(), format!("webhook/{WEBHOOK} deleted")]);
}

#[test]
fn an_entry_that_stays_is_reported() {
    let variables = |values: Value| agent(json!({ "variables": values }));
    let (before, after) =
        (variables(json!({ "city": "Ulm", "plan": "gold" })), variables(json!({ "city": "Bonn" })));
    let path = "/agent/conversation_config/agent/dynamic_variables/dynamic_variable_placeholders";
    let mut held = json!({});
    switchboard_core::rule::document_path::put(
        &mut held,
        path,
        json!({ "city": "Ulm", "plan": "gold", "age": 7 }),
    );
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let plan = updated(&before, Some(&held), &parts, &after).unwrap();
    assert_eq!(plan.document().pointer(path), Some(&json!({ "city": "Bonn" })));
    let row = plan.report.row("/variables").unwrap();
    assert_eq!(json!(row.verdict), "substituted");
    assert_eq!(row.sent, Some(json!({ "age": "7", "city": "Bonn", "plan": "gold" })));
    assert!(row.why.as_deref().is_some_and(|why| why.contains("plan") && why.contains("age")), "{row:?}");
}

#[test]
fn additional_languages_without_their_regions_are_reported() {
    let languages = |languages: Value| agent(json!({ "additional_languages": languages }));
    let path = "/agent/conversation_config/language_presets";
    let plan = created(&languages(json!(["fr", "de-AT", "de-CH", "pt-BR"])));
    let document = plan.document();
    let sent: Vec<_> = document.pointer(path).unwrap().as_object().unwrap().keys().collect();
    assert_eq!(sent, ["fr", "de", "pt-br"]);
    let row = plan.report.row("/additional_languages").unwrap();
    // The vendor returns a map, so the order of the answer is that of the tags.
    let expected = (json!("substituted"), Some(json!(["de", "fr", "pt-BR"])));
    assert_eq!((json!(row.verdict), row.sent.clone()), expected);
    assert_eq!(row.why.as_deref(), Some("The vendor has no \"de-AT\" and no \"de-CH\"."));

    let mut held = json!({});
    switchboard_core::rule::document_path::put(&mut held, path, json!({ "it": {} }));
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let plan = updated(&languages(json!(["it"])), Some(&held), &parts, &languages(json!(["de-AT"]))).unwrap();
    let row = plan.report.row("/additional_languages").unwrap();
    assert_eq!(row.sent, Some(json!(["de", "it"])), "both losses are reported: {row:?}");
    let why = row.why.as_deref().unwrap();
    assert!(why.contains("\"de-AT\"") && why.contains("it keeps it"), "{why}");
    let exact = created(&languages(json!(["fr", "de"])));
    assert!(exact.report.row("/additional_languages").is_none(), "nothing is lost");
}

#[test]
fn two_data_points_of_one_name_are_refused() {
    let point = |description: &str| json!({ "name": "date", "type": "string", "description": description });
    let points = json!([point("The day of the visit."), point("The day of birth.")]);
    let error = plan_creation(&agent(json!({ "analysis": { "extraction": points } }))).err().unwrap();
    let violation = &json!(error.violations)[0];
    assert_eq!(violation["pointer"], "/analysis/extraction");
    assert!(violation["detail"].as_str().is_some_and(|detail| detail.contains("\"date\"")), "{violation}");
}

#[test]
fn transfers_keep_the_destinations_that_are_no_phone_numbers() {
    let tool = "/agent/conversation_config/agent/prompt/built_in_tools/transfer_to_number";
    let number = json!({ "transfer_destination": { "type": "phone", "phone_number": "+15550100199" }, "condition": "A bill.", "transfer_type": "blind" });
    let sip = json!({ "transfer_destination": { "type": "sip_uri", "sip_uri": "sip:desk@pbx.example" }, "condition": "x" });
    let variable = json!({ "transfer_destination": { "type": "phone_dynamic_variable", "phone_number": "desk" }, "condition": "y" });
    let system = |transfers: Value| {
        let params = json!({ "system_tool_type": "transfer_to_number", "transfers": transfers });
        json!({ "type": "system", "name": "transfer_to_number", "params": params })
    };
    let mut held = created(&agent(json!({}))).document();
    switchboard_core::rule::document_path::put(&mut held, tool, system(json!([sip, number, variable])));
    let transfers = |number: &str| {
        let transfer = json!({ "phone_number": number, "condition": "A bill.", "mode": "cold" });
        agent(json!({ "transfers": [transfer] }))
    };
    let before = transfers("+15550100199");
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "elevenlabs").with(&facts);
    assert_eq!(translator.decode(&held).state.record.transfers, before.record.transfers);
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let plan = updated(&before, Some(&held), &parts, &transfers("+15550100142")).unwrap();
    let sent = plan.document().pointer(tool).unwrap()["params"]["transfers"].clone();
    let mut other = number;
    other["transfer_destination"]["phone_number"] = json!("+15550100142");
    assert_eq!(sent, json!([other, sip, variable]));
    let cleared = updated(&before, Some(&held), &parts, &agent(json!({}))).unwrap();
    let left = cleared.document().pointer(tool).unwrap()["params"]["transfers"].clone();
    assert_eq!(left, json!([sip, variable]));
}

#[test]
fn a_tool_whose_parameters_are_no_object_is_replaced() {
    let tool = "/agent/conversation_config/agent/prompt/built_in_tools/transfer_to_agent";
    let mut held = created(&agent(json!({}))).document();
    switchboard_core::rule::document_path::put(
        &mut held,
        tool,
        json!({ "type": "system", "params": "none" }),
    );
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let after = agent(json!({ "handovers": [{ "agent_id": "agent_2", "condition": "Money." }] }));
    let plan = updated(&agent(json!({})), Some(&held), &parts, &after).unwrap();
    let sent = plan.document().pointer(tool).unwrap()["params"]["transfers"].clone();
    assert_eq!(sent, json!([{ "agent_id": "agent_2", "condition": "Money." }]));
}

#[test]
fn a_list_keeps_what_the_vendor_has_in_it() {
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let events = "/agent/conversation_config/conversation/client_events";
    let mut held = json!({});
    switchboard_core::rule::document_path::put(
        &mut held,
        events,
        json!(["audio", "vad_score", "interruption"]),
    );
    let quiet = agent(json!({ "turn_taking": { "interruptible": false } }));
    let plan = updated(&agent(json!({})), Some(&held), &parts, &quiet).unwrap();
    assert_eq!(plan.document().pointer(events), Some(&json!(["audio", "vad_score"])));
    let tool = "/agent/conversation_config/agent/prompt/built_in_tools/transfer_to_number";
    let number = json!({ "type": "phone", "phone_number": "+15550100199" });
    let kept = json!({ "transfer_destination": number, "condition": "x", "transfer_type": "sip_refer", "custom_sip_headers": [] });
    let mut held = json!({});
    switchboard_core::rule::document_path::put(&mut held, tool, json!({ "params": { "transfers": [kept] } }));
    let transfer = json!([{ "phone_number": "+15550100199", "condition": "The caller asks." }]);
    let plan =
        updated(&agent(json!({})), Some(&held), &parts, &agent(json!({ "transfers": transfer }))).unwrap();
    let document = plan.document();
    let sent = &document.pointer(tool).unwrap()["params"]["transfers"][0];
    assert_eq!((&sent["transfer_type"], &sent["custom_sip_headers"]), (&json!("sip_refer"), &json!([])));
    assert_eq!(sent["condition"], "The caller asks.");
}

#[test]
fn an_agent_without_a_message_to_leave_hangs_up() {
    let plan = created(&agent(json!({ "voicemail": { "action": "leave_message" } })));
    let row = plan.report.row("/voicemail/action").unwrap();
    assert_eq!((row.verdict.name(), row.sent.clone()), ("substituted", Some(json!("hang_up"))));
    let tools = &plan.document()["agent"]["conversation_config"]["agent"]["prompt"]["built_in_tools"];
    assert_eq!(tools["voicemail_detection"]["params"]["voicemail_message"], Value::Null);
}

const PROMPT: &str = "/agent/conversation_config/agent/prompt";
const URL: &str = "https://llm.northwind.example/v1";

fn endpoint(changes: Value) -> Desired<Agent> {
    let mut endpoint = json!({ "url": URL, "model": "chat-1", "key": "golden-key-0001" });
    switchboard_core::model::schema::merge(&mut endpoint, &changes);
    agent(json!({ "model": { "endpoint": endpoint } }))
}

fn prompt(plan: &Plan) -> Value {
    plan.document().pointer(PROMPT).unwrap().clone()
}

/// Returns the document of an agent that the vendor holds with these members of its prompt.
fn holding(members: Value) -> Value {
    let mut held = json!({});
    switchboard_core::rule::document_path::put(&mut held, PROMPT, members);
    held
}

#[test]
fn a_server_of_the_customer_is_created_with_its_key() {
    let plan = created(&endpoint(json!({})));
    assert!(plan.report.fields.iter().all(|row| !row.field.starts_with("/model")), "{:?}", plan.report);
    let server = json!({
        "url": URL, "model_id": "chat-1", "api_type": "chat_completions",
        "request_headers": { "Authorization": "Bearer golden-key-0001" },
    });
    assert_eq!(prompt(&plan)["custom_llm"], server);
    assert!(prompt(&plan).get("llm").is_none());
    let open = prompt(&created(&endpoint(json!({ "key": null, "model": null }))));
    assert_eq!(open["custom_llm"], json!({ "url": URL, "model_id": null, "api_type": "chat_completions" }));
    let unknown = agent(json!({ "model": { "endpoint": { "url": URL, "key_set": true } } }));
    let error = plan_creation(&unknown).unwrap_err();
    assert_eq!(json!(error.violations)[0]["pointer"], "/model/endpoint", "{error:?}");
}

#[test]
fn a_server_and_a_named_model_take_each_others_place() {
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let named = |name: &str| agent(json!({ "model": { "name": name } }));
    let plan =
        updated(&named("gpt-4.1"), Some(&holding(json!({ "llm": "gpt-4.1" }))), &parts, &endpoint(json!({})));
    let plan = plan.unwrap();
    assert_eq!(prompt(&plan)["custom_llm"]["url"], URL);
    assert!(
        prompt(&plan).get("llm").is_none() && plan.report.row("/model/name").is_none(),
        "{:?}",
        plan.report
    );

    let held = holding(
        json!({ "custom_llm": { "url": URL, "model_id": "chat-1", "api_type": "chat_completions" } }),
    );
    let plan = updated(&endpoint(json!({})), Some(&held), &parts, &named("gpt-4.1")).unwrap();
    assert_eq!(prompt(&plan), json!({ "custom_llm": null, "llm": "gpt-4.1" }));
    let plan = updated(&endpoint(json!({})), Some(&held), &parts, &agent(json!({ "model": {} }))).unwrap();
    assert_eq!(prompt(&plan), json!({ "custom_llm": null, "llm": "gemini-2.5-flash" }));
    let row = plan.report.row("/model/name").unwrap();
    assert_eq!((row.verdict.name(), row.sent.clone()), ("assumed", Some(json!("gemini-2.5-flash"))));
}

#[test]
fn a_key_is_replaced_emptied_or_kept() {
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let mark = "(kept at the vendor)";
    let headers = json!({ "authorization": mark, "X-Tenant": mark });
    let server = |locator: Value| json!({ "url": URL, "model_id": "chat-1", "api_type": "responses", "api_key": locator, "request_headers": headers });
    let kept = agent(json!({ "model": { "endpoint": { "url": URL, "model": "chat-1", "key_set": true } } }));
    let written = |locator: Value, desired: &Desired<Agent>| {
        let held = holding(json!({ "custom_llm": server(locator) }));
        let plan = updated(&kept, Some(&held), &parts, desired).unwrap();
        prompt(&plan)["custom_llm"].clone()
    };
    let replaced = written(json!(null), &endpoint(json!({})));
    assert_eq!(
        replaced["request_headers"],
        json!({ "authorization": "Bearer golden-key-0001", "X-Tenant": mark })
    );
    assert_eq!(replaced["api_type"], "responses", "a setting of the vendor is kept");
    let emptied = written(json!(null), &endpoint(json!({ "key": null })));
    assert_eq!(emptied["request_headers"], json!({ "authorization": "", "X-Tenant": mark }));
    let renamed =
        agent(json!({ "model": { "endpoint": { "url": URL, "model": "chat-2", "key_set": true } } }));
    assert_eq!(written(json!(null), &renamed)["request_headers"], headers);
    let locator = json!({ "secret_id": "s1" });
    assert_eq!(written(locator.clone(), &renamed)["api_key"], locator);
    assert_eq!(written(locator, &endpoint(json!({})))["api_key"], Value::Null);
}

#[test]
fn handovers_keep_the_settings_of_a_transfer_and_the_nodes_of_a_workflow() {
    let tool = "/agent/conversation_config/agent/prompt/built_in_tools/transfer_to_agent";
    let node = json!({ "agent_id": null, "node_id": "node_1", "condition": "The workflow says so." });
    let kept = json!({ "agent_id": "agent_1", "condition": "A bill.", "delay_ms": 500 });
    let params = json!({ "system_tool_type": "transfer_to_agent", "transfers": [kept, node] });
    let system = json!({ "type": "system", "name": "transfer_to_agent", "description": "Own words.", "params": params });
    let mut held = created(&agent(json!({}))).document();
    switchboard_core::rule::document_path::put(&mut held, tool, system.clone());
    let handovers = |handovers: Value| agent(json!({ "handovers": handovers }));
    let before = handovers(json!([{ "agent_id": "agent_1", "condition": "A bill." }]));
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "elevenlabs").with(&facts);
    assert_eq!(translator.decode(&held).state.record.handovers, before.record.handovers);
    let parts = Parts::NONE.with("agent", PartState::new("a"));
    let after =
        handovers(json!([{ "agent_id": "agent_2" }, { "agent_id": "agent_1", "condition": "Money." }]));
    let plan = updated(&before, Some(&held), &parts, &after).unwrap();
    let sent = plan.document().pointer(tool).unwrap()["params"]["transfers"].clone();
    let any = "The instructions call for the other agent.";
    assert_eq!(
        sent,
        json!([
            { "agent_id": "agent_2", "condition": any },
            { "agent_id": "agent_1", "condition": "Money.", "delay_ms": 500 },
            node,
        ])
    );
    let row = plan.report.row("/handovers").unwrap();
    let reported = json!([{ "agent_id": "agent_2", "condition": any }, { "agent_id": "agent_1", "condition": "Money." }]);
    assert_eq!((json!(row.verdict), row.sent.clone()), (json!("substituted"), Some(reported)));

    let cleared = updated(&before, Some(&held), &parts, &agent(json!({}))).unwrap();
    let mut left = system;
    left["params"]["transfers"] = json!([node]);
    assert_eq!(cleared.document().pointer(tool), Some(&left), "the node is kept");
    switchboard_core::rule::document_path::put(&mut held, tool, json!({ "params": { "transfers": [kept] } }));
    let cleared = updated(&before, Some(&held), &parts, &agent(json!({}))).unwrap();
    assert_eq!(cleared.document().pointer(tool), Some(&Value::Null), "an empty tool is removed");
}
