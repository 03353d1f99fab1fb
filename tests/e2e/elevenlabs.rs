//! The peculiarities of ElevenLabs: minimal updates, values that the vendor drops, the webhook of an agent, and
//! failures that quote the request.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, SeenRequest, pointers},
    settling::{PATIENT, SOON, SWIFT},
};

const ELEVENLABS: Vendor = Vendor::ELEVENLABS;
const HOOK: &str = "https://hooks.northwind.example/calls?token=canary-of-a-url";
const OTHER_HOOK: &str = "https://hooks.northwind.example/other";
const LINK: &str = "/platform_settings/workspace_overrides/webhooks/post_call_webhook_id";

fn new(more: Value) -> Value {
    with(agent(ELEVENLABS), more)
}

impl Harness {
    /// Returns the vendor's record of an agent.
    async fn at_elevenlabs(&self, remote_id: &str) -> Value {
        self.stored(ELEVENLABS, "agents").await[remote_id].clone()
    }

    /// Returns the ids of the vendor's webhooks, each with its URL.
    async fn webhooks(&self) -> Vec<(String, String)> {
        let stored = self.stored(ELEVENLABS, "webhooks").await;
        let rows = stored.as_object().unwrap().iter();
        rows.map(|(id, row)| (id.clone(), row["webhook_url"].as_str().unwrap().to_owned())).collect()
    }

    /// Returns the operations of the writes since the journal was cleared, all of which must keep the contract.
    async fn written(&self) -> Vec<String> {
        let writes = self.writes(ELEVENLABS).await;
        writes.iter().for_each(SeenRequest::keeps_the_contract);
        writes.into_iter().map(|write| write.operation).collect()
    }
}

async fn swift() -> Harness {
    let vendors = format!("{PATIENT}{SOON}");
    Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await
}

/// Returns the verdict and the sent value of a field.
fn row<'a>(agent: &'a Value, field: &str) -> (&'a Value, &'a Value) {
    let rows = agent["translation"]["fields"].as_array().unwrap();
    let row = rows.iter().find(|row| row["field"] == field);
    row.map_or((&Value::Null, &Value::Null), |row| (&row["verdict"], &row["sent"]))
}

#[tokio::test]
async fn an_update_sends_only_what_changes() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "timezone": "Europe/Berlin" }))).await;
    let before = harness.at_elevenlabs(&made.remote_id).await;
    harness.forget_requests().await;
    let patch = json!({ "prompt": { "instructions": "Be brief." }, "timezone": null });
    let changed = harness.patch(&made.path, &patch).await.expect(200);
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    let writes = harness.writes(ELEVENLABS).await;
    let prompt = json!({ "prompt": "Be brief.", "timezone": null });
    assert_eq!(writes[0].body, json!({ "conversation_config": { "agent": { "prompt": prompt } } }));
    let after = harness.at_elevenlabs(&made.remote_id).await;
    assert_eq!(after["conversation_config"]["tts"], before["conversation_config"]["tts"]);
    assert_ne!(after["version_id"], before["version_id"]);
    assert_eq!(harness.written().await, ["updateAgent"]);
    // A change of another field keeps the events that a user of the vendor's console has chosen.
    let events = json!(["audio", "vad_score", "interruption"]);
    let console =
        with(after, json!({ "conversation_config": { "conversation": { "client_events": events } } }));
    harness.put_record(ELEVENLABS, "agents", &made.remote_id, &console).await;
    harness.patch(&made.path, &json!({ "turn_taking": { "interruptible": false } })).await.expect(200);
    let held = harness.at_elevenlabs(&made.remote_id).await;
    assert_eq!(held["conversation_config"]["conversation"]["client_events"], json!(["audio", "vad_score"]));
}

#[tokio::test]
async fn a_value_that_the_vendor_drops_is_reported() {
    let harness = Harness::start().await;
    harness.set_options(ELEVENLABS, &json!({ "forgets": ["/conversation_config/vad"] })).await;
    let made = harness.create("/v1/agents", &new(json!({ "audio": { "noise_cancellation": true } }))).await;
    assert_eq!(row(&made.body, "/audio/noise_cancellation").0, "not_persisted", "{}", made.body);
    harness.set_options(ELEVENLABS, &json!({})).await;
    let changed =
        harness.patch(&made.path, &json!({ "audio": { "noise_cancellation": false } })).await.expect(200);
    assert_eq!(row(&changed, "/audio/noise_cancellation").0, &Value::Null, "{changed}");
}

#[tokio::test]
async fn the_ability_to_hang_up_is_a_value_without_instructions() {
    let harness = Harness::start().await;
    let tool = "/conversation_config/agent/prompt/built_in_tools/end_call";
    harness.set_options(ELEVENLABS, &json!({ "forgets": [tool] })).await;
    let made = harness.create("/v1/agents", &new(json!({ "ending": { "hang_up": {} } }))).await;
    assert_eq!(row(&made.body, "/ending/hang_up").0, "not_persisted", "{}", made.body);
}

#[tokio::test]
async fn the_voice_model_follows_the_language() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    assert_eq!(row(&made.body, "/voice/model"), (&json!("assumed"), &json!("eleven_flash_v2")));
    let german = harness.patch(&made.path, &json!({ "language": "de" })).await.expect(200);
    assert_eq!(row(&german, "/voice/model"), (&json!("assumed"), &json!("eleven_flash_v2_5")));
    let held = harness.at_elevenlabs(&made.remote_id).await;
    assert_eq!(held["conversation_config"]["tts"]["model_id"], "eleven_flash_v2_5");
    harness.forget_requests().await;
    let refused = harness.patch(&made.path, &json!({ "voice": { "model": "eleven_turbo_v2" } })).await;
    let problem = refused.problem(422, "capability_loss");
    assert_eq!(pointers(&problem), ["/voice/model"]);
    harness.patch(&made.path, &json!({ "voice": { "model": "eleven_v3_conversational" } })).await.expect(200);
    harness.patch(&made.path, &json!({ "language": "en" })).await.expect(200);
    let held = harness.at_elevenlabs(&made.remote_id).await;
    assert_eq!(held["conversation_config"]["tts"]["model_id"], "eleven_v3_conversational");
    assert_eq!(harness.written().await, ["updateAgent", "updateAgent"]);
}

#[tokio::test]
async fn an_agent_has_a_webhook_of_its_own() {
    let harness = Harness::start().await;
    let hook = |url: &str| json!({ "webhook": { "url": url } });
    let made = harness.create("/v1/agents", &new(hook(HOOK))).await;
    assert_eq!(harness.written().await, ["createWebhook", "createAgent"]);
    let [(first, url)] = &harness.webhooks().await[..] else { panic!("one webhook") };
    assert_eq!(url, HOOK);
    assert_eq!(harness.at_elevenlabs(&made.remote_id).await.pointer(LINK), Some(&json!(first)));
    assert_eq!(harness.get(&made.path).await.expect(200)["sync"]["state"], "in_sync");
    let other = harness.create("/v1/agents", &new(hook(HOOK))).await;
    assert_eq!(harness.webhooks().await.len(), 2, "an agent shares its webhook with no other agent");

    harness.forget_requests().await;
    harness.patch(&made.path, &hook(OTHER_HOOK)).await.expect(200);
    assert_eq!(harness.written().await, ["createWebhook", "updateAgent", "deleteWebhook"]);
    let webhooks = harness.webhooks().await;
    let (second, _) = webhooks.iter().find(|(_, url)| url == OTHER_HOOK).expect("the new webhook");
    assert!(webhooks.iter().all(|(id, _)| id != first), "{webhooks:?}");
    assert_eq!(harness.at_elevenlabs(&made.remote_id).await.pointer(LINK), Some(&json!(second)));

    let cleared = harness.patch(&made.path, &json!({ "webhook": { "url": null } })).await.expect(200);
    assert_eq!(cleared["sync"]["state"], "in_sync", "{cleared}");
    assert_eq!(harness.at_elevenlabs(&made.remote_id).await.pointer(LINK), Some(&Value::Null));
    assert_eq!(harness.webhooks().await.len(), 1);
    harness.delete(&other.path).await.expect(204);
    assert_eq!(harness.webhooks().await, []);
    assert_eq!(harness.stored(ELEVENLABS, "agents").await.as_object().unwrap().len(), 1);
}

#[tokio::test]
async fn a_refused_agent_leaves_no_webhook() {
    let harness = Harness::start().await;
    let fault = json!({ "kind": "status", "status": 400 });
    harness.order(ELEVENLABS, "createAgent", 1, &fault).await;
    let refused = harness.post("/v1/agents", &new(json!({ "webhook": { "url": HOOK } }))).await;
    refused.problem(422, "vendor_rejected");
    assert_eq!(harness.webhooks().await, []);
}

#[tokio::test]
async fn a_refused_import_removes_nothing_that_the_vendor_had() {
    let harness = Harness::start().await;
    let first = harness.create("/v1/agents", &new(json!({ "webhook": { "url": HOOK } }))).await;
    let record = harness.at_elevenlabs(&first.remote_id).await;
    harness.put_record(ELEVENLABS, "agents", "agent_of_the_console", &record).await;
    let before = harness.webhooks().await;
    let fault = json!({ "kind": "status", "status": 422 });
    for changes in
        [json!({ "prompt": { "instructions": "New." } }), json!({ "webhook": { "url": OTHER_HOOK } })]
    {
        harness.order(ELEVENLABS, "updateAgent", 1, &fault).await;
        let import =
            json!({ "vendor": "elevenlabs", "remote_id": "agent_of_the_console", "direction": "inbound" });
        let import = with(import, changes.clone());
        harness.post("/v1/agents/import", &import).await.problem(422, "vendor_rejected");
        assert_eq!(harness.at_elevenlabs("agent_of_the_console").await, record, "{changes}");
        assert_eq!(harness.webhooks().await, before, "{changes}");
    }
}

#[tokio::test]
async fn a_webhook_that_is_used_or_not_the_gateways_stays() {
    let harness = Harness::start().await;
    let team =
        json!({ "name": "Quality team", "webhook_url": HOOK, "auth_type": "hmac", "created_at_unix": 1 });
    harness
        .put_record(
            ELEVENLABS,
            "webhooks",
            "whteam",
            &with(team, json!({ "is_disabled": false, "is_auto_disabled": false })),
        )
        .await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    let mut record = harness.at_elevenlabs(&made.remote_id).await;
    record["platform_settings"]["workspace_overrides"]["webhooks"]["post_call_webhook_id"] = json!("whteam");
    record["name"] = json!("Of the console");
    harness.put_record(ELEVENLABS, "agents", "agent_of_the_console", &record).await;
    let import =
        json!({ "vendor": "elevenlabs", "remote_id": "agent_of_the_console", "direction": "inbound" });
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!(taken["webhook"]["url"], HOOK, "{taken}");
    harness.delete(&format!("/v1/agents/{}", taken["id"].as_str().unwrap())).await.expect(204);
    assert_eq!(harness.webhooks().await, [("whteam".to_owned(), HOOK.to_owned())]);

    let own = harness.create("/v1/agents", &new(json!({ "webhook": { "url": OTHER_HOOK } }))).await;
    let used = harness.at_elevenlabs(&own.remote_id).await.pointer(LINK).cloned();
    let mut record = harness.at_elevenlabs(&made.remote_id).await;
    record["platform_settings"]["workspace_overrides"]["webhooks"]["post_call_webhook_id"] = used.unwrap();
    harness.put_record(ELEVENLABS, "agents", &made.remote_id, &record).await;
    harness.delete(&own.path).await.expect(204);
    assert_eq!(harness.webhooks().await.len(), 2, "the other agent still uses the webhook");
}

#[tokio::test]
async fn an_agent_of_the_console_is_taken_over_unchanged() {
    let harness = Harness::start().await;
    let sip = json!({ "type": "sip_uri", "sip_uri": "sip:desk@example.com" });
    let transfers =
        json!([{ "transfer_destination": sip, "condition": "Always.", "transfer_type": "sip_refer" }]);
    let tool =
        json!({ "type": "system", "name": "transfer_to_number", "params": { "transfers": transfers } });
    let record = json!({
        "name": "Of the console",
        "tags": ["sales"],
        "conversation_config": {
            "agent": {
                "language": "de",
                "first_message": "Hallo!",
                "prompt": { "prompt": "Sei freundlich.", "llm": "gpt-4.1", "built_in_tools": { "transfer_to_number": tool } },
            },
            "tts": { "model_id": "eleven_v3_conversational", "voice_id": "sbxWarmFemaleVoice01" },
            "language_presets": { "fr": { "overrides": { "tts": { "speed": 0.9 } } } },
            "of_the_console": { "kept": true },
        },
        "platform_settings": {
            "data_collection": { "mood": { "type": "string", "description": "The mood.", "enum": ["good", "bad"] } },
        },
    });
    harness.put_record(ELEVENLABS, "agents", "agent_of_the_console", &record).await;
    let import =
        json!({ "vendor": "elevenlabs", "remote_id": "agent_of_the_console", "direction": "inbound" });
    let plan = harness.post("/v1/agents/import/plan", &import).await.expect(200);
    let told = json!([{ "field": "/direction", "before": null, "after": "inbound" }]);
    assert_eq!((&plan["requests"], &plan["diff"]), (&json!([]), &told), "{plan}");
    assert_eq!(plan["unread"][0]["field"], "/transfers", "{plan}");
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!(
        (&taken["sync"]["state"], &taken["voice"]["model"]),
        (&json!("in_sync"), &json!("eleven_v3_conversational"))
    );
    assert_eq!(
        (&taken["additional_languages"], &taken["greeting"]),
        (&json!(["fr"]), &json!({ "message": "Hallo!", "first_speaker": "agent", "interruptible": true }))
    );
    assert_eq!(harness.writes(ELEVENLABS).await.len(), 0);
    let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
    let seen = harness.post(&format!("{path}/sync"), &json!({ "on_drift": "report" })).await.expect(200);
    assert_eq!(seen["sync"]["drift"], json!([]), "{seen}");
    harness.patch(&path, &json!({ "name": "Renamed" })).await.expect(200);
    let held = harness.at_elevenlabs("agent_of_the_console").await;
    assert_eq!((&held["name"], &held["tags"]), (&json!("Renamed"), &record["tags"]));
    for pointer in [
        "/conversation_config/language_presets",
        "/conversation_config/of_the_console",
        "/platform_settings/data_collection",
    ] {
        assert_eq!(held.pointer(pointer), record.pointer(pointer), "{pointer}");
    }
    assert_eq!(
        held.pointer("/conversation_config/agent/prompt/built_in_tools/transfer_to_number"),
        Some(&tool)
    );
}

#[tokio::test]
async fn a_webhook_that_is_unlinked_at_the_vendor_is_drift_and_is_linked_again() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "webhook": { "url": HOOK } }))).await;
    let mut record = harness.at_elevenlabs(&made.remote_id).await;
    record["platform_settings"]["workspace_overrides"]["webhooks"]["post_call_webhook_id"] = Value::Null;
    harness.put_record(ELEVENLABS, "agents", &made.remote_id, &record).await;
    let told =
        harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "report" })).await.expect(200);
    assert_eq!(told["sync"]["drift"][0]["field"], "/webhook/url", "{told}");
    let again =
        harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": "overwrite" })).await.expect(200);
    assert_eq!(again["sync"]["state"], "in_sync", "{again}");
    let link = harness.at_elevenlabs(&made.remote_id).await.pointer(LINK).cloned();
    let webhooks = harness.webhooks().await;
    assert_eq!(webhooks.len(), 1, "{webhooks:?}");
    assert_eq!(link, Some(json!(webhooks[0].0)));
}

#[tokio::test]
async fn a_webhook_that_is_disabled_at_the_vendor_is_drift_and_is_enabled_again() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "webhook": { "url": HOOK } }))).await;
    let sync = async |on_drift: &str| {
        harness.post(&format!("{}/sync", made.path), &json!({ "on_drift": on_drift })).await.expect(200)
    };
    let [(id, _)] = &harness.webhooks().await[..] else { panic!("one webhook") };
    for by in ["is_disabled", "is_auto_disabled"] {
        let mut webhook = harness.stored(ELEVENLABS, "webhooks").await[id].clone();
        webhook[by] = json!(true);
        harness.put_record(ELEVENLABS, "webhooks", id, &webhook).await;
        let reported = sync("report").await;
        assert_eq!(reported["sync"]["drift"][0]["field"], "/webhook/url", "{by}: {reported}");
        harness.forget_requests().await;
        let again = sync("overwrite").await;
        assert_eq!(again["sync"]["state"], "in_sync", "{by}: {again}");
        assert!(harness.written().await.contains(&"updateWebhook".to_owned()), "{by}");
        let webhooks = harness.stored(ELEVENLABS, "webhooks").await;
        assert_eq!(webhooks.as_object().unwrap().len(), 1, "{by}: {webhooks}");
        assert_eq!(
            (&webhooks[id][by], &webhooks[id]["webhook_url"]),
            (&json!(false), &json!(HOOK)),
            "{by}: {webhooks}"
        );
    }
}

#[tokio::test]
async fn a_webhook_that_is_switched_off_keeps_its_secret() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "webhook": { "url": HOOK } }))).await;
    let before = harness.stored(ELEVENLABS, "webhooks").await;
    harness.forget_requests().await;
    for enabled in [false, true] {
        let switched = json!({ "webhook": { "enabled": enabled } });
        let changed = harness.patch(&made.path, &switched).await.expect(200);
        assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
        let mut expected = before.clone();
        for webhook in expected.as_object_mut().unwrap().values_mut() {
            webhook["is_disabled"] = json!(!enabled);
        }
        assert_eq!(harness.stored(ELEVENLABS, "webhooks").await, expected, "{enabled}");
    }
    assert_eq!(harness.written().await, ["updateWebhook", "updateWebhook"]);
    harness.delete(&made.path).await.expect(204);
    assert_eq!(harness.webhooks().await, []);
}

#[tokio::test]
async fn switched_off_fallbacks_are_an_empty_list() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "model": { "fallback": [] } }))).await;
    assert_eq!(made.body["sync"]["state"], "in_sync", "{}", made.body);
    let mut record = harness.at_elevenlabs(&made.remote_id).await;
    let config = "/conversation_config/agent/prompt/backup_llm_config";
    assert_eq!(record.pointer(config), Some(&json!({ "preference": "disabled" })));
    let import = json!({ "vendor": "elevenlabs", "remote_id": made.remote_id, "direction": "inbound" });
    harness.delete(&format!("{}?on_vendor=keep", made.path)).await.expect(204);
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    assert_eq!(
        (&taken["model"]["fallback"], &taken["sync"]["state"]),
        (&json!([]), &json!("in_sync")),
        "{taken}"
    );

    *record.pointer_mut(config).unwrap() = json!({ "preference": "default" });
    harness.put_record(ELEVENLABS, "agents", &made.remote_id, &record).await;
    let path = format!("/v1/agents/{}/sync", taken["id"].as_str().unwrap());
    let reported = harness.post(&path, &json!({ "on_drift": "report" })).await.expect(200);
    assert_eq!(reported["sync"]["drift"][0]["field"], "/model/fallback", "{reported}");
    let again = harness.post(&path, &json!({ "on_drift": "overwrite" })).await.expect(200);
    assert_eq!(again["sync"]["state"], "in_sync", "{again}");
    assert_eq!(
        harness.at_elevenlabs(&made.remote_id).await.pointer(config),
        Some(&json!({ "preference": "disabled" }))
    );
}

#[tokio::test]
async fn an_entry_that_stays_is_reported() {
    let harness = Harness::start().await;
    let variables = |values: Value| json!({ "variables": values });
    let made = harness.create("/v1/agents", &new(variables(json!({ "city": "Ulm", "plan": "gold" })))).await;
    let patch = variables(json!({ "city": "Bonn", "plan": null }));
    let changed = harness.patch(&made.path, &patch).await.expect(200);
    let sent = json!({ "city": "Bonn", "plan": "gold" });
    assert_eq!(row(&changed, "/variables"), (&json!("substituted"), &sent), "{changed}");
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
}

#[tokio::test]
async fn another_branch_is_never_read_as_the_agent() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    harness.set_options(ELEVENLABS, &json!({ "foreign_branch": true })).await;
    let import = json!({ "vendor": "elevenlabs", "remote_id": made.remote_id, "direction": "inbound" });
    harness.delete(&format!("{}?on_vendor=keep", made.path)).await.expect(204);
    harness.post("/v1/agents/import", &import).await.problem(502, "vendor_protocol_error");
}

#[tokio::test]
async fn no_failure_shows_what_it_quotes() {
    let mut harness = swift().await;
    let canaries: Vec<_> = (0..40).map(|number| format!("canary-{number}-of-a-prompt")).collect();
    let shapes: [fn(&str) -> Value; 5] = [
        |canary| json!({ "detail": { "status": "input_invalid", "message": format!("[{{\"input\": \"{canary}\"}}]") } }),
        |canary| json!({ "detail": { "type": "validation_error", "code": "invalid_parameters", "message": canary } }),
        |canary| json!({ "detail": [{ "type": "value_error", "loc": ["body", canary], "msg": canary, "input": canary }] }),
        |canary| json!({ "detail": { "code": canary, "status": canary, "message": canary, "request_id": canary } }),
        |canary| json!({ "detail": canary, "message": canary }),
    ];
    let mut answers = Vec::new();
    for (number, canary) in canaries.iter().enumerate() {
        let status = [400, 401, 409, 422, 500][number / 8];
        let fault = json!({ "kind": "status", "status": status, "body": shapes[number % 5](canary) });
        harness.order(ELEVENLABS, "createAgent", 1, &fault).await;
        let secret = json!({ "name": format!("Agent {number}"), "webhook": { "url": HOOK } });
        answers.push(harness.post("/v1/agents", &new(secret)).await.text);
        harness.clear_faults().await;
    }
    harness.gateway.stop();
    let log = harness.gateway.log();
    for canary in &canaries {
        assert!(!log.contains(canary), "{canary} in the log");
        assert!(answers.iter().all(|answer| !answer.contains(canary)), "{canary} in an answer");
    }
    let webhooks = harness.webhooks().await;
    assert!(!webhooks.is_empty());
    for secret in harness.stored(ELEVENLABS, "webhooks").await.as_object().unwrap().values() {
        let secret = secret["webhook_secret"].as_str().unwrap();
        assert!(
            !log.contains(secret) && answers.iter().all(|answer| !answer.contains(secret)),
            "a secret shows"
        );
    }
}
