//! Checks of the Bland simulator: its answers match the contract, and drafts, promotions and failures work as
//! documented.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the tests of each simulator use a part of it")]
#[path = "../sandbox/support.rs"]
mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Answered, Bench, Contract};
use switchboard_sandbox::Vendor;

const BLAND: Vendor = Vendor::BLAND;
const JUNE: &str = "745fbef5-f445-44fa-91ba-93f89803e1ce";

fn new(name: &str) -> Value {
    json!({
        "name": name, "personality_prompt": "You answer the phone.",
        "call_config": { "voice": JUNE, "language": "en", "max_duration": 15 },
    })
}

/// A persona of a test.
struct Persona<'a> {
    bench: &'a Bench,
    path: String,
}

impl<'a> Persona<'a> {
    async fn create(bench: &'a Bench, name: &str) -> Self {
        let made = bench.send(BLAND, Method::POST, "/v1/personas", &new(name)).await;
        let id = made.1["data"]["id"].as_str().expect("an id");
        Self { bench, path: format!("/v1/personas/{id}") }
    }

    fn id(&self) -> &str {
        self.path.rsplit('/').next().expect("an id")
    }

    async fn change(&self, body: Value) -> Answered {
        self.bench.send(BLAND, Method::PATCH, &self.path, &body).await
    }

    async fn promote(&self) -> Answered {
        let path = format!("{}/versions/promote", self.path);
        let sent = self.bench.request(BLAND, Method::POST, &path).send().await.expect("an answer");
        (sent.status().as_u16(), sent.json().await.expect("JSON"))
    }

    async fn plant_number(&self, number: &str) {
        let path = format!("/bland/records/numbers/{number}");
        let record = json!({ "persona_id": self.id() });
        let (status, answer) = self.bench.control(Method::PUT, &path, Some(&record)).await;
        assert!((200..300).contains(&status), "{answer}");
    }
}

/// Returns the version of this kind in an answer.
fn version<'a>(answer: &'a Answered, kind: &str) -> &'a Value {
    &answer.1["data"][format!("current_{kind}_version")]
}

fn code(answer: &Answered) -> (u16, &str) {
    (answer.0, answer.1["errors"][0]["error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, contract) = (Bench::new().await, Contract::for_vendor(BLAND));
    contract.check("createPersona", &bench.send(BLAND, Method::POST, "/v1/personas", &new("One")).await);
    let persona = Persona::create(&bench, "Two").await;
    contract.check("getPersona", &bench.get(BLAND, &persona.path).await);
    contract.check("updatePersona", &persona.change(json!({ "name": "Second" })).await);
    contract.check("promotePersona", &persona.promote().await);
    contract.check("listPersonas", &bench.get(BLAND, "/v1/personas?page=1&limit=100").await);
    contract.check("listVoices", &bench.get(BLAND, "/v1/voices").await);
    contract.check("listPhoneNumbers", &bench.get(BLAND, "/v1/inbound").await);
    contract.check("listKnowledgeBases", &bench.get(BLAND, "/v1/knowledge").await);
    for status in [200, 404] {
        let deleted = bench.delete(BLAND, &persona.path).await;
        assert_eq!(deleted.0, status);
        contract.check("deletePersona", &deleted);
    }
    for gone in [bench.get(BLAND, &persona.path).await, persona.promote().await] {
        assert_eq!(code(&gone), (404, "PERSONA_NOT_FOUND"));
        contract.check("getPersona", &gone);
    }
}

#[tokio::test]
async fn the_key_is_sent_bare() {
    let bench = Bench::new().await;
    let url = format!("{}/v1/personas", bench.sandbox.base_url(BLAND));
    let (name, key) = BLAND.credential();
    for (key, status) in [(key.clone(), 200), (format!("Bearer {key}"), 401)] {
        let answer = bench.client.get(&url).header(name, key).send().await.expect("an answer");
        assert_eq!(answer.status().as_u16(), status);
    }
}

#[tokio::test]
async fn a_change_stays_in_the_draft_until_it_is_promoted() {
    let bench = Bench::new().await;
    let persona = Persona::create(&bench, "Reception").await;
    let made = bench.get(BLAND, &persona.path).await;
    assert_eq!(version(&made, "production")["call_config"], version(&made, "draft")["call_config"]);
    let changed = persona.change(json!({ "name": "Desk", "personality_prompt": "Be brief." })).await;
    assert_eq!(changed.1["data"]["name"], "Desk", "the name has no versions");
    assert_eq!(version(&changed, "draft")["personality_prompt"], "Be brief.");
    assert_eq!(version(&changed, "production")["personality_prompt"], "You answer the phone.");
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let promoted = persona.promote().await;
        assert_eq!(version(&promoted, "production")["personality_prompt"], "Be brief.");
        assert_eq!(version(&promoted, "draft")["id"], version(&made, "draft")["id"]);
        numbers.push(["production", "draft"].map(|kind| version(&promoted, kind)["version_number"].clone()));
    }
    assert_eq!(json!(numbers), json!([[3, 2], [4, 2]]));
}

#[tokio::test]
async fn a_promotion_needs_a_draft() {
    let bench = Bench::new().await;
    bench.set_options(BLAND, json!({ "draft_stays": false })).await;
    let persona = Persona::create(&bench, "Reception").await;
    persona.change(json!({ "name": "Reception", "personality_prompt": "Be brief." })).await;
    assert_eq!(version(&persona.promote().await, "draft"), &Value::Null);
    assert_eq!(code(&persona.promote().await), (400, "NO_DRAFT_VERSION"));
    persona.change(json!({ "name": "Reception", "personality_prompt": "Be kind." })).await;
    assert_eq!(persona.promote().await.0, 200);
}

#[tokio::test]
async fn a_partial_configuration_replaces_or_merges() {
    let bench = Bench::new().await;
    for (depth, voice) in [("replace", Value::Null), ("merge", json!(JUNE))] {
        bench.set_options(BLAND, json!({ "call_config": depth })).await;
        let persona = Persona::create(&bench, "Reception").await;
        let changed = persona.change(json!({ "name": "Reception", "call_config": { "record": true } })).await;
        let config = &version(&changed, "draft")["call_config"];
        assert_eq!((&config["record"], &config["voice"]), (&json!(true), &voice), "{depth}");
    }
}

#[tokio::test]
async fn wrong_values_are_refused() {
    let bench = Bench::new().await;
    let persona = Persona::create(&bench, "Reception").await;
    let prompt = json!({ "personality_prompt": "Be brief." });
    assert_eq!(code(&persona.change(prompt.clone()).await), (400, "INVALID_INPUT"), "the name is missing");
    for (config, expected) in [
        (json!({ "language": "ar" }), "INVALID_INPUT"),
        (json!({ "background": "beach" }), "INVALID_INPUT"),
        (json!({ "max_duration": 721 }), "VALIDATION_ERROR"),
        (json!({ "first_sentence": "Hello!" }), "VALIDATION_ERROR"),
    ] {
        let refused = persona.change(json!({ "name": "Reception", "call_config": config })).await;
        assert_eq!(code(&refused), (400, expected), "{config}");
    }
    let unchanged = bench.get(BLAND, &persona.path).await;
    assert_eq!(version(&unchanged, "draft")["call_config"]["language"], "en");
    bench
        .set_options(BLAND, json!({ "name_in_updates": false, "failures_as_200": true, "quotes": true }))
        .await;
    assert_eq!(persona.change(prompt).await.1["errors"], Value::Null);
    let refused = persona.change(json!({ "call_config": { "language": "ar" } })).await;
    assert_eq!(code(&refused), (200, "INVALID_INPUT"));
    assert!(refused.1["errors"][0]["message"].as_str().expect("a message").contains("\"language\":\"ar\""));
}

#[tokio::test]
async fn a_persona_in_use_is_deleted_by_force_only() {
    let (bench, contract) = (Bench::new().await, Contract::for_vendor(BLAND));
    let persona = Persona::create(&bench, "Reception").await;
    persona.plant_number("+14155550142").await;
    let refused = bench.delete(BLAND, &persona.path).await;
    assert_eq!(code(&refused), (409, "PERSONA_IN_USE"));
    assert_eq!(refused.1["errors"][0]["details"]["phone_numbers_using"], json!(["+14155550142"]));
    contract.check("deletePersona", &refused);
    let read = bench.get(BLAND, &persona.path).await;
    assert_eq!(read.1["data"]["inbound_numbers"][0]["phone_number"], "+14155550142");
    contract.check("getPersona", &read);
    assert_eq!(bench.delete(BLAND, &format!("{}?force=true", persona.path)).await.0, 200);
    assert_eq!(bench.stored(BLAND, "numbers").await["+14155550142"]["persona_id"], Value::Null);
}

#[tokio::test]
async fn a_list_has_pages_and_no_total() {
    let bench = Bench::new().await;
    for name in ["One", "Two", "Three"] {
        Persona::create(&bench, name).await;
    }
    let mut sizes = Vec::new();
    for query in ["?page=1&limit=2", "?page=2&limit=2", "?page=3&limit=2", ""] {
        let (_, page) = bench.get(BLAND, &format!("/v1/personas{query}")).await;
        assert_eq!(page.as_object().expect("an envelope").len(), 2);
        sizes.push(page["data"].as_array().expect("personas").len());
    }
    assert_eq!(sizes, [2, 1, 0, 3]);
}
