//! Tools: HTTP requests and handovers.

use serde_json::{Value, json};
use switchboard_adapter_vapi::FACTORY;
use switchboard_core::{
    model::read,
    plan::{Desired, Planned, Transition, Translator},
};

use crate::{agent, body, created, held, plan, ready};

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
