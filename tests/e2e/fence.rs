//! Several processes at one operation. The tests play the other process: they write to the store directly.

use std::time::{Duration, Instant};

use serde_json::json;
use sqlx::{Connection, SqliteConnection};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Config, Harness, TIMEOUT},
    settling::{PATIENT, SOON, SWIFT},
};

/// The time in which a process would send a request that it prepared.
const SENDING: Duration = Duration::from_millis(500);

/// Executes a statement in the store, and returns the number of changed rows.
async fn execute(harness: &Harness, sql: &'static str) -> u64 {
    let url = format!("sqlite://{}", harness.dir().join("switchboard.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let changed = sqlx::query(sql).execute(&mut database).await.unwrap().rows_affected();
    database.close().await.unwrap();
    changed
}

/// Checks a process that is delayed between its read at the vendor and its request, until another process has
/// taken the operation over.
#[tokio::test]
async fn an_operation_that_another_process_has_taken_over_is_not_sent() {
    let vendors = format!("{PATIENT}{SOON}");
    let harness = Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    // The change reads the record, and its request is lost. The repetition reads the record again and is delayed.
    harness.order(Vendor::QCALL, "getAssistant", 1, &json!({ "kind": "latency", "ms": 0 })).await;
    harness.order(Vendor::QCALL, "getAssistant", 1, &json!({ "kind": "hold" })).await;
    harness.order(Vendor::QCALL, "updateAssistant", 1, &json!({ "kind": "reset" })).await;
    let change = json!({ "prompt": { "instructions": "Be brief." } });
    harness.patch(&made.path, &change).await.expect(202);
    harness.once_held(1).await;
    let taken = "UPDATE operations SET fence = fence + 1 WHERE state = 'held'";
    assert_eq!(execute(&harness, taken).await, 1);
    harness.release_held().await;
    tokio::time::sleep(SENDING).await;
    assert_eq!(harness.asked(Vendor::QCALL, "updateAssistant").await, 1, "only the lost request");

    // The other process is killed, so its hold ends.
    assert_eq!(execute(&harness, "UPDATE operations SET due_at = 0 WHERE state = 'held'").await, 1);
    harness.settled(&made.path).await;
    assert_eq!(harness.asked(Vendor::QCALL, "updateAssistant").await, 2);
}

/// Checks a search that another process began, whose clock is an hour ahead.
#[tokio::test]
async fn the_clock_of_another_process_does_not_delay_a_search() {
    let config = Config {
        vendors: format!("{PATIENT}timeout_s = 0.5\nattempt_timeout_s = 0.5\nlate_s = 0.5\n"),
        tables: "[writes]\nabsence_s = 2\nlongest_retry_s = 0.1\n".into(),
        ..Config::default()
    };
    let harness = Harness::with(config).await;
    harness.order(Vendor::AUTOCALLS_2026, "createAssistant", 1, &json!({ "kind": "reset" })).await;
    let made = harness.post("/v1/agents", &agent(Vendor::AUTOCALLS_2026)).await.expect(202);
    let ahead = "UPDATE operations SET document = json_set(document, '$.absent_since', \
                 strftime('%Y-%m-%dT%H:%M:%SZ', 'now', '+1 hour')) \
                 WHERE state = 'waiting' AND json_extract(document, '$.absent_since') IS NOT NULL";
    let begun = Instant::now();
    while execute(&harness, ahead).await == 0 {
        assert!(begun.elapsed() < TIMEOUT, "the record is never searched for");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    harness.settled(&format!("/v1/agents/{}", made["id"].as_str().unwrap())).await;
}
