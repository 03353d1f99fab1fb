//! Vendors that fail while agents move to them.

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use switchboard_sandbox::Vendor;

use super::{demanding, portable, site};

const TO: Vendor = Vendor::AUTOCALLS_2026;

#[tokio::test]
async fn a_vendor_that_refuses_leaves_the_agent_where_it_is() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Refused")).await;
    harness.order(TO, "createAssistant", 1, &json!({ "kind": "status", "status": 422 })).await;
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    let ended = harness.over(&path).await;
    assert_eq!((&ended["state"], &ended["failed"]), (&json!("failed"), &json!(1)), "{ended}");
    let one = harness.only_move(&path).await;
    assert_eq!(
        (&one["state"], &one["last_error"]["code"]),
        (&json!("failed"), &json!("vendor_rejected")),
        "{one}"
    );
    harness.lives_at(&agent, Vendor::QCALL).await;
    assert_eq!(harness.count_at(TO).await, 0);
    // The move can be repeated.
    harness.moved(&json!({ "to": TO }), "delete").await;
    harness.lives_at(&agent, TO).await;
}

#[tokio::test]
async fn a_vendor_that_is_down_is_waited_for() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Waiter")).await;
    let down = json!({ "kind": "status", "status": 503 });
    harness.order(TO, "createAssistant", 1000, &down).await;
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    let told = |page: &Value| page["data"][0]["last_error"]["code"] == "vendor_outcome_unknown";
    harness.once(&format!("{path}/agents"), told).await;
    harness.lives_at(&agent, Vendor::QCALL).await;
    harness.clear_faults().await;
    assert_eq!(harness.over(&path).await["moved"], 1);
    harness.lives_at(&agent, TO).await;
}

#[tokio::test]
async fn an_answer_that_is_lost_makes_no_second_record() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Lost answer")).await;
    for fault in [json!({ "kind": "reset" }), json!({ "kind": "status", "status": 502 })] {
        harness.order(TO, "createAssistant", 1, &fault).await;
        harness.moved(&json!({ "to": TO }), "delete").await;
        harness.lives_at(&agent, TO).await;
        assert_eq!((harness.count_at(TO).await, harness.count_at(Vendor::QCALL).await), (1, 0), "{fault}");
        harness.moved(&json!({ "to": "qcall" }), "delete").await;
    }
}

#[tokio::test]
async fn what_a_vendor_does_not_keep_is_a_loss_like_any_other() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Forgotten")).await;
    let forget = json!({ "kind": "forget", "fields": ["/system_prompt"] });
    harness.order(TO, "createAssistant", 1, &forget).await;
    let plan = harness.plan_move(&json!({ "to": TO })).await;
    let losses: Vec<_> = plan["summary"]["losses"].as_object().unwrap().keys().cloned().collect();
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": losses, "retire": "delete" });
    let started = harness.post("/v1/migrations", &start).await.expect(202);
    let path = format!("/v1/migrations/{}", started["id"].as_str().unwrap());
    assert_eq!(harness.over(&path).await["state"], "failed");
    let one = harness.only_move(&path).await;
    assert_eq!(one["last_error"]["code"], "loss_not_accepted", "{one}");
    assert!(one["last_error"]["detail"].as_str().unwrap().contains("/prompt/instructions"), "{one}");
    harness.lives_at(&agent, Vendor::QCALL).await;
    assert_eq!(harness.count_at(TO).await, 0, "what was made is removed");
}

#[tokio::test]
async fn an_old_vendor_that_is_down_does_not_keep_the_agent() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &demanding("Leaver")).await;
    let down = json!({ "vendor": "qcall", "times": 1000, "fault": { "kind": "status", "status": 503 } });
    harness.vendors.control(reqwest::Method::POST, "/faults", Some(&down)).await.expect(201);
    // A change that never reached the old vendor must reach the new one.
    let change = json!({ "prompt": { "instructions": "Sent in vain." } });
    harness.patch(&agent.path, &change).await.expect(202);
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    harness.once(&agent.path, |agent| agent["placement"]["vendor"] == TO.name()).await;
    let settled = harness.lives_at(&agent, TO).await;
    assert_eq!(settled["prompt"]["instructions"], "Sent in vain.");
    let retiring = |page: &Value| page["data"][0]["state"] == "retiring";
    harness.once(&format!("{path}/agents"), retiring).await;
    harness.clear_faults().await;
    assert_eq!(harness.over(&path).await["moved"], 1);
    assert_eq!(harness.count_at(Vendor::QCALL).await, 0);
}

#[tokio::test]
async fn an_agent_that_is_deleted_on_the_way_leaves_nothing() {
    let harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Gone")).await;
    harness.order(TO, "createAssistant", 1, &json!({ "kind": "hold" })).await;
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    harness.once_held(1).await;
    harness.delete(&agent.path).await.expect(204);
    harness.release_held().await;
    assert_eq!(harness.over(&path).await["rolled_back"], 1);
    assert_eq!((harness.count_at(TO).await, harness.count_at(Vendor::QCALL).await), (0, 0));
}

#[tokio::test]
async fn it_goes_on_after_a_kill() {
    let mut harness = site(Vendor::QCALL).await;
    let agent = harness.create("/v1/agents", &portable("Killed")).await;
    for point in ["received", "before_apply", "after_apply", "half_answer", "after_answer"] {
        let fault = json!({ "kind": "kill", "pid": harness.gateway.process.id(), "at": point });
        harness.order(TO, "createAssistant", 1, &fault).await;
        let path = harness.start_move(&json!({ "to": TO }), "delete").await;
        harness.gateway.ended().await;
        harness.restart().await;
        assert_eq!(harness.over(&path).await["moved"], 1, "{point}");
        harness.lives_at(&agent, TO).await;
        assert_eq!((harness.count_at(TO).await, harness.count_at(Vendor::QCALL).await), (1, 0), "{point}");
        harness.moved(&json!({ "to": "qcall" }), "delete").await;
    }
}

#[tokio::test]
async fn a_leftover_at_a_vendor_that_is_down_does_not_delay_the_migration() {
    let harness = site(Vendor::QCALL).await;
    for number in 0..40 {
        harness.create("/v1/agents", &portable(&format!("Agent {number}"))).await;
    }
    let down = json!({ "vendor": "qcall", "times": 100_000, "fault": { "kind": "status", "status": 503 } });
    harness.vendors.control(reqwest::Method::POST, "/faults", Some(&down)).await.expect(201);
    let path = harness.start_move(&json!({ "to": TO }), "delete").await;
    let arrived = harness.once(&path, |migration| migration["retiring"] == 40).await;
    assert_eq!((&arrived["state"], &arrived["moved"]), (&json!("running"), &json!(0)));
    assert_eq!(harness.get("/v1/agents?vendor=qcall").await.expect(200)["data"], json!([]));
    harness.clear_faults().await;
    assert_eq!(harness.over(&path).await["moved"], 40);
    assert_eq!(harness.count_at(Vendor::QCALL).await, 0);
}

/// Checks that a migration that cannot be read does not stop those before and after it, and that not each pass logs it.
#[tokio::test]
async fn a_migration_that_cannot_be_read_stops_no_other() {
    let harness = site(Vendor::QCALL).await;
    let mut paths = Vec::new();
    for name in ["Before", "Damaged", "After"] {
        let agent = harness.create("/v1/agents", &portable(name)).await;
        harness.order(TO, "createAssistant", 1, &json!({ "kind": "hold" })).await;
        paths.push(harness.start_move(&json!({ "to": TO, "ids": [agent.id] }), "delete").await);
        harness.once_held(paths.len()).await;
    }
    let url = format!("sqlite://{}", harness.dir().join("switchboard.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let damage = sqlx::query("UPDATE migrations SET document = '{}' WHERE id = ?");
    let damaged = paths[1].rsplit('/').next().unwrap();
    assert_eq!(damage.bind(damaged).execute(&mut database).await.unwrap().rows_affected(), 1);
    database.close().await.unwrap();
    harness.release_held().await;
    for path in [&paths[0], &paths[2]] {
        assert_eq!(harness.over(path).await["state"], "done", "{path}");
    }
    let log = harness.gateway.log();
    assert_eq!(log.matches("failed to read a stored migration").count(), 1, "{log}");
}
