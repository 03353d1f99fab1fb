//! Checks of the Retell simulator: its answers match the contract, and it has the vendor's peculiarities.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the tests of each simulator use a part of it")]
#[path = "../sandbox/support.rs"]
mod support;

use reqwest::Method;
use serde_json::{Value, json};
use support::{Answered, Bench, Contract};
use switchboard_sandbox::Vendor;

const RETELL: Vendor = Vendor::RETELL;

async fn create_llm(bench: &Bench, body: &Value) -> Answered {
    bench.send(RETELL, Method::POST, "/create-retell-llm", body).await
}

/// Creates an LLM and an agent, and returns their ids.
async fn create(bench: &Bench) -> (String, String) {
    let (status, llm) = create_llm(bench, &json!({ "general_prompt": "You answer the phone." })).await;
    assert_eq!(status, 201, "{llm}");
    let id = |document: &Value, name| document[name].as_str().expect("an id").to_owned();
    let llm = id(&llm, "llm_id");
    let (status, agent) = create_agent(bench, &llm, json!({})).await;
    assert_eq!(status, 201, "{agent}");
    (id(&agent, "agent_id"), llm)
}

async fn create_agent(bench: &Bench, llm: &str, members: Value) -> Answered {
    let engine = json!({ "type": "retell-llm", "llm_id": llm });
    let body = json!({ "agent_name": "Reception", "voice_id": "cartesia-Cimo", "response_engine": engine });
    bench.send(RETELL, Method::POST, "/create-agent", &support::with(&body, members)).await
}

async fn patch(bench: &Bench, path: &str, body: Value) -> Answered {
    bench.send(RETELL, Method::PATCH, path, &body).await
}

async fn publish(bench: &Bench, agent: &str, version: u64) -> Answered {
    let path = format!("/publish-agent-version/{agent}");
    bench.send(RETELL, Method::POST, &path, &json!({ "version": version })).await
}

async fn open(bench: &Bench, agent: &str, base: u64) -> Answered {
    let path = format!("/create-agent-version/{agent}");
    bench.send(RETELL, Method::POST, &path, &json!({ "base_version": base })).await
}

async fn list(bench: &Bench, query: &str) -> Answered {
    bench.send(RETELL, Method::POST, &format!("/v2/list-agents{query}"), &json!({})).await
}

#[tokio::test]
async fn every_operation_answers_as_documented() {
    let (bench, contract) = (Bench::new().await, Contract::for_vendor(RETELL));
    let llm = create_llm(&bench, &json!({ "start_speaker": "agent", "begin_message": "Hello!" })).await;
    contract.check("createRetellLlm", &llm);
    let llm = llm.1["llm_id"].as_str().expect("an id").to_owned();
    let agent = create_agent(&bench, &llm, json!({ "language": ["de-DE"] })).await;
    contract.check("createAgent", &agent);
    assert_eq!((&agent.1["language"], &agent.1["version"]), (&json!("de-DE"), &json!(0)));
    let id = agent.1["agent_id"].as_str().expect("an id").to_owned();
    contract.check("getAgent", &bench.get(RETELL, &format!("/get-agent/{id}")).await);
    contract.check("getRetellLlm", &bench.get(RETELL, &format!("/get-retell-llm/{llm}?version=0")).await);
    contract.check("listAgents", &list(&bench, "?limit=1000").await);
    contract.check("listRetellLlms", &bench.get(RETELL, "/v2/list-retell-llms").await);
    contract.check("listVoices", &bench.get(RETELL, "/list-voices").await);
    contract.check("listPhoneNumbers", &bench.get(RETELL, "/v2/list-phone-numbers?limit=1").await);
    contract.check("listKnowledgeBases", &bench.get(RETELL, "/list-knowledge-bases").await);
    let update = patch(&bench, &format!("/update-agent/{id}?version=0"), json!({ "voice_speed": 1.2 })).await;
    contract.check("updateAgent", &update);
    let update =
        patch(&bench, &format!("/update-retell-llm/{llm}"), json!({ "general_prompt": "Be brief." })).await;
    contract.check("updateRetellLlm", &update);
    contract.check("publishAgentVersion", &publish(&bench, &id, 0).await);
    contract.check("createAgentVersion", &open(&bench, &id, 0).await);
    contract.check("listAgentVersions", &bench.get(RETELL, &format!("/list-agent-versions/{id}")).await);
    let refused = bench.delete(RETELL, &format!("/delete-retell-llm/{llm}")).await;
    assert_eq!(refused.0, 400, "{}", refused.1);
    contract.check("deleteRetellLlm", &refused);
    for (operation, path) in [
        ("deleteAgent", format!("/delete-agent/{id}")),
        ("deleteRetellLlm", format!("/delete-retell-llm/{llm}")),
    ] {
        for is_there in [true, false] {
            let deleted = bench.delete(RETELL, &path).await;
            assert_eq!(deleted.0 == 204, is_there, "{path}: {deleted:?}");
            contract.check(operation, &deleted);
        }
    }
}

#[tokio::test]
async fn an_unknown_id_is_refused_in_two_forms() {
    let bench = Bench::new().await;
    let (one, text) = bench.get(RETELL, "/get-agent/agent_none").await;
    assert_eq!((one, text["message"].as_str()), (404, Some("Item agent_none not found from agent")));
    let (other, text) = bench.get(RETELL, "/get-agent/agent_none").await;
    assert_eq!(other, 422);
    assert_eq!(text["message"], "Cannot find requested asset under given api key.");
}

#[tokio::test]
async fn a_published_version_is_frozen_and_a_draft_copies_both_objects() {
    let bench = Bench::new().await;
    let (agent, llm) = create(&bench).await;
    assert_eq!(publish(&bench, &agent, 0).await.0, 200);
    assert_eq!(publish(&bench, &agent, 0).await.0, 400);
    let path = format!("/update-agent/{agent}");
    assert_eq!(patch(&bench, &path, json!({ "voice_speed": 1.2 })).await.0, 422);
    assert_eq!(patch(&bench, &path, json!({ "version_title": "First" })).await.0, 200);
    let change = json!({ "general_prompt": "Be brief." });
    assert_eq!(patch(&bench, &format!("/update-retell-llm/{llm}"), change.clone()).await.0, 400);
    let (status, draft) = open(&bench, &agent, 0).await;
    assert_eq!(
        (status, &draft["version"], &draft["response_engine"]["version"]),
        (201, &json!(1), &json!(1))
    );
    assert_eq!((&draft["is_published"], &draft["version_title"]), (&json!(false), &Value::Null));
    assert_eq!(patch(&bench, &format!("/update-retell-llm/{llm}?version=1"), change).await.0, 200);
    let prompt = async |version: &str| {
        bench.get(RETELL, &format!("/get-retell-llm/{llm}?version={version}")).await.1["general_prompt"]
            .clone()
    };
    assert_eq!((prompt("0").await, prompt("1").await), (json!("You answer the phone."), json!("Be brief.")));
    assert_eq!(prompt("latest_published").await, "You answer the phone.");
    assert_eq!(publish(&bench, &agent, 1).await.0, 200);
    assert_eq!(prompt("latest_published").await, "Be brief.");
    let stored = bench.stored(RETELL, "agents").await[&agent].clone();
    assert_eq!((&stored["name"], &stored["general_prompt"]), (&json!("Reception"), &json!("Be brief.")));
}

#[tokio::test]
async fn values_are_checked() {
    let bench = Bench::new().await;
    let (agent, llm) = create(&bench).await;
    let path = format!("/update-agent/{agent}");
    for body in [
        json!({ "voice_id": "nobody" }),
        json!({ "fallback_voice_ids": ["cartesia-Brian"] }),
        json!({ "voice_model": "tts-1" }),
        json!({ "voice_speed": 3 }),
        json!({ "voice_speed": null }),
        json!({ "is_published": true }),
        json!({ "language": "multi" }),
        json!({ "response_engine": { "type": "retell-llm", "llm_id": llm, "version": 4 } }),
    ] {
        let (status, refused) = patch(&bench, &path, body.clone()).await;
        assert_eq!((status, &refused["status"]), (400, &json!("error")), "{body}: {refused}");
    }
    for body in [
        json!({ "model_config": { "type": "cascading", "primary": { "model": "gpt-realtime" } } }),
        json!({ "model": "gpt-realtime" }),
        json!({ "backup_model": { "type": "cascading", "model": "nobody" } }),
        json!({ "general_tools": [{ "type": "end_call", "name": "x" }, { "type": "press_digit", "name": "x" }] }),
    ] {
        assert_eq!(create_llm(&bench, &body).await.0, 400, "{body}");
    }
    for url in [
        "http://localhost/a",
        "https://127.0.0.1:8443/a",
        "http://10.1.2.3",
        "ftp://desk.example",
        "https://[::1]/",
    ] {
        let tool = json!({ "type": "custom", "name": "x", "url": url });
        assert_eq!(create_llm(&bench, &json!({ "general_tools": [tool] })).await.0, 400, "{url}");
    }
    let (status, _) = create_agent(&bench, "llm_none", json!({})).await;
    assert!([404, 422].contains(&status));
}

#[tokio::test]
async fn a_custom_function_keeps_only_some_keywords_of_its_parameters() {
    let bench = Bench::new().await;
    let day = json!({ "type": "string", "format": "date", "title": "Day" });
    let guests = json!({ "type": "array", "items": { "type": "string", "maxLength": 9 } });
    let parameters =
        json!({ "type": "object", "properties": { "day": day, "guests": guests }, "required": [] });
    let tool = json!({ "type": "custom", "name": "x", "url": "https://desk.example/visits", "parameters": parameters });
    let (status, llm) = create_llm(&bench, &json!({ "general_tools": [tool] })).await;
    assert_eq!(status, 201, "{llm}");
    let kept = json!({
        "type": "object",
        "properties": { "day": { "type": "string" }, "guests": { "type": "array", "items": { "type": "string" } } },
    });
    assert_eq!(llm["general_tools"][0]["parameters"], kept);
    assert_eq!(llm["general_tools"][0]["speak_after_execution"], false);
}

#[tokio::test]
async fn the_model_is_merged_and_other_objects_are_replaced() {
    let bench = Bench::new().await;
    let (agent, llm) = create(&bench).await;
    let path = format!("/update-retell-llm/{llm}");
    let model = json!({ "type": "cascading", "primary": { "model": "gpt-4.1" }, "temperature": 0.5 });
    assert_eq!(patch(&bench, &path, json!({ "model_config": model })).await.0, 200);
    let (_, after) = patch(&bench, &path, json!({ "model_config": { "temperature": 0.7 } })).await;
    assert_eq!(after["model_config"]["primary"]["model"], "gpt-4.1");
    let (status, _) = patch(&bench, &path, json!({ "model_config": { "type": "s2s" } })).await;
    assert_eq!(status, 400);
    let path = format!("/update-agent/{agent}");
    patch(&bench, &path, json!({ "handbook_config": { "high_empathy": true } })).await;
    let handbook = json!({ "natural_filler_words": true });
    let (_, after) = patch(&bench, &path, json!({ "handbook_config": handbook })).await;
    assert_eq!(after["handbook_config"], handbook);
}

#[tokio::test]
async fn lists_have_pages() {
    let bench = Bench::new().await;
    for _ in 0..3 {
        create(&bench).await;
    }
    let (_, first) = list(&bench, "?limit=2").await;
    assert_eq!((first["items"].as_array().map(Vec::len), &first["has_more"]), (Some(2), &json!(true)));
    let key = first["pagination_key"].as_str().expect("a key");
    let (_, last) = list(&bench, &format!("?limit=2&pagination_key={key}")).await;
    assert_eq!((last["items"].as_array().map(Vec::len), &last["has_more"]), (Some(1), &json!(false)));
    assert_eq!(bench.get(RETELL, "/list-agents").await.0, 404);
}

#[tokio::test]
async fn options_change_the_behaviour() {
    let bench = Bench::new().await;
    let (agent, _) = create(&bench).await;
    patch(&bench, &format!("/update-agent/{agent}"), json!({ "version_title": "First" })).await;
    publish(&bench, &agent, 0).await;
    let options =
        json!({ "titled_drafts": true, "rows_of_llms": "versions", "quotes": true, "forgets": ["timezone"] });
    bench.set_options(RETELL, options).await;
    assert_eq!(open(&bench, &agent, 0).await.1["version_title"], "First");
    let (_, llms) = bench.get(RETELL, "/v2/list-retell-llms").await;
    assert_eq!(llms["items"].as_array().map(Vec::len), Some(2));
    let path = format!("/update-agent/{agent}");
    let (_, refused) = patch(&bench, &path, json!({ "voice_id": "nobody" })).await;
    assert!(refused["message"].as_str().is_some_and(|text| text.contains("nobody")), "{refused}");
    let (status, kept) = patch(&bench, &path, json!({ "timezone": "Europe/Berlin" })).await;
    assert_eq!((status, &kept["timezone"]), (200, &Value::Null));
}

#[tokio::test]
async fn an_agent_swap_names_an_agent_that_exists() {
    let bench = Bench::new().await;
    let (agent, _) = create(&bench).await;
    for (id, expected) in [(agent.as_str(), 201), ("nobody", 400)] {
        let tool = json!({
            "type": "agent_swap", "name": "x", "agent_id": id, "post_call_analysis_setting": "both_agents",
        });
        assert_eq!(create_llm(&bench, &json!({ "general_tools": [tool] })).await.0, expected, "{id}");
    }
    let open = json!({ "type": "agent_swap", "name": "x", "agent_id": agent });
    assert_eq!(
        create_llm(&bench, &json!({ "general_tools": [open] })).await.0,
        400,
        "the analysis is chosen"
    );
}

#[tokio::test]
async fn an_id_in_a_path_may_be_percent_encoded() {
    let bench = Bench::new().await;
    for id in ["+14155550142", "%2B14155550142", "%2b1%34155550142"] {
        let (status, number) = bench.get(RETELL, &format!("/get-phone-number/{id}")).await;
        assert_eq!((status, &number["phone_number"]), (200, &json!("+14155550142")), "{id}: {number}");
    }
    for id in ["%FF", "%2", "%zz", "1%2F2"] {
        let (status, _) = bench.get(RETELL, &format!("/get-phone-number/{id}")).await;
        assert!(matches!(status, 404 | 422), "{id}: {status}");
    }
}
