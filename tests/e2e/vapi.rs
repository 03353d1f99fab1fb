//! The peculiarities of Vapi: nested objects that are replaced whole, providers, hooks, null, and credentials in
//! answers.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, SeenRequest, pointers},
    settling::{PATIENT, SOON, SWIFT},
};

const VAPI: Vendor = Vendor::VAPI;
const CANARY: &str = "canary-of-a-header";
const CONSOLE: &str = "0198f300-0000-7000-8000-000000000001";

fn new(more: Value) -> Value {
    with(agent(VAPI), more)
}

impl Harness {
    /// Returns the vendor's record of an assistant.
    async fn at_vapi(&self, remote_id: &str) -> Value {
        self.stored(VAPI, "assistants").await[remote_id].clone()
    }

    /// Returns the bodies of the writes since the journal was cleared, all of which must keep the contract.
    async fn written_to_vapi(&self) -> Vec<Value> {
        let writes = self.writes(VAPI).await;
        writes.iter().for_each(SeenRequest::keeps_the_contract);
        writes.into_iter().map(|write| write.body).collect()
    }
}

/// Returns the verdict and the sent value of a field.
fn row<'a>(agent: &'a Value, field: &str) -> (&'a Value, &'a Value) {
    let rows = agent["translation"]["fields"].as_array().unwrap();
    let row = rows.iter().find(|row| row["field"] == field);
    row.map_or((&Value::Null, &Value::Null), |row| (&row["verdict"], &row["sent"]))
}

/// Returns an assistant as a user of the vendor's console makes it.
fn of_the_console() -> Value {
    json!({
        "name": "Of the console",
        "firstMessage": "Hallo!",
        "model": {
            "provider": "openai", "model": "gpt-4.1-mini", "temperature": 0.3, "numFastTurns": 1,
            "messages": [{ "role": "system", "content": "Sei freundlich." }, { "role": "assistant", "content": "Gern." }],
            "tools": [{ "type": "apiRequest", "name": "lookup", "method": "GET", "url": "https://crm.example/lookup" }],
        },
        "voice": { "provider": "11labs", "voiceId": "of-a-customer", "stability": 0.4, "optimizeStreamingLatency": 3 },
        "transcriber": { "provider": "deepgram", "model": "nova-3", "language": "de", "endpointing": 250 },
        "hooks": [{ "on": "call.ending", "do": [{ "type": "say", "exact": "Tschüss." }] }],
        "server": { "url": "https://hooks.northwind.example/vapi", "headers": { "X-Key": CANARY } },
        "metadata": { "team": "sales" },
    })
}

/// Takes over the assistant of the console, and returns the path of the agent.
async fn taken_over(harness: &Harness) -> (String, Value) {
    harness.put_record(VAPI, "assistants", CONSOLE, &of_the_console()).await;
    let import = json!({ "vendor": "vapi", "remote_id": CONSOLE, "direction": "inbound" });
    let taken = harness.post("/v1/agents/import", &import).await.expect(201);
    (format!("/v1/agents/{}", taken["id"].as_str().unwrap()), taken)
}

#[tokio::test]
async fn a_change_of_the_temperature_keeps_the_prompt_and_what_is_not_modelled() {
    let harness = Harness::start().await;
    let (path, taken) = taken_over(&harness).await;
    assert_eq!((&taken["sync"]["state"], &taken["language"]), (&json!("in_sync"), &json!("de")), "{taken}");
    assert_eq!(
        (&taken["model"]["name"], &taken["voice"]["provider"], &taken["voice"]["id"]),
        (&json!("gpt-4.1-mini"), &json!("elevenlabs"), &json!("of-a-customer"))
    );
    assert_eq!(harness.written_to_vapi().await, [] as [Value; 0], "an import writes nothing");
    let changed = harness.patch(&path, &json!({ "model": { "temperature": 0.9 } })).await.expect(200);
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    let mut model = of_the_console()["model"].clone();
    model["temperature"] = json!(0.9);
    assert_eq!(harness.written_to_vapi().await, [json!({ "model": model })]);
    let held = harness.at_vapi(CONSOLE).await;
    for member in ["voice", "transcriber", "hooks", "server", "metadata"] {
        assert_eq!(held[member], of_the_console()[member], "{member}");
    }
}

#[tokio::test]
async fn a_credential_at_the_vendor_is_kept_and_never_shown() {
    let mut harness = Harness::start().await;
    let (path, taken) = taken_over(&harness).await;
    let patch = json!({ "webhook": { "timeout_s": 30 } });
    let plan = harness.post(&format!("{path}/plan"), &patch).await;
    let changed = harness.patch(&path, &patch).await.expect(200);
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    let held = harness.at_vapi(CONSOLE).await;
    assert_eq!(
        held["server"],
        json!({ "url": "https://hooks.northwind.example/vapi", "headers": { "X-Key": CANARY }, "timeoutSeconds": 30 })
    );
    let listed = harness.get("/v1/vendors/vapi/agents").await.expect(200);
    harness.gateway.stop();
    let shown = format!("{taken}{}{changed}{listed}{}", plan.text, harness.gateway.log());
    assert!(!shown.contains(CANARY), "a header shows");
}

#[tokio::test]
async fn silent_defaults_are_sent_and_reported() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    let held = harness.at_vapi(&made.remote_id).await;
    assert_eq!(
        (&held["backgroundSound"], &held["artifactPlan"]["recordingEnabled"]),
        (&json!("off"), &json!(true))
    );
    for (field, sent) in [
        ("/audio/ambient_sound", json!("off")),
        ("/call/record", json!(true)),
        ("/transcription/provider", json!("deepgram")),
        ("/voice/provider", json!("vapi")),
    ] {
        assert_eq!(row(&made.body, field), (&json!("assumed"), &sent), "{field}");
    }
    assert_eq!(row(&made.body, "/webhook/events").0, "assumed");
}

#[tokio::test]
async fn the_language_is_written_for_the_transcriber_and_the_voice() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    harness.forget_requests().await;
    harness.patch(&made.path, &json!({ "language": "de-AT" })).await.expect(200);
    let [body] = &harness.written_to_vapi().await[..] else { panic!("one update") };
    assert_eq!((&body["transcriber"]["language"], &body["voice"]["language"]), (&json!("de"), &json!("de")));
    let refused =
        harness.patch(&made.path, &json!({ "language": "sw" })).await.problem(422, "capability_loss");
    assert_eq!(pointers(&refused), ["/language"]);
    let both = json!({ "language": "sw", "transcription": { "provider": "google" }, "voice": { "provider": "openai", "id": "alloy" } });
    let changed = harness.patch(&made.path, &both).await.expect(200);
    assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
    let held = harness.at_vapi(&made.remote_id).await;
    assert_eq!(held["transcriber"], json!({ "language": "Swahili", "provider": "google" }));
    assert_eq!(held["voice"], json!({ "voiceId": "alloy", "provider": "openai" }));
}

#[tokio::test]
async fn reprompts_come_and_go_beside_the_hooks_of_others() {
    let harness = Harness::start().await;
    let (path, _) = taken_over(&harness).await;
    let silence =
        json!({ "silence": { "reprompt_after_s": 9, "reprompts": ["Hallo?"], "max_reprompts": 2 } });
    harness.patch(&path, &silence).await.expect(200);
    let hooks = harness.at_vapi(CONSOLE).await["hooks"].clone();
    assert_eq!((&hooks[0], hooks.as_array().unwrap().len()), (&of_the_console()["hooks"][0], 2));
    assert_eq!(hooks[1]["options"], json!({ "timeoutSeconds": 9, "triggerMaxCount": 2 }));
    let cleared = harness.patch(&path, &json!({ "silence": null })).await.expect(200);
    assert_eq!(cleared["sync"]["state"], "in_sync", "{cleared}");
    assert_eq!(harness.at_vapi(CONSOLE).await["hooks"], of_the_console()["hooks"]);
}

#[tokio::test]
async fn the_removal_of_a_text_is_reported_as_undocumented() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({ "greeting": { "message": "Hello!" } }))).await;
    let cleared = harness.patch(&made.path, &json!({ "greeting": { "message": null } })).await.expect(200);
    assert_eq!(row(&cleared, "/greeting/message").0, "substituted", "{cleared}");
    assert_eq!(harness.at_vapi(&made.remote_id).await.get("firstMessage"), None);
}

#[tokio::test]
async fn a_pinned_assistant_is_not_deleted_and_the_reason_is_told() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    harness.set_options(VAPI, &json!({ "pinned": [made.remote_id] })).await;
    let problem = harness.delete(&made.path).await.problem(422, "vendor_rejected");
    assert!(problem.to_string().contains("scheduled call"), "{problem}");
    harness.set_options(VAPI, &json!({})).await;
    harness.delete(&made.path).await.expect(204);
    assert_eq!(harness.stored(VAPI, "assistants").await, json!({}));
}

#[tokio::test]
async fn no_failure_shows_what_it_quotes() {
    let vendors = format!("{PATIENT}{SOON}");
    let mut harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let canaries: Vec<_> = (0..40).map(|number| format!("canary-{number}-of-a-prompt")).collect();
    let shapes: [fn(&str) -> Value; 5] = [
        |canary| json!({ "message": canary, "error": canary }),
        |canary| json!({ "message": [canary, format!("{canary} should not exist")], "error": "Bad Request" }),
        |canary| json!({ "message": [format!("voice.speed must not be greater than {canary}")] }),
        |canary| json!({ "message": { "text": canary } }),
        |canary| json!(canary),
    ];
    let mut answers = Vec::new();
    for (number, canary) in canaries.iter().enumerate() {
        let status = [400, 401, 409, 422, 500][number / 8];
        let fault = json!({ "kind": "status", "status": status, "body": shapes[number % 5](canary) });
        harness.order(VAPI, "createAssistant", 1, &fault).await;
        answers
            .push(harness.post("/v1/agents", &new(json!({ "name": format!("Agent {number}") }))).await.text);
        harness.clear_faults().await;
    }
    harness.gateway.stop();
    let log = harness.gateway.log();
    for canary in &canaries {
        assert!(!log.contains(canary), "{canary} in the log");
        assert!(answers.iter().all(|answer| !answer.contains(canary)), "{canary} in an answer");
    }
}
