//! Checks of the ElevenLabs simulator: its answers match the contract, and it has the vendor's peculiarities.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the tests of each simulator use a part of it")]
#[path = "../sandbox/support.rs"]
mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Answered, Bench, Contract, with};
use switchboard_sandbox::Vendor;

const ELEVENLABS: Vendor = Vendor::ELEVENLABS;
const CREATE: &str = "/v1/convai/agents/create";
const WEBHOOKS: &str = "/v1/workspace/webhooks";
const TOOLS: &str = "/v1/convai/tools";

fn agent(name: &str) -> Value {
    json!({ "name": name, "conversation_config": { "agent": { "prompt": { "prompt": "You answer the phone." } } } })
}

async fn create(bench: &Bench, body: &Value) -> String {
    let (status, answer) = bench.send(ELEVENLABS, Method::POST, CREATE, body).await;
    assert_eq!(status, 200, "{answer}");
    answer["agent_id"].as_str().expect("an id").to_owned()
}

fn path(id: &str) -> String {
    format!("/v1/convai/agents/{id}")
}

async fn patch(bench: &Bench, id: &str, body: Value) -> Answered {
    bench.send(ELEVENLABS, Method::PATCH, &path(id), &body).await
}

async fn read(bench: &Bench, id: &str) -> Value {
    bench.get(ELEVENLABS, &path(id)).await.1
}

async fn make_webhook(bench: &Bench) -> Answered {
    let settings =
        json!({ "auth_type": "hmac", "name": "Calls", "webhook_url": "https://hooks.example/calls" });
    bench.send(ELEVENLABS, Method::POST, WEBHOOKS, &json!({ "settings": settings })).await
}

fn linked(webhook: &Value) -> Value {
    json!({ "platform_settings": { "workspace_overrides": { "webhooks": { "post_call_webhook_id": webhook } } } })
}

fn tool(name: &str) -> Value {
    let day = json!({ "type": "string", "description": "The day of the visit." });
    json!({
        "type": "webhook", "name": name, "description": "When the caller wants to come.",
        "api_schema": {
            "url": "https://desk.example/visits", "method": "POST", "request_headers": { "Authorization": "Bearer hush" },
            "request_body_schema": { "type": "object", "properties": { "day": day }, "required": ["day"] },
        },
    })
}

async fn make_tool(bench: &Bench, config: Value) -> Answered {
    bench.send(ELEVENLABS, Method::POST, TOOLS, &json!({ "tool_config": config })).await
}

fn with_tool_ids(ids: Value) -> Value {
    json!({ "conversation_config": { "agent": { "prompt": { "tool_ids": ids } } } })
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, contract) = (Bench::new().await, Contract::for_vendor(ELEVENLABS));
    let made = bench.send(ELEVENLABS, Method::POST, CREATE, &agent("Reception")).await;
    contract.check("createAgent", &made);
    let id = made.1["agent_id"].as_str().expect("an id").to_owned();
    contract.check("getAgent", &bench.get(ELEVENLABS, &path(&id)).await);
    contract.check("listAgents", &bench.get(ELEVENLABS, "/v1/convai/agents").await);
    let changed = patch(&bench, &id, json!({ "name": "Desk" })).await;
    contract.check("updateAgent", &changed);
    assert_eq!(changed.1["name"], "Desk");
    contract.check("listVoices", &bench.get(ELEVENLABS, "/v2/voices?page_size=100").await);
    contract.check("listModels", &bench.get(ELEVENLABS, "/v1/convai/llm/list").await);
    let webhook = make_webhook(&bench).await;
    contract.check("createWebhook", &webhook);
    contract.check("listWebhooks", &bench.get(ELEVENLABS, WEBHOOKS).await);
    let hook = format!("{WEBHOOKS}/{}", webhook.1["webhook_id"].as_str().expect("an id"));
    let tool = make_tool(&bench, tool("book_visit")).await;
    contract.check("createTool", &tool);
    let tool = format!("{TOOLS}/{}", tool.1["id"].as_str().expect("an id"));
    let settings = json!({ "tool_config": self::tool("visit") });
    contract.check("updateTool", &bench.send(ELEVENLABS, Method::PATCH, &tool, &settings).await);
    contract.check("listTools", &bench.get(ELEVENLABS, TOOLS).await);
    for status in [200, 404] {
        let users = bench.get(ELEVENLABS, &format!("{tool}/dependent-agents")).await;
        assert_eq!(users.0, status);
        contract.check("listToolAgents", &users);
        let deleted = bench.delete(ELEVENLABS, &tool).await;
        assert_eq!(deleted.0, status);
        contract.check("deleteTool", &deleted);
        let deleted = bench.delete(ELEVENLABS, &hook).await;
        assert_eq!(deleted.0, status);
        contract.check("deleteWebhook", &deleted);
        let deleted = bench.delete(ELEVENLABS, &path(&id)).await;
        assert_eq!(deleted.0, status);
        contract.check("deleteAgent", &deleted);
    }
    assert_eq!(bench.get(ELEVENLABS, &path(&id)).await.1["detail"]["status"], "document_not_found");
}

#[tokio::test]
async fn an_update_merges_objects_and_replaces_lists() {
    let bench = Bench::new().await;
    let id = create(&bench, &agent("Reception")).await;
    let before = read(&bench, &id).await;
    let events = json!({ "conversation_config": { "conversation": { "client_events": ["audio"] } } });
    let (_, after) = patch(&bench, &id, events).await;
    assert_eq!(after["conversation_config"]["conversation"]["client_events"], json!(["audio"]));
    assert_eq!(after["conversation_config"]["agent"], before["conversation_config"]["agent"]);
    assert_ne!(after["version_id"], before["version_id"]);
    assert!(
        after["metadata"]["updated_at_unix_secs"].as_i64()
            > before["metadata"]["updated_at_unix_secs"].as_i64()
    );
}

#[tokio::test]
async fn an_unknown_member_is_dropped_and_noted_in_the_journal() {
    let bench = Bench::new().await;
    let id = create(&bench, &agent("Reception")).await;
    let (status, after) =
        patch(&bench, &id, json!({ "conversation_config": { "agent": { "llm": "gpt-4.1" } } })).await;
    assert_eq!((status, &after["conversation_config"]["agent"]["llm"]), (200, &Value::Null));
    let journal = bench.journal().await;
    let last = journal.last().expect("a request");
    assert_eq!(
        (&last["valid"], &last["violations"][0]["pointer"]),
        (&json!(false), &json!("/conversation_config/agent/llm"))
    );
}

#[tokio::test]
async fn language_and_voice_model_are_checked_together() {
    let bench = Bench::new().await;
    let english = create(&bench, &agent("Reception")).await;
    let german = json!({ "conversation_config": { "agent": { "language": "de" } } });
    let (status, refused) = patch(&bench, &english, german.clone()).await;
    assert_eq!((status, &refused["detail"]["code"]), (400, &json!("invalid_parameters")));
    let text = refused["detail"]["message"].as_str().expect("a text");
    assert!(text.contains("Non-english Agents must use turbo or flash v2_5."), "{text}");
    let both = json!({
        "conversation_config": { "agent": { "language": "de" }, "tts": { "model_id": "eleven_flash_v2_5" } },
    });
    assert_eq!(patch(&bench, &english, both).await.0, 200);
    bench.set_options(ELEVENLABS, json!({ "errors": "legacy" })).await;
    let other = create(&bench, &agent("Reception")).await;
    let (status, refused) = patch(&bench, &other, german).await;
    assert_eq!((status, &refused["detail"]["status"]), (400, &json!("input_invalid")));
    assert!(
        refused["detail"]["message"].as_str().is_some_and(|text| text.contains("\"input\":{")),
        "{refused}"
    );
}

#[tokio::test]
async fn a_creation_is_refused_by_the_framework_and_an_update_by_the_configuration() {
    let bench = Bench::new().await;
    let (status, refused) =
        bench.send(ELEVENLABS, Method::POST, CREATE, &json!({ "name": "Reception" })).await;
    assert_eq!((status, &refused["detail"][0]["loc"]), (422, &json!(["body", "conversation_config"])));
    assert_eq!(refused["detail"][0]["type"], "missing");
    let id = create(&bench, &agent("Reception")).await;
    let (status, refused) =
        patch(&bench, &id, json!({ "conversation_config": { "tts": { "speed": null } } })).await;
    assert_eq!((status, &refused["detail"]["code"]), (400, &json!("invalid_parameters")));
    assert_eq!(bench.get(ELEVENLABS, "/v1/convai/agents?page_size=101").await.0, 422);
    assert_eq!(
        bench.get(ELEVENLABS, "/v1/convai/agents?cursor=nowhere").await.1["detail"]["code"],
        "invalid_cursor"
    );
    let voice = json!({ "conversation_config": { "tts": { "voice_id": "nobody" } } });
    assert_eq!(patch(&bench, &id, voice).await.1["detail"]["code"], "voice_not_found");
}

#[tokio::test]
async fn the_vendor_changes_some_values_without_an_error() {
    let bench = Bench::new().await;
    let id = create(&bench, &agent("Reception")).await;
    let body = json!({
        "conversation_config": { "tts": { "expressive_mode": true } },
        "platform_settings": { "privacy": { "retention_days": -1, "delete_audio": true } },
    });
    let (_, after) = patch(&bench, &id, body).await;
    assert_eq!(after["conversation_config"]["tts"]["expressive_mode"], false);
    assert_eq!(after["platform_settings"]["privacy"]["delete_audio"], false);
}

#[tokio::test]
async fn agents_are_listed_from_the_newest_in_pages_and_found_by_name() {
    let bench = Bench::new().await;
    for name in ["One", "Two", "Three"] {
        create(&bench, &agent(name)).await;
    }
    let (_, first) = bench.get(ELEVENLABS, "/v1/convai/agents?page_size=2").await;
    assert_eq!(first["has_more"], true);
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let (_, last) = bench.get(ELEVENLABS, &format!("/v1/convai/agents?page_size=2&cursor={cursor}")).await;
    assert_eq!((&last["has_more"], &last["next_cursor"]), (&json!(false), &Value::Null));
    let rows = [&first, &last].into_iter().flat_map(|page| page["agents"].as_array().expect("agents"));
    assert_eq!(rows.map(|row| row["name"].clone()).collect::<Vec<_>>(), ["Three", "Two", "One"]);
    let (_, found) = bench.get(ELEVENLABS, "/v1/convai/agents?search=two").await;
    assert_eq!(found["agents"].as_array().expect("agents").len(), 1);
    let id = found["agents"][0]["agent_id"].as_str().expect("an id");
    patch(&bench, id, json!({ "platform_settings": { "archived": true } })).await;
    for (archived, count) in [(false, 2), (true, 1)] {
        let (_, listed) = bench.get(ELEVENLABS, &format!("/v1/convai/agents?archived={archived}")).await;
        assert_eq!(listed["agents"].as_array().expect("agents").len(), count, "archived={archived}");
    }
}

#[tokio::test]
async fn voices_are_listed_in_pages() {
    let bench = Bench::new().await;
    let (_, first) = bench.get(ELEVENLABS, "/v2/voices").await;
    assert_eq!((first["voices"].as_array().expect("voices").len(), &first["has_more"]), (10, &json!(true)));
    let token = first["next_page_token"].as_str().expect("a token");
    let (_, last) = bench.get(ELEVENLABS, &format!("/v2/voices?next_page_token={token}")).await;
    assert_eq!((&last["has_more"], &last["next_page_token"]), (&json!(false), &Value::Null));
}

#[tokio::test]
async fn a_webhook_has_a_secret_once_and_cannot_be_deleted_while_it_is_used() {
    let bench = Bench::new().await;
    let (_, webhook) = make_webhook(&bench).await;
    assert!(
        webhook["webhook_secret"].as_str().is_some_and(|secret| secret.starts_with("wsec_")),
        "{webhook}"
    );
    let (_, listed) = bench.get(ELEVENLABS, WEBHOOKS).await;
    assert!(!listed.to_string().contains("wsec_"), "{listed}");
    let id = create(&bench, &agent("Reception")).await;
    assert_eq!(patch(&bench, &id, linked(&json!("unknown"))).await.0, 400);
    assert_eq!(patch(&bench, &id, linked(&webhook["webhook_id"])).await.0, 200);
    let hook = format!("{WEBHOOKS}/{}", webhook["webhook_id"].as_str().expect("an id"));
    let (status, refused) = bench.delete(ELEVENLABS, &hook).await;
    assert_eq!((status, &refused["detail"]["status"]), (405, &json!("webhook_in_use")));
    patch(&bench, &id, linked(&Value::Null)).await;
    assert_eq!(bench.delete(ELEVENLABS, &hook).await.0, 200);
}

#[tokio::test]
async fn a_member_that_the_vendor_forgets_is_not_there() {
    let bench = Bench::new().await;
    let noise = json!({ "conversation_config": { "vad": { "background_voice_detection": true } } });
    let id = create(&bench, &agent("Reception")).await;
    assert_eq!(
        patch(&bench, &id, noise.clone()).await.1["conversation_config"]["vad"]["background_voice_detection"],
        true
    );
    bench.set_options(ELEVENLABS, json!({ "forgets": ["/conversation_config/vad"] })).await;
    let other = create(&bench, &agent("Desk")).await;
    let (status, after) = patch(&bench, &other, noise).await;
    assert_eq!(
        (status, &after["conversation_config"]["vad"]["background_voice_detection"]),
        (200, &json!(false))
    );
}

#[tokio::test]
async fn a_tool_is_replaced_whole_and_shown_with_every_setting() {
    let bench = Bench::new().await;
    let (_, made) =
        make_tool(&bench, with(&tool("book_visit"), json!({ "tool_call_sound": "typing" }))).await;
    let settings = &made["tool_config"];
    assert_eq!(
        (&settings["tool_call_sound"], &settings["response_timeout_secs"]),
        (&json!("typing"), &json!(20))
    );
    let day = &settings["api_schema"]["request_body_schema"]["properties"]["day"];
    assert_eq!((&day["constant_value"], &day["is_omitted"]), (&json!(""), &json!(false)));
    let path = format!("{TOOLS}/{}", made["id"].as_str().expect("an id"));
    let (status, changed) =
        bench.send(ELEVENLABS, Method::PATCH, &path, &json!({ "tool_config": tool("visit") })).await;
    assert_eq!((status, &changed["tool_config"]["tool_call_sound"]), (200, &Value::Null));
    assert_eq!(changed["tool_config"]["name"], "visit");
    for name in ["visit", "hours"] {
        assert_eq!(make_tool(&bench, tool(name)).await.0, 200, "names are not unique");
    }
    let (_, first) = bench.get(ELEVENLABS, &format!("{TOOLS}?page_size=2")).await;
    let cursor = first["next_cursor"].as_str().expect("a cursor");
    let (_, last) = bench.get(ELEVENLABS, &format!("{TOOLS}?page_size=2&cursor={cursor}")).await;
    let rows = [&first, &last].into_iter().flat_map(|page| page["tools"].as_array().expect("tools"));
    let names: Vec<_> = rows.map(|row| row["tool_config"]["name"].clone()).collect();
    assert_eq!(
        (names, &last["has_more"]),
        (vec![json!("hours"), json!("visit"), json!("visit")], &json!(false))
    );
    let (_, found) = bench.get(ELEVENLABS, &format!("{TOOLS}?search=vis")).await;
    assert_eq!(found["tools"].as_array().expect("tools").len(), 2);
}

#[tokio::test]
async fn a_tool_outside_of_the_vendors_rules_is_refused() {
    let bench = Bench::new().await;
    let value = |schema: Value| {
        let mut config = tool("book_visit");
        config["api_schema"]["request_body_schema"]["properties"]["day"] = schema;
        config
    };
    let wrong = [
        with(&tool("book visit"), json!({})),
        with(&tool("book_visit"), json!({ "response_timeout_secs": 4 })),
        with(&tool("book_visit"), json!({ "response_timeout_secs": 121 })),
        with(&tool("book_visit"), json!({ "api_schema": { "url": "https://desk.example/{id}" } })),
        with(
            &tool("book_visit"),
            json!({ "api_schema": { "url": "https://desk.example", "request_headers": [] } }),
        ),
        value(json!({ "type": "string" })),
        value(json!({ "type": "string", "description": "The day.", "constant_value": "today" })),
        value(json!({ "type": "array", "description": "The days." })),
        value(
            json!({ "type": "array", "items": { "type": "object", "properties": { "day": { "type": "string" } } } }),
        ),
    ];
    for config in wrong {
        let (status, refused) = make_tool(&bench, config.clone()).await;
        assert_eq!(status, 422, "{config}: {refused}");
        assert_eq!(refused["detail"][0]["loc"][1], "tool_config", "{refused}");
    }
    let deep = json!({ "type": "array", "items": { "type": "object", "properties": { "day": { "type": "string", "description": "The day." } } } });
    let (status, made) = make_tool(&bench, value(deep)).await;
    assert_eq!(status, 200, "{made}");
    let day = "/tool_config/api_schema/request_body_schema/properties/day/items/properties/day/description";
    assert_eq!(made.pointer(day), Some(&json!("The day.")));
}

#[tokio::test]
async fn a_tool_cannot_be_deleted_while_it_is_used_unless_by_force() {
    let bench = Bench::new().await;
    let (_, made) = make_tool(&bench, tool("book_visit")).await;
    let id = create(&bench, &agent("Reception")).await;
    assert_eq!(patch(&bench, &id, with_tool_ids(json!(["unknown"]))).await.0, 400);
    assert_eq!(patch(&bench, &id, with_tool_ids(json!([made["id"]]))).await.0, 200);
    let path = format!("{TOOLS}/{}", made["id"].as_str().expect("an id"));
    let (_, users) = bench.get(ELEVENLABS, &format!("{path}/dependent-agents")).await;
    assert_eq!(users["agents"][0]["id"], json!(id));
    assert_eq!(bench.delete(ELEVENLABS, &path).await.0, 409);
    assert_eq!(bench.delete(ELEVENLABS, &format!("{path}?force=true")).await.0, 200);
    let agent = read(&bench, &id).await;
    assert_eq!(agent.pointer("/conversation_config/agent/prompt/tool_ids"), Some(&json!([])));
}

#[tokio::test]
async fn a_transfer_names_an_agent_that_exists_and_a_condition() {
    let bench = Bench::new().await;
    let (id, other) = (create(&bench, &agent("Desk")).await, create(&bench, &agent("Billing")).await);
    let with = |transfer: Value| {
        let params = json!({ "system_tool_type": "transfer_to_agent", "transfers": [transfer] });
        let tools = json!({ "transfer_to_agent": { "name": "transfer_to_agent", "params": params } });
        json!({ "conversation_config": { "agent": { "prompt": { "built_in_tools": tools } } } })
    };
    assert_eq!(patch(&bench, &id, with(json!({ "agent_id": other, "condition": "A bill." }))).await.0, 200);
    assert_eq!(
        patch(&bench, &id, with(json!({ "agent_id": "nobody", "condition": "A bill." }))).await.0,
        400
    );
    assert_eq!(patch(&bench, &id, with(json!({ "agent_id": other }))).await.0, 400);
}

#[tokio::test]
async fn an_update_of_a_planted_agent_with_values_of_other_types_is_answered() {
    let bench = Bench::new().await;
    let config = |config: Value| json!({ "name": "Planted", "conversation_config": config });
    for (planted, expected) in [
        (json!({ "name": "Planted", "metadata": 3 }), 200),
        (json!({ "name": "Planted", "platform_settings": { "privacy": 3 } }), 200),
        (config(json!({ "turn": { "turn_model": "turn_v3" }, "asr": 3 })), 200),
        (config(json!({ "tts": 3 })), 404),
        (config(json!(3)), 404),
    ] {
        bench.control(Method::PUT, "/elevenlabs/records/agents/agent_planted", Some(&planted)).await;
        let path = "/v1/convai/agents/agent_planted";
        let (status, answer) = bench.send(ELEVENLABS, Method::PATCH, path, &json!({ "name": "New" })).await;
        assert_eq!(status, expected, "{planted}: {answer}");
    }
}
