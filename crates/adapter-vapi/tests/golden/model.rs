//! The language model: a server of the customer, and fallback models.

use serde_json::{Value, json};
use switchboard_core::{
    error::Result,
    model::Agent,
    plan::{Desired, Plan, Planned, Transition},
    rule::Report,
};

use crate::{agent, body, created, held, plan, ready, states, updated};

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
