//! The credentials of a trunk, which only the vendor receives.

use serde_json::{Value, json};
use switchboard_sandbox::{Sandbox, Vendor};

use crate::{
    bodies::{trunk, with},
    harness::{Harness, KEY, pointers},
};

const TOKEN: &str = "token-of-twilio-5f2c91";
const PASSWORD: &str = "correct-horse-battery-77";
const OTHER_PASSWORD: &str = "staple-of-another-day-88";

fn twilio() -> Value {
    carried_by(json!({ "type": "twilio", "account_sid": "AC123", "auth_token": TOKEN }))
}

fn sip() -> Value {
    carried_by(json!({
        "type": "sip", "termination_uri": "sip.example.com", "username": "switchboard", "password": PASSWORD,
    }))
}

fn carried_by(carrier: Value) -> Value {
    with(with(trunk(), json!({ "carrier": null })), json!({ "carrier": carrier }))
}

/// Returns the members of the last write that the vendor received.
async fn last_written(harness: &Harness, members: &[&str]) -> Vec<Value> {
    let writes = harness.writes(Vendor::QCALL).await;
    let body = &writes.last().expect("a write").body;
    members.iter().map(|member| body[*member].clone()).collect()
}

#[tokio::test]
async fn secrets_are_in_no_answer_no_log_and_not_in_the_file() {
    let mut harness = Harness::start().await;
    let mut answers = Vec::new();
    let made = harness.create("/v1/trunks", &twilio()).await;
    assert_eq!(made.body["carrier"]["auth_token_set"], true);
    answers.push(made.body.to_string());
    let other = harness.create("/v1/trunks", &sip()).await;
    assert_eq!(other.body["carrier"]["password_set"], true);
    answers.push(other.body.to_string());
    let plan = json!({ "carrier": { "password": OTHER_PASSWORD } });
    let plan_path = format!("{}/plan", other.path);
    for answer in [
        harness.get(&made.path).await,
        harness.get("/v1/trunks").await,
        harness.post("/v1/trunks/plan", &twilio()).await,
        harness.post(&plan_path, &plan).await,
        harness.patch(&other.path, &plan).await,
        harness.get("/v1/vendors").await,
    ] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        answers.push(answer.text);
    }
    // If a vendor's error quotes a secret from the request, the gateway does not repeat it.
    let complaint = json!({ "success": false, "message": format!("auth_token is not {TOKEN}") });
    let fault = json!({ "kind": "status", "status": 400, "body": complaint });
    harness.order(Vendor::QCALL, "createDialer", 1, &fault).await;
    let refused = harness.post("/v1/trunks", &twilio()).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    answers.push(refused.text);

    assert_eq!(last_written(&harness, &["auth_token"]).await, [TOKEN]);
    harness.gateway.stop();
    let log = harness.gateway.log();
    assert!(log.contains("/v1/trunks"), "the log is read: {log}");
    let keys = Vendor::ALL.map(Sandbox::api_key);
    for secret in [TOKEN, PASSWORD, OTHER_PASSWORD, KEY].iter().chain(&keys) {
        for answer in &answers {
            assert!(!answer.contains(secret), "{secret} in {answer}");
        }
        assert!(!log.contains(secret), "{secret} in the log");
        for (name, bytes) in files(&harness) {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {name}");
        }
    }
}

/// Returns the files that the gateway has written, with their contents.
fn files(harness: &Harness) -> Vec<(String, Vec<u8>)> {
    let entries = std::fs::read_dir(harness.dir()).unwrap().map(|entry| entry.unwrap().path());
    let written: Vec<_> = entries
        .filter(|path| path.extension().is_none_or(|extension| extension != "toml"))
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    assert!(written.iter().any(|(name, _)| name.ends_with("switchboard.db")), "{written:?}");
    written
}

#[tokio::test]
async fn a_secret_that_is_left_out_stays() {
    let mut harness = Harness::start().await;
    let secrets = ["auth_token", "sip_trunk_password"];
    let token = harness.create("/v1/trunks", &twilio()).await;
    let password = harness.create("/v1/trunks", &sip()).await;

    harness.patch(&token.path, &json!({ "name": "Renamed" })).await.expect(200);
    assert_eq!(last_written(&harness, &secrets).await, [TOKEN, ""]);
    let sid = json!({ "carrier": { "account_sid": "AC456" } });
    harness.patch(&token.path, &sid).await.expect(200);
    assert_eq!(last_written(&harness, &["sid", "auth_token"]).await, ["AC456", TOKEN]);
    let whole = json!({ "carrier": { "type": "sip", "termination_uri": "sip2.example.com" } });
    harness.patch(&password.path, &whole).await.expect(200);
    assert_eq!(last_written(&harness, &secrets).await, ["", PASSWORD]);

    // After a restart, another process reads the stored secrets.
    harness.restart().await;
    let read = harness.get(&password.path).await.expect(200);
    let renamed = with(read, json!({ "name": "Renamed" }));
    let replaced = harness.put(&password.path, 2, &renamed).await.expect(200);
    assert_eq!(replaced["carrier"]["password_set"], true);
    assert_eq!(last_written(&harness, &secrets).await, ["", PASSWORD]);
}

#[tokio::test]
async fn a_secret_is_changed_and_taken_away() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/trunks", &sip()).await;
    let password = |value: Value| json!({ "carrier": { "password": value } });

    let changed = harness.patch(&made.path, &password(json!(OTHER_PASSWORD))).await.expect(200);
    assert_eq!(changed["revision"], 2);
    assert_eq!(last_written(&harness, &["sip_trunk_password"]).await, [OTHER_PASSWORD]);
    // Setting the same value again changes nothing.
    let again = harness.patch(&made.path, &password(json!(OTHER_PASSWORD))).await.expect(200);
    assert_eq!(again["revision"], 2);
    let taken = harness.patch(&made.path, &password(Value::Null)).await.expect(200);
    assert_eq!(taken["carrier"]["password_set"], false);
    assert_eq!(last_written(&harness, &["sip_trunk_password"]).await, [""]);
}

#[tokio::test]
async fn a_carrier_of_another_type_needs_its_own_secret() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/trunks", &sip()).await;
    let twilio = json!({ "carrier": { "type": "twilio", "account_sid": "AC123" } });
    let problem = harness.patch(&made.path, &twilio).await.problem(422, "field_required");
    assert_eq!(pointers(&problem), ["/carrier/auth_token"]);

    let twilio = with(twilio, json!({ "carrier": { "auth_token": TOKEN } }));
    let changed = harness.patch(&made.path, &twilio).await.expect(200);
    let expected = json!({ "type": "twilio", "account_sid": "AC123", "auth_token_set": true });
    assert_eq!(changed["carrier"], expected);
    let members = ["dialer_type", "auth_token", "sip_trunk_user_name", "sip_trunk_password"];
    assert_eq!(last_written(&harness, &members).await, ["Twilio", TOKEN, "", ""]);
}

#[tokio::test]
async fn a_mask_is_no_secret() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/trunks", &sip()).await;
    harness.forget_requests().await;
    for mask in ["****", "••••••••", "[redacted]", "***battery-77", "true"] {
        let patch = json!({ "carrier": { "password": mask } });
        let problem = harness.patch(&made.path, &patch).await.problem(422, "masked_value");
        assert_eq!(pointers(&problem), ["/carrier/password"]);
        let whole = with(sip(), patch);
        harness.put(&made.path, 1, &whole).await.problem(422, "masked_value");
        harness.post("/v1/trunks", &whole).await.problem(422, "masked_value");
    }
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
}
