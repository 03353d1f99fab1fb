//! The peculiarities of Bland: drafts that are promoted, drafts of another user, settings that a persona cannot hold,
//! and failures with status 200.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness, SeenRequest},
    settling::{PATIENT, SOON, SWIFT},
};

const BLAND: Vendor = Vendor::BLAND;
const JUNE: &str = "745fbef5-f445-44fa-91ba-93f89803e1ce";

fn new(more: Value) -> Value {
    with(agent(BLAND), more)
}

fn says(text: &str) -> Value {
    json!({ "prompt": { "instructions": text } })
}

impl Harness {
    /// Returns the vendor's record of an agent.
    async fn at_bland(&self, remote_id: &str) -> Value {
        self.stored(BLAND, "personas").await[remote_id].clone()
    }

    /// Returns the operations of the writes since the journal was cleared, all of which must keep the contract.
    async fn written_to_bland(&self) -> Vec<String> {
        let writes = self.writes(BLAND).await;
        writes.iter().for_each(SeenRequest::keeps_the_contract);
        writes.into_iter().map(|write| write.operation).collect()
    }

    /// Changes a persona's draft, as a user of the vendor's dashboard does who does not promote it.
    async fn draft(&self, remote_id: &str, changes: Value) {
        let held = self.at_bland(remote_id).await;
        let draft = with(held["production"].clone(), changes);
        self.put_record(BLAND, "personas", remote_id, &with(held, json!({ "draft": draft }))).await;
    }
}

async fn swift() -> Harness {
    let vendors = format!("{PATIENT}{SOON}");
    Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await
}

/// Returns the row of a field in the report.
fn row<'a>(agent: &'a Value, field: &str) -> &'a Value {
    let rows = agent["translation"]["fields"].as_array().unwrap();
    rows.iter().find(|row| row["field"] == field).unwrap_or(&Value::Null)
}

#[tokio::test]
async fn an_update_changes_the_draft_and_promotes_it() {
    let harness = Harness::start().await;
    for depth in ["replace", "merge"] {
        harness.set_options(BLAND, &json!({ "call_config": depth })).await;
        harness.forget_requests().await;
        let made =
            harness.create("/v1/agents", &new(json!({ "audio": { "ambient_sound": "office" } }))).await;
        assert_eq!(harness.written_to_bland().await, ["createPersona"], "both versions exist immediately");
        harness.forget_requests().await;
        let change = with(says("Be brief."), json!({ "call": { "max_duration_s": 90 } }));
        let plan = harness.post(&format!("{}/plan", made.path), &change).await.expect(200);
        assert_eq!(plan["requests"][0]["method"], "PATCH", "{plan}");
        let changed = harness.patch(&made.path, &change).await.expect(200);
        assert_eq!(changed["sync"]["state"], "in_sync", "{changed}");
        assert_eq!(row(&changed, "/call/max_duration_s")["sent"], 120, "{changed}");
        assert_eq!(harness.written_to_bland().await, ["updatePersona", "promotePersona"]);
        let config = json!({ "language": "en", "voice": JUNE, "background": "office", "max_duration": 2 });
        let sent = json!({ "name": "Reception", "personality_prompt": "Be brief.", "call_config": config });
        assert_eq!(harness.writes(BLAND).await[0].body, sent);
        let cleared = json!({ "audio": { "ambient_sound": null }, "call": { "max_duration_s": null } });
        let cleared = harness.patch(&made.path, &cleared).await.expect(200);
        assert_eq!(cleared["sync"]["state"], "in_sync", "{cleared}");
        let held = harness.at_bland(&made.remote_id).await;
        let config = &held["production"]["call_config"];
        assert_eq!((&config["background"], &config["max_duration"]), (&Value::Null, &json!(30)), "{depth}");
        assert_eq!(held.get("draft"), None);
    }
}

#[tokio::test]
async fn a_draft_of_another_user_is_reported_and_never_promoted() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    harness
        .draft(
            &made.remote_id,
            json!({ "pathway_conditions": [{ "name": "Sales" }], "call_config": { "voice": "Josh" } }),
        )
        .await;
    let before = harness.at_bland(&made.remote_id).await;
    harness.forget_requests().await;
    let refused = harness.patch(&made.path, &says("Be brief.")).await;
    let problem = refused.problem(409, "state_conflict");
    for path in ["/call_config/voice", "/pathway_conditions"] {
        assert!(problem["detail"].as_str().unwrap().contains(path), "{problem}");
    }
    let plan = harness.post(&format!("{}/plan", made.path), &says("Be brief.")).await;
    plan.problem(409, "state_conflict");
    let bound = with(says("Be brief."), json!({ "phone_number_id": "+14155550142" }));
    harness.patch(&made.path, &bound).await.problem(409, "state_conflict");
    assert_eq!(harness.written_to_bland().await, [""; 0], "no number is attached either");
    assert_eq!(harness.at_bland(&made.remote_id).await, before);
    let kept = harness.get(&made.path).await.expect(200);
    assert_eq!((&kept["prompt"], &kept["revision"]), (&made.body["prompt"], &json!(1)), "{kept}");

    harness.patch(&made.path, &json!({ "name": "Night desk" })).await.expect(200);
    let held = harness.at_bland(&made.remote_id).await;
    assert_eq!(
        (&held["name"], &held["draft"]),
        (&json!("Night desk"), &before["draft"]),
        "a name is not promoted"
    );

    harness.put_record(BLAND, "personas", &made.remote_id, &with(held, json!({ "draft": null }))).await;
    harness.patch(&made.path, &says("Be brief.")).await.expect(200);
    assert_eq!(harness.at_bland(&made.remote_id).await["production"]["personality_prompt"], "Be brief.");
}

#[tokio::test]
async fn a_persona_of_the_dashboard_is_taken_over_as_calls_use_it() {
    let harness = Harness::start().await;
    let settings = json!({
        "personality_prompt": "Sei freundlich.", "orchestration_prompt": "Sales or support.", "kb_ids": ["KB-1"],
        "call_config": { "voice": "June", "language": "babel-de", "background": "cafe" },
    });
    let record = json!({ "name": "Of the dashboard", "tags": ["sales"], "production": settings });
    harness.put_record(BLAND, "personas", "persona-1", &record).await;
    let draft = with(settings.clone(), json!({ "personality_prompt": "Not promoted." }));
    harness
        .put_record(BLAND, "personas", "persona-2", &with(record.clone(), json!({ "draft": draft })))
        .await;
    for id in ["persona-1", "persona-2"] {
        let import = json!({ "vendor": "bland", "remote_id": id, "direction": "inbound" });
        let taken = harness.post("/v1/agents/import", &import).await.expect(201);
        assert_eq!(
            (&taken["language"], &taken["sync"]["state"]),
            (&json!("de"), &json!("in_sync")),
            "{taken}"
        );
        assert_eq!(taken["prompt"]["instructions"], "Sei freundlich.", "{taken}");
        assert_eq!(harness.written_to_bland().await, [""; 0]);
        harness.forget_requests().await;
        let path = format!("/v1/agents/{}", taken["id"].as_str().unwrap());
        let changed = harness.patch(&path, &json!({ "audio": { "ambient_sound": "off" } })).await;
        if id == "persona-2" {
            changed.problem(409, "state_conflict");
            continue;
        }
        changed.expect(200);
        let held = harness.at_bland(id).await;
        let expected = with(settings.clone(), json!({ "call_config": { "background": "none" } }));
        assert_eq!(
            (&held["production"], &held["tags"]),
            (&expected, &record["tags"]),
            "everything else remains"
        );
        harness.forget_requests().await;
    }
}

#[tokio::test]
async fn a_change_that_was_not_promoted_is_promoted_later() {
    for fault in [
        json!({ "kind": "status", "status": 500 }),
        json!({ "kind": "status", "status": 500, "when": "after" }),
        json!({ "kind": "status", "status": 400 }),
        json!({ "kind": "status", "status": 429, "retry_after": 1 }),
        json!({ "kind": "reset", "when": "after" }),
    ] {
        let harness = swift().await;
        let made = harness.create("/v1/agents", &new(json!({}))).await;
        harness.order(BLAND, "promotePersona", 1, &fault).await;
        harness.patch(&made.path, &says("Be brief.")).await;
        let settled = harness.settled(&made.path).await;
        assert_eq!(settled["sync"]["state"], "in_sync", "{fault}: {settled}");
        assert_eq!(settled["prompt"]["instructions"], "Be brief.", "{fault}");
        let held = harness.at_bland(&made.remote_id).await;
        assert_eq!(
            (&held["production"]["personality_prompt"], held.get("draft")),
            (&json!("Be brief."), None)
        );
    }
}

#[tokio::test]
async fn settings_of_calls_are_kept_and_reported() {
    let harness = Harness::start().await;
    let per_call = json!({
        "timezone": "Europe/Berlin", "greeting": { "message": "Hello!" }, "model": { "temperature": 0.3 },
        "voicemail": { "action": "hang_up" }, "webhook": { "url": "https://hooks.northwind.example/calls" },
        "variables": { "city": "Ulm" },
    });
    let made = harness.create("/v1/agents", &new(per_call.clone())).await;
    for (name, value) in per_call.as_object().unwrap() {
        assert_eq!(&made.body[name], value, "{name}");
    }
    for field in ["/timezone", "/greeting/message", "/model/temperature", "/webhook/url", "/variables"] {
        let row = row(&made.body, field);
        assert_eq!(row["verdict"], "unsupported", "{field}");
        assert!(row["why"].as_str().unwrap().starts_with("Held per call only: "), "{row}");
    }
    harness.forget_requests().await;
    harness.patch(&made.path, &json!({ "greeting": { "message": "Hi!" } })).await.expect(200);
    assert_eq!(harness.written_to_bland().await, [""; 0]);
    let transfers = json!({ "transfers": [{ "phone_number": "+15550100199" }] });
    harness.patch(&made.path, &transfers).await.problem(422, "capability_loss");
}

#[tokio::test]
async fn a_value_that_the_vendor_drops_is_reported() {
    let harness = Harness::start().await;
    harness.set_options(BLAND, &json!({ "forgets": ["/call_config/record"] })).await;
    let made = harness.create("/v1/agents", &new(json!({ "call": { "record": true } }))).await;
    assert_eq!(row(&made.body, "/call/record")["verdict"], "not_persisted", "{}", made.body);
}

#[tokio::test]
async fn a_persona_that_answers_phone_numbers_is_not_deleted() {
    let harness = swift().await;
    let made = harness.create("/v1/agents", &new(json!({}))).await;
    let number = json!({ "persona_id": made.remote_id });
    harness.put_record(BLAND, "numbers", "+14155550142", &number).await;
    let answer = harness.delete(&made.path).await;
    assert!(answer.text.contains("detach"), "{}", answer.text);
    assert!(harness.at_bland(&made.remote_id).await.is_object());
    assert_eq!(harness.stored(BLAND, "numbers").await["+14155550142"], number, "nothing is forced");
    harness.put_record(BLAND, "numbers", "+14155550142", &json!({ "persona_id": null })).await;
    let again = harness.delete(&made.path).await;
    assert_eq!(again.status, 204, "{}", again.text);
    assert_eq!(harness.at_bland(&made.remote_id).await, Value::Null);
}

#[tokio::test]
async fn no_failure_shows_what_it_quotes() {
    let mut harness = swift().await;
    let mut answers = Vec::new();
    for (number, disguised) in [true, false].into_iter().cycle().take(40).enumerate() {
        let canary = format!("canary-{number}-of-a-prompt");
        harness.set_options(BLAND, &json!({ "quotes": true, "failures_as_200": disguised })).await;
        let shapes = [
            json!({ "data": null, "errors": [{ "error": "INVALID_INPUT", "message": canary, "details": { "at": canary } }] }),
            json!({ "data": null, "errors": [{ "code": canary, "message": canary }] }),
            json!({ "status": "error", "message": format!("Invalid language code {canary}"), "errors": [canary] }),
            json!({ "error": { "code": "VERSION_NOT_FOUND", "message": canary, "details": {} } }),
            json!({ "error": canary, "details": canary }),
        ];
        let status = [200, 400, 401, 500][number / 10];
        let fault = json!({ "kind": "status", "status": status, "body": shapes[number % 5] });
        harness.order(BLAND, "createPersona", 1, &fault).await;
        let named = with(says("canary-of-the-agent"), json!({ "name": format!("Agent {number}") }));
        answers.push((canary, harness.post("/v1/agents", &new(named)).await.text));
        harness.clear_faults().await;
    }
    harness.gateway.stop();
    let log = harness.gateway.log();
    for (canary, answer) in &answers {
        assert!(!log.contains(canary.as_str()), "{canary} in the log");
        assert!(!answer.contains(canary.as_str()), "{canary} in {answer}");
    }
    assert!(!log.contains("canary-of-the-agent"));
}

#[tokio::test]
async fn a_creation_that_fails_with_status_200_is_refused() {
    let harness = Harness::start().await;
    let body =
        json!({ "data": null, "errors": [{ "error": "INVALID_INPUT", "message": "Invalid language code" }] });
    let fault = json!({ "kind": "status", "status": 200, "body": body });
    harness.order(BLAND, "createPersona", 1, &fault).await;
    harness.post("/v1/agents", &new(json!({}))).await.problem(422, "vendor_rejected");
    let everything = harness.vendors.control(Method::GET, "/bland/records", None).await.expect(200);
    assert_eq!(everything["personas"], json!({}));
}
