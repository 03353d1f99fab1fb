//! Checks of the Vapi simulator: its answers match the contract, and it has the vendor's peculiarities.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the tests of each simulator use a part of it")]
#[path = "../sandbox/support.rs"]
mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Answered, Bench, Contract};
use switchboard_sandbox::Vendor;

const VAPI: Vendor = Vendor::VAPI;
const ASSISTANT: &str = "/assistant";

fn assistant(name: &str) -> Value {
    json!({
        "name": name,
        "model": { "provider": "openai", "model": "gpt-4.1", "messages": [{ "role": "system", "content": "Be brief." }], "temperature": 0.3 },
        "voice": { "provider": "11labs", "voiceId": "sarah", "stability": 0.5 },
        "firstMessage": "Hello!",
    })
}

async fn create(bench: &Bench, body: &Value) -> String {
    let (status, answer) = bench.send(VAPI, Method::POST, ASSISTANT, body).await;
    assert_eq!(status, 201, "{answer}");
    answer["id"].as_str().expect("an id").to_owned()
}

fn path(id: &str) -> String {
    format!("{ASSISTANT}/{id}")
}

async fn patch(bench: &Bench, id: &str, body: Value) -> Answered {
    bench.send(VAPI, Method::PATCH, &path(id), &body).await
}

/// Sends an update that the vendor refuses, and returns the sentences of the refusal.
async fn sentences(bench: &Bench, id: &str, body: Value) -> Value {
    let (status, answer) = patch(bench, id, body).await;
    assert_eq!((status, &answer["error"]), (400, &json!("Bad Request")), "{answer}");
    answer["message"].clone()
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, contract) = (Bench::new().await, Contract::for_vendor(VAPI));
    let made = bench.send(VAPI, Method::POST, ASSISTANT, &json!({})).await;
    contract.check("createAssistant", &made);
    assert_eq!(made.0, 201, "nothing is required");
    let id = made.1["id"].as_str().expect("an id").to_owned();
    contract.check("getAssistant", &bench.get(VAPI, &path(&id)).await);
    contract.check("listAssistants", &bench.get(VAPI, ASSISTANT).await);
    let numbers = bench.get(VAPI, "/phone-number?limit=2&createdAtLe=2026-11-03T09:15:00.000Z").await;
    contract.check("listPhoneNumbers", &numbers);
    assert_eq!(numbers.1.as_array().map(Vec::len), Some(2), "{}", numbers.1);
    let changed = patch(&bench, &id, json!({ "name": "Desk" })).await;
    contract.check("updateAssistant", &changed);
    assert_eq!((&changed.1["name"], &changed.1["latestVersion"]), (&json!("Desk"), &json!("v2")));
    for status in [200, 404] {
        let deleted = bench.delete(VAPI, &path(&id)).await;
        assert_eq!(deleted.0, status);
        contract.check("deleteAssistant", &deleted);
    }
    assert_eq!(bench.get(VAPI, &path(&id)).await.1["statusCode"], 404);
}

#[tokio::test]
async fn an_update_replaces_nested_objects_whole() {
    let bench = Bench::new().await;
    let id = create(&bench, &assistant("Reception")).await;
    let (_, after) =
        patch(&bench, &id, json!({ "model": { "provider": "openai", "model": "gpt-4.1" } })).await;
    assert_eq!(after["model"], json!({ "provider": "openai", "model": "gpt-4.1" }), "the prompt is gone");
    assert_eq!((&after["voice"]["stability"], &after["firstMessage"]), (&json!(0.5), &json!("Hello!")));
}

#[tokio::test]
async fn null_removes_a_text_or_is_ignored() {
    let bench = Bench::new().await;
    let id = create(&bench, &assistant("Reception")).await;
    bench.set_options(VAPI, json!({ "nulls": "keep" })).await;
    assert_eq!(patch(&bench, &id, json!({ "firstMessage": null })).await.1["firstMessage"], "Hello!");
    bench.set_options(VAPI, json!({})).await;
    assert_eq!(patch(&bench, &id, json!({ "firstMessage": null })).await.1.get("firstMessage"), None);
}

#[tokio::test]
async fn refusals_name_the_path_of_the_value() {
    let bench = Bench::new().await;
    let id = create(&bench, &assistant("Reception")).await;
    let voice =
        json!({ "voice": { "provider": "openai", "voiceId": "alloy", "stability": 0.5, "speed": 9 } });
    let told = sentences(&bench, &id, voice).await;
    let told: Vec<_> = told.as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert!(told.contains(&"voice.property stability should not exist"), "{told:?}");
    assert!(told.contains(&"voice.speed must not be greater than 4"), "{told:?}");
    let name = json!({ "name": "x".repeat(41) });
    assert_eq!(
        sentences(&bench, &id, name).await,
        json!(["name must be shorter than or equal to 40 characters"])
    );
    assert_eq!(sentences(&bench, &id, json!({ "id": "x" })).await, json!(["property id should not exist"]));
    assert_eq!(
        sentences(&bench, &id, json!({ "silenceTimeoutSeconds": 9 })).await,
        json!(["silenceTimeoutSeconds must not be less than 10"])
    );
    let model = json!({ "model": { "provider": "openai", "model": "gpt-0" } });
    assert_eq!(
        sentences(&bench, &id, model).await,
        json!(["model.model must be one of the following values: (the documented ones)"])
    );
    let untyped = json!({ "type": "object", "properties": { "day": { "description": "The day." } } });
    let tool =
        json!({ "type": "apiRequest", "method": "POST", "url": "https://desk.example", "body": untyped });
    let told = sentences(
        &bench,
        &id,
        json!({ "model": { "provider": "openai", "model": "gpt-4.1", "tools": [tool] } }),
    )
    .await;
    assert_eq!(
        told,
        json!([
            "model.tools.0.body.type must be one of the following values: string, number, integer, boolean, array, object"
        ])
    );
    let language = json!({ "voice": { "provider": "11labs", "voiceId": "sarah", "language": "de" } });
    bench.set_options(VAPI, json!({ "quotes": true })).await;
    let told = sentences(&bench, &id, language).await;
    assert_eq!(told[0], "voice.property language should not exist");
    assert!(told[1].as_str().is_some_and(|text| text.contains("sarah")), "{told}");
    assert_eq!(bench.get(VAPI, "/assistant?limit=1001").await.0, 400);
}

#[tokio::test]
async fn a_wrong_key_is_refused_before_anything_else() {
    let bench = Bench::new().await;
    let url = format!("{}{ASSISTANT}", bench.sandbox.base_url(VAPI));
    let answer = bench.client.get(url).send().await.expect("an answer");
    assert_eq!(answer.status(), 401);
    assert!(answer.text().await.expect("a text").contains("Invalid Key. Hot tip"));
}

#[tokio::test]
async fn assistants_are_listed_by_their_time_in_either_order() {
    let bench = Bench::new().await;
    for day in 1..=3 {
        let record =
            json!({ "name": format!("{day}"), "createdAt": format!("2026-01-0{day}T00:00:00.000Z") });
        let put = format!("/vapi/records/assistants/0198f300-0000-7000-8000-00000000000{day}");
        bench.control(Method::PUT, &put, Some(&record)).await;
    }
    let names = |listed: Value| -> Vec<String> {
        let rows = listed.as_array().expect("a list").iter();
        rows.map(|row| row["name"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(names(bench.get(VAPI, "/assistant?limit=2").await.1), ["3", "2"]);
    let older = "/assistant?createdAtLe=2026-01-02T00:00:00.000Z";
    assert_eq!(names(bench.get(VAPI, older).await.1), ["2", "1"]);
    bench.set_options(VAPI, json!({ "order": "oldest_first" })).await;
    assert_eq!(names(bench.get(VAPI, "/assistant?limit=2").await.1), ["1", "2"]);
}

#[tokio::test]
async fn a_pinned_assistant_is_not_deleted() {
    let bench = Bench::new().await;
    let id = create(&bench, &assistant("Reception")).await;
    bench.set_options(VAPI, json!({ "pinned": [id] })).await;
    let refused = bench.delete(VAPI, &path(&id)).await;
    Contract::for_vendor(VAPI).check("deleteAssistant", &refused);
    assert_eq!((refused.0, &refused.1["error"]), (409, &json!("assistant_pinned")));
    assert_eq!(bench.get(VAPI, &path(&id)).await.0, 200);
}

#[tokio::test]
async fn a_handoff_names_an_assistant_that_exists() {
    let bench = Bench::new().await;
    let (id, other) = (create(&bench, &assistant("Desk")).await, create(&bench, &assistant("Billing")).await);
    let to = |id: &str| {
        let destinations = json!([{ "type": "assistant", "assistantId": id, "description": "A bill." }]);
        let tool = json!({ "type": "handoff", "destinations": destinations });
        json!({ "model": { "provider": "openai", "model": "gpt-4.1", "tools": [tool] } })
    };
    let (status, after) = patch(&bench, &id, to(&other)).await;
    assert_eq!((status, &after["model"]), (200, &to(&other)["model"]));
    let refused = sentences(&bench, &id, to("nobody")).await;
    assert_eq!(refused, json!(["model.tools.0.destinations must name existing assistants"]));
}
