//! The tools with which an agent sends HTTP requests: each is an object of the workspace, beside the tools that the caller
//! chose.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_elevenlabs::FACTORY;
use switchboard_core::{
    error::{Kind, Result},
    facts::Facts,
    model::{Agent, read},
    plan::{
        Desired, Handling, PartState, Parts, Plan, Planned, StepAction, Transition, Translator, VendorStep,
    },
    vendor::{Adapter, Exchange, Method, OperationKey, ReadScope, Remote, Reply, Request, StepAnswer},
};

const CANARY: &str = "Bearer of-the-desk-5f2c91";
const KEPT: &str = "(kept at the vendor)";
const TOOL_IDS: &str = "/conversation_config/agent/prompt/tool_ids";
const OWN_TOOL_IDS: &str = "/conversation_config/agent/prompt/own_tool_ids";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account().admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn done<T>(exchange: Exchange<T>) -> T {
    match exchange {
        Exchange::Done(value) => value,
        Exchange::Send(request, _) => panic!("no request was expected: {request:?}"),
    }
}

fn line(request: &Request) -> String {
    format!("{} {}", request.method.as_str(), request.path().join("/"))
}

fn request(changes: Value) -> Value {
    let mut request = json!({
        "type": "http_request", "name": "book_visit", "description": "When the caller wants to come.",
        "method": "post", "url": "https://desk.northwind.example/visits", "timeout_s": 8,
        "headers": [{ "name": "Authorization", "value": CANARY }],
        "parameters": {
            "type": "object", "required": ["day"],
            "properties": { "day": { "type": "string", "description": "The day of the visit." } },
        },
    });
    request.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    request
}

fn agent(change: Value) -> Desired<Agent> {
    let mut agent: Value = serde_json::from_str(include_str!("../trial/agent.json")).unwrap();
    agent.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    Desired { record: read(&agent).unwrap(), extensions: Default::default() }
}

fn with_tools(tools: &[Value]) -> Desired<Agent> {
    agent(json!({ "tools": tools }))
}

fn plan(transition: &Transition<'_, Agent>, parts: &Parts, desired: &Desired<Agent>) -> Plan {
    let (account, facts) = (account(), Facts::default());
    let translator = Translator::new(account.agents(), "elevenlabs").with(&facts).with_parts(parts);
    match translator.plan(transition, desired, Handling::Lenient).unwrap() {
        Planned::Ready(plan) => plan,
        Planned::NeedsObserved => panic!("the plan needs the observed agent"),
    }
}

fn created(desired: &Desired<Agent>) -> Plan {
    plan(&Transition::Create, &Parts::NONE, desired)
}

fn updated(before: &Desired<Agent>, held: &Value, parts: &Parts, after: &Desired<Agent>) -> Plan {
    plan(&Transition::Update { before, observed: Some(held), previous: None }, parts, after)
}

fn keys(plan: &Plan) -> Vec<String> {
    let action = |step: &VendorStep| match step.action {
        StepAction::Create(_) => "create",
        StepAction::Update(_) => "update",
        StepAction::Publish => "publish",
        StepAction::Delete => "delete",
    };
    plan.steps.iter().map(|step| format!("{} {}", action(step), step.key())).collect()
}

/// Returns the reason for the loss of the tools.
fn why(plan: &Plan) -> (&'static str, String) {
    let row = plan.report.row("/tools").unwrap();
    (row.verdict.name(), row.why.clone().unwrap_or_default())
}

fn parts(tools: &[&str]) -> Parts {
    let tool = |parts: Parts, name: &&str| {
        parts.with(&format!("tool/{name}"), PartState::new(format!("tool_{name}")))
    };
    tools.iter().fold(Parts::NONE.with("agent", PartState::new("agent_1")), tool)
}

fn perform(
    part: &'static str,
    item: Option<&str>,
    action: StepAction,
    parts: &Parts,
) -> Exchange<StepAnswer> {
    let step = VendorStep::new(part, action).for_item(item.map(ToOwned::to_owned));
    account().agents().perform(step, parts, OperationKey::new("0198")).unwrap()
}

/// Returns the vendor's answer about an agent with these tools.
fn answer(tool_ids: Value) -> Reply {
    let prompt = json!({ "prompt": "Be kind.", "tool_ids": tool_ids });
    Reply::json(
        200,
        json!({ "agent_id": "agent_1", "name": "Desk", "conversation_config": { "agent": { "prompt": prompt } } }),
    )
}

fn body(members: &[(&str, Value)]) -> Value {
    let mut body = json!({});
    members.iter().for_each(|(at, ids)| switchboard_core::model::schema::put(&mut body, at, ids.clone()));
    body
}

/// Returns the vendor's tool with these settings.
fn row(id: &str, config: &Value) -> Value {
    let mut config = config.clone();
    config["assignments"] = json!([]);
    config["api_schema"]["content_type"] = json!("application/json");
    config["api_schema"]["query_params_schema"] = Value::Null;
    json!({ "id": id, "tool_config": config, "access_info": {}, "usage_stats": {} })
}

fn page(rows: &[Value]) -> Reply {
    Reply::json(200, json!({ "tools": rows, "next_cursor": null, "has_more": false }))
}

/// Returns the settings that the plan of a creation sends for the first tool.
fn config(tool: Value) -> Value {
    created(&with_tools(&[tool])).document()["tool"][0].clone()
}

#[test]
fn a_tool_is_created_before_the_agent_and_deleted_after_it() {
    let plan = created(&with_tools(&[request(json!({ "name": "hours" })), request(json!({}))]));
    assert_eq!(keys(&plan), ["create tool/book_visit", "create tool/hours", "create agent"]);
    assert!(plan.report.row("/tools").is_none(), "{:?}", plan.report);
    insta::assert_json_snapshot!(plan.document()["tool"][0], @r#"
    {
      "type": "webhook",
      "name": "book_visit",
      "description": "When the caller wants to come.",
      "response_timeout_secs": 8,
      "api_schema": {
        "url": "https://desk.northwind.example/visits",
        "method": "POST",
        "request_headers": {
          "Authorization": "Bearer of-the-desk-5f2c91"
        },
        "request_body_schema": {
          "type": "object",
          "required": [
            "day"
          ],
          "properties": {
            "day": {
              "type": "string",
              "description": "The day of the visit."
            }
          }
        }
      },
      "dynamic_variables": {
        "dynamic_variable_placeholders": {
          "made_by_switchboard": "made_by_switchboard"
        }
      }
    }
    "#);
    let (account, parts) = (account(), parts(&["book_visit"]));
    let deletion =
        Translator::<Agent>::new(account.agents(), "elevenlabs").with_parts(&parts).plan_deletion();
    let keys: Vec<_> = deletion.iter().map(VendorStep::key).collect();
    assert_eq!(keys, ["agent", "tool/book_visit"]);
}

#[test]
fn a_change_concerns_only_the_tools_that_differ() {
    let open = |name: &str, url: &str| request(json!({ "name": name, "headers": [], "url": url }));
    let before =
        with_tools(&[open("book", "https://desk.example/1"), open("hours", "https://desk.example/2")]);
    let mut held = created(&before).document();
    held["tool"][0]["tool_call_sound"] = json!("typing");
    let after =
        with_tools(&[open("book", "https://desk.example/3"), open("hours", "https://desk.example/2")]);
    let plan = updated(&before, &held, &parts(&["book", "hours"]), &after);
    assert_eq!(keys(&plan), ["update tool/book"]);
    let sent = plan.steps[0].body().unwrap();
    assert_eq!(
        (&sent["api_schema"]["url"], &sent["tool_call_sound"]),
        (&json!("https://desk.example/3"), &json!("typing"))
    );

    let after = with_tools(&[open("hours", "https://desk.example/2"), open("way", "https://desk.example/4")]);
    let plan = updated(&before, &held, &parts(&["book", "hours"]), &after);
    assert_eq!(keys(&plan), ["create tool/way", "update agent", "delete tool/book"]);
    let plan = updated(&before, &held, &parts(&["book", "hours"]), &agent(json!({})));
    assert_eq!(keys(&plan), ["update agent", "delete tool/book", "delete tool/hours"]);
    let other_order =
        with_tools(&[open("hours", "https://desk.example/2"), open("book", "https://desk.example/1")]);
    assert_eq!(keys(&updated(&before, &held, &parts(&["book", "hours"]), &other_order)), [""; 0]);
}

#[test]
fn the_tools_of_the_caller_and_those_of_the_gateway_are_one_list_at_the_vendor() {
    let members = [(TOOL_IDS, json!(["tool_of_the_caller"])), (OWN_TOOL_IDS, json!(["tool_book"]))];
    let (created, _) = sent(perform("agent", None, StepAction::Create(body(&members)), &parts(&["book"])));
    let all = json!(["tool_of_the_caller", "tool_book"]);
    assert_eq!(created.document(), Some(&body(&[(TOOL_IDS, all.clone())])));

    let update = |members: &[(&str, Value)]| {
        perform("agent", None, StepAction::Update(body(members)), &parts(&["book"]))
    };
    let (request, _) = sent(update(&members[..1]));
    assert_eq!(
        (request.method, request.document()),
        (Method::Patch, Some(&body(&[(TOOL_IDS, all.clone())])))
    );

    let (first, read) = sent(update(&[(OWN_TOOL_IDS, json!(["tool_book", "tool_new"]))]));
    assert_eq!(line(&first), "GET v1/convai/agents/agent_1");
    let (request, read) = sent(read(answer(json!(["tool_book", "tool_of_the_caller"]))).unwrap());
    let expected = json!(["tool_of_the_caller", "tool_book", "tool_new"]);
    assert_eq!((request.method, request.document()), (Method::Patch, Some(&body(&[(TOOL_IDS, expected)]))));
    done(read(answer(json!(["tool_of_the_caller", "tool_book", "tool_new"]))).unwrap());

    let (_, read) = sent(update(&[(OWN_TOOL_IDS, json!([]))]));
    let (request, _) = sent(read(answer(all)).unwrap());
    assert_eq!(request.document(), Some(&body(&[(TOOL_IDS, json!(["tool_of_the_caller"]))])));

    let (request, _) = sent(update(&[("/name", json!("Desk"))]));
    assert_eq!(request.document(), Some(&json!({ "name": "Desk" })), "no tool changes");
}

/// Reads an agent whose tools have these ids. `rows` are the tools of the workspace.
fn fetched(known: &Parts, tool_ids: Value, rows: &[Value]) -> Remote {
    let (_, read) = sent(account().agents().fetch(known, ReadScope::Bound).unwrap());
    let (request, read) = sent(read(answer(tool_ids)).unwrap());
    assert_eq!(line(&request), "GET v1/convai/tools");
    done(read(page(rows)).unwrap()).found().unwrap()
}

#[test]
fn an_agent_is_read_with_its_own_tools_and_without_the_values_of_headers() {
    let (book, hours) = (config(request(json!({}))), config(request(json!({ "name": "hours" }))));
    let rows = [row("tool_hours", &hours), row("tool_of_the_caller", &book), row("tool_book", &book)];
    let known = parts(&["book", "hours", "lost"]);
    let remote =
        fetched(&known, json!(["tool_hours", "tool_of_the_caller", "tool_book", "tool_lost"]), &rows);
    assert!(!remote.document.to_string().contains(CANARY));
    let keys: Vec<_> = remote.parts.iter().map(|(key, _)| key.to_owned()).collect();
    assert_eq!(keys, ["agent", "tool/book", "tool/hours"], "the workspace lacks one tool");
    let account = account();
    let translator = Translator::<Agent>::new(account.agents(), "elevenlabs");
    let observed = translator.decode(&remote.document);
    assert!(observed.unread.is_empty(), "{:?}", observed.unread);
    let record = json!(observed.state.record);
    let names: Vec<_> = record["tools"].as_array().unwrap().iter().map(|tool| tool["name"].clone()).collect();
    assert_eq!(
        (names, &record["tool_ids"]),
        (vec![json!("book_visit"), json!("hours")], &json!(["tool_of_the_caller"]))
    );
    assert_eq!(record["tools"][0]["headers"], json!([{ "name": "Authorization", "value_set": true }]));

    let (_, read) = sent(account.agents().fetch(&parts(&[]), ReadScope::Bound).unwrap());
    let remote = done(read(answer(json!(["tool_book"]))).unwrap()).found().unwrap();
    assert_eq!(
        remote.document["agent"].pointer(TOOL_IDS),
        Some(&json!(["tool_book"])),
        "it is not the gateway's"
    );
    assert_eq!(remote.document.get("tool"), None);
}

#[test]
fn a_tool_that_the_model_cannot_describe_is_not_read() {
    let known = config(request(json!({})));
    let variants = [
        ("/type", json!("client")),
        ("/api_schema/path_params_schema", json!({ "id": { "type": "string", "description": "The id." } })),
        (
            "/api_schema/query_params_schema",
            json!({ "properties": { "q": { "type": "string", "description": "Q." } } }),
        ),
        ("/api_schema/content_type", json!("application/x-www-form-urlencoded")),
        ("/api_schema/url", json!("https://desk.example/{id}")),
        ("/api_schema/request_headers/X-Key", json!({ "secret_id": "s1" })),
        ("/api_schema/request_body_schema/properties/day/constant_value", json!("today")),
        ("/api_schema/method", json!("HEAD")),
    ];
    let account = account();
    let translator = Translator::<Agent>::new(account.agents(), "elevenlabs");
    let read = |tool: &Value| translator.decode(&json!({ "agent": {}, "tool": [tool] }));
    assert!(read(&known).unread.is_empty());
    for (at, value) in variants {
        let mut tool = known.clone();
        switchboard_core::model::schema::put(&mut tool, at, value);
        let unread = read(&tool).unread;
        assert_eq!(unread.len(), 1, "{at}: {unread:?}");
        assert_eq!(unread[0].field, "/tools");
    }
}

#[test]
fn the_values_of_headers_are_hidden_and_kept() {
    let config = config(request(json!({})));
    let (request, read) =
        sent(perform("tool", Some("book"), StepAction::Create(config.clone()), &Parts::NONE));
    assert_eq!(line(&request), "POST v1/convai/tools");
    assert_eq!(request.document(), Some(&json!({ "tool_config": config })));
    let shown = format!("{request:?} {:?}", request.redacted_body());
    assert!(!shown.contains(CANARY), "{shown}");
    let state = match done(read(Reply::json(200, row("tool_7", &config))).unwrap()) {
        StepAnswer::Performed(performed) => performed.state,
        StepAnswer::Unidentified(_) => panic!("the answer has an id"),
    };
    assert_eq!(state.id, "tool_7");

    let mut marked = config.clone();
    marked["api_schema"]["request_headers"]["Authorization"] = json!(KEPT);
    let update =
        || sent(perform("tool", Some("book"), StepAction::Update(marked.clone()), &parts(&["book"])));
    let (request, read) = update();
    assert_eq!(line(&request), "GET v1/convai/tools");
    let (request, _) = sent(read(page(&[row("tool_book", &config)])).unwrap());
    assert_eq!(line(&request), "PATCH v1/convai/tools/tool_book");
    let value = request.document().unwrap().pointer("/tool_config/api_schema/request_headers/Authorization");
    assert_eq!(value, Some(&json!(CANARY)));
    assert!(!format!("{:?}", request.redacted_body()).contains(CANARY));

    let gone = update().1(page(&[])).err().unwrap();
    assert!(gone.means_gone(), "{gone:?}");
    let mut without = config;
    without["api_schema"]["request_headers"] = json!({});
    let lost = update().1(page(&[row("tool_book", &without)])).err().unwrap();
    assert_eq!((lost.kind, lost.means_gone()), (Kind::VendorRejected, false));
}

#[test]
fn a_tool_that_another_agent_uses_is_not_deleted() {
    let delete = || sent(perform("tool", Some("book"), StepAction::Delete, &parts(&["book"])));
    let users = |agents: Value, branches: Value| {
        Reply::json(200, json!({ "agents": agents, "branches": branches, "has_more": false }))
    };
    let (request, read) = delete();
    assert_eq!(line(&request), "GET v1/convai/tools/tool_book/dependent-agents");
    done(read(users(json!([{ "type": "unknown" }]), json!([]))).unwrap());
    done(delete().1(users(json!([]), json!([{ "branch_id": "agtbrch_1" }]))).unwrap());
    let (request, read) = sent(delete().1(users(json!([]), Value::Null)).unwrap());
    assert_eq!(line(&request), "DELETE v1/convai/tools/tool_book");
    assert!(request.query.is_empty(), "a tool in use must not be removed by force");
    done(read(Reply::empty(204)).unwrap());
}

#[test]
fn a_lost_tool_is_found_by_its_settings_and_its_mark() {
    let plan = created(&with_tools(&[request(json!({}))]));
    let config = plan.document()["tool"][0].clone();
    let (mut unmarked, mut other) = (config.clone(), config.clone());
    unmarked["dynamic_variables"] = json!({ "dynamic_variable_placeholders": {} });
    other["api_schema"]["url"] = json!("https://desk.northwind.example/others");
    let rows = [row("tool_1", &unmarked), row("tool_2", &other), row("tool_3", &config)];
    let (_, read) = sent(account().agents().find("tool").unwrap());
    let found = done(read(page(&rows)).unwrap());
    assert!(
        !json!(found.iter().map(|found| &found.document).collect::<Vec<_>>()).to_string().contains(CANARY)
    );
    let since = "2026-11-30T12:00:00Z".parse().unwrap();
    let matching = found.iter().filter(|found| plan.steps[0].may_have_made(found, since));
    assert_eq!(matching.map(|found| found.state.id.as_str()).collect::<Vec<_>>(), ["tool_3"]);
}

#[test]
fn what_the_vendor_takes_differently_is_reported() {
    let reason = |changes: Value| why(&created(&with_tools(&[request(changes)])));
    let timeout = reason(json!({ "timeout_s": 2.5 }));
    assert_eq!(timeout.0, "substituted");
    assert!(timeout.1.contains("from 5 to 120 seconds, in steps of 1; 5 is sent"), "{timeout:?}");
    let value =
        |schema: Value| json!({ "parameters": { "type": "object", "properties": { "day": schema } } });
    let format = reason(value(json!({ "type": "string", "description": "The day.", "format": "date" })));
    assert!(format.1.contains("/properties/day/format"), "{format:?}");
    let list = reason(value(json!({ "type": "integer", "description": "The day.", "enum": [1, 2] })));
    assert!(list.1.contains("/properties/day/enum"), "{list:?}");
    let nameless =
        created(&with_tools(&[request(value(json!({ "type": "array", "items": { "type": "number" } })))]));
    assert!(why(&nameless).1.contains("the name is sent as the description of /properties/day/items"));
    let items = "/tool/0/api_schema/request_body_schema/properties/day/items";
    assert_eq!(nameless.document().pointer(items), Some(&json!({ "type": "number", "description": "day" })));

    for (changes, expected) in [
        (json!({ "url": "https://desk.example/visits?day={day}" }), "braces in a URL"),
        (json!({ "method": "get" }), "a GET request does not have"),
        (value(json!({ "type": ["string", "null"] })), "one type for each value"),
        (value(json!({ "type": "null" })), "no values of the type null"),
        (value(json!({ "type": "array" })), "a schema of the items"),
    ] {
        let (verdict, why) = reason(changes);
        assert_eq!(verdict, "unsupported", "{why}");
        assert!(why.contains(expected), "{why}");
    }
    let message = json!({ "type": "send_message", "channel": "sms", "content": "Bye!" });
    let mixed = created(&with_tools(&[message, request(json!({}))]));
    assert_eq!(why(&mixed).0, "substituted");
    assert!(why(&mixed).1.contains("no tool that books meetings or sends messages"));
    assert!(!json!(mixed.report).to_string().contains(CANARY));
}

#[test]
fn a_difference_that_is_reported_is_no_drift() {
    let headers =
        json!([{ "name": "X-Desk", "value": "7-of-the-desk" }, { "name": "Authorization", "value": CANARY }]);
    let odd = request(json!({ "timeout_s": 19.6, "headers": headers, "parameters": null }));
    let desired = with_tools(&[request(json!({ "name": "visit", "timeout_s": null })), odd]);
    let plan = created(&desired);
    assert_eq!(why(&plan).0, "substituted");
    let account = account();
    let translator = Translator::<Agent>::new(account.agents(), "elevenlabs");
    let mut document = plan.document();
    for tool in document["tool"].as_array_mut().unwrap() {
        // The vendor's default.
        if tool.get("response_timeout_secs").is_none() {
            tool["response_timeout_secs"] = json!(20);
        }
    }
    let compared = translator.compare(&desired, &plan.report, &document);
    assert!(compared.drift.is_empty(), "{:?}", compared.drift);
}

#[test]
fn a_refusal_of_a_tool_is_about_the_tools() {
    let complaint = json!({ "type": "value_error", "loc": ["body", "tool_config", "api_schema", "url"], "msg": CANARY, "input": CANARY });
    let error = account().admit(Reply::json(422, json!({ "detail": [complaint] }))).unwrap_err();
    let error = Translator::<Agent>::new(account().agents(), "elevenlabs").map_vendor_fields(error);
    assert_eq!(json!(error.violations)[0]["pointer"], "/tools");
    assert!(!format!("{error:?} {}", json!(error.violations)).contains(CANARY));
    let missing = json!({ "detail": { "type": "not_found", "code": "tool_not_found", "message": "" } });
    assert!(account().admit(Reply::json(404, missing)).unwrap_err().means_gone());
}
