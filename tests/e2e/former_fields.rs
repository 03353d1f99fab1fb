//! Stores and requests with the fields of earlier versions.
//!
//! The tests write a store with the present version, and replace the present fields in its documents by the
//! earlier ones.

use serde_json::{Map, Value, json};
use sqlx::{Connection, SqliteConnection};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Config, Harness},
};

const NUMBER: &str = "+15550100199";

/// The fields that replaced a field of versions before 0.3, each with the field that it replaced.
const FORMER: [(&str, &str); 4] = [
    ("/tools", "/actions"),
    ("/transfers", "/transfer/phone_number"),
    ("/voicemail/action", "/call/hang_up_on_voicemail"),
    ("/ending/hang_up", "/ending/instructions"),
];

/// Converts a present value to the value of the earlier field.
fn former_value(field: &str, value: Value) -> Value {
    match (field, value) {
        ("/transfers", Value::Array(transfers)) => transfers[0]["phone_number"].clone(),
        ("/voicemail/action", Value::String(action)) => json!(action == "hang_up"),
        ("/ending/hang_up", Value::Object(hang_up)) => hang_up["instructions"].clone(),
        (_, value) => value,
    }
}

/// Replaces the present fields in a stored document by the earlier ones. Counts the replacements.
fn make_former(document: &mut Value, count: &mut usize) {
    match document {
        Value::Array(items) => items.iter_mut().for_each(|item| make_former(item, count)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| make_former(member, count));
            for (present, former) in FORMER {
                make_members_former(members, present, former, count);
            }
        }
        Value::String(text) => {
            if let Some((_, former)) = FORMER.iter().find(|(present, _)| text == present) {
                *text = (*former).to_owned();
                *count += 1;
            }
        }
        _ => {}
    }
}

fn make_members_former(members: &mut Map<String, Value>, present: &str, former: &str, count: &mut usize) {
    if members.get("field").is_some_and(|field| field == former) {
        for name in ["wanted", "sent", "observed", "desired"] {
            if let Some(value) = members.get_mut(name) {
                *value = former_value(present, value.take());
            }
        }
    }
    if let Some(record) = members.get_mut("record").filter(|record| record.is_object())
        && let Some(value) = record.pointer(present).cloned()
    {
        let mut patch = former_value(present, value);
        for name in former.split('/').skip(1).collect::<Vec<_>>().into_iter().rev() {
            patch = json!({ name: patch });
        }
        let top = present.split('/').nth(1).unwrap();
        record.as_object_mut().unwrap().remove(top);
        *record = with(record.take(), patch);
        *count += 1;
    }
}

/// Replaces the present fields in all stored agents, revisions and migrations by the earlier ones.
async fn make_store_former(harness: &Harness) -> usize {
    let url = format!("sqlite://{}", harness.dir().join("switchboard.db").display());
    let mut database = SqliteConnection::connect(&url).await.unwrap();
    let mut count = 0;
    for (read, write) in [
        ("SELECT rowid, document FROM resources", "UPDATE resources SET document = ? WHERE rowid = ?"),
        ("SELECT rowid, document FROM revisions", "UPDATE revisions SET document = ? WHERE rowid = ?"),
        ("SELECT rowid, document FROM migrations", "UPDATE migrations SET document = ? WHERE rowid = ?"),
    ] {
        let rows: Vec<(i64, String)> = sqlx::query_as(read).fetch_all(&mut database).await.unwrap();
        for (row, document) in rows {
            let mut document = serde_json::from_str(&document).unwrap();
            make_former(&mut document, &mut count);
            let update = sqlx::query(write).bind(document.to_string()).bind(row);
            update.execute(&mut database).await.unwrap();
        }
    }
    database.close().await.unwrap();
    count
}

#[tokio::test]
async fn a_store_with_earlier_fields_opens() {
    let mut harness =
        Harness::with(Config { tables: "[writes]\npoll_s = 0\n".into(), ..Config::default() }).await;
    let tools = json!([{ "type": "send_message", "channel": "sms", "content": "See you!", "after_call": true, "when_unanswered": false }]);
    let talkative = json!({ "tools": tools, "voicemail": { "action": "hang_up" } });
    let lossy = harness.create("/v1/agents", &with(agent(Vendor::QCALL), talkative)).await;
    let transferring = json!({
        "voicemail": { "action": "continue" }, "transfers": [{ "phone_number": NUMBER, "mode": "cold" }],
        "ending": { "hang_up": { "instructions": "When all is said." } },
    });
    let exact = harness.create("/v1/agents", &with(agent(Vendor::AUTOCALLS_2026), transferring)).await;
    let renamed = harness.patch(&exact.path, &json!({ "name": "Renamed" })).await.expect(200);
    // Drift in all three fields.
    let mut held = harness.stored(Vendor::AUTOCALLS_2026, "assistants").await[&exact.remote_id].clone();
    held["end_call_on_voicemail"] = json!(true);
    held["tools"] = json!([{ "type": "call_transfer", "phone_number": "+15550100188" }]);
    harness.put_record(Vendor::AUTOCALLS_2026, "assistants", &exact.remote_id, &held).await;
    let drifted = harness.post(&format!("{}/sync", exact.path), &json!({})).await.expect(200);
    assert_eq!(drifted["sync"]["drift"].as_array().unwrap().len(), 3, "{drifted}");
    // A migration that accepts losses.
    let selection = json!({ "to": "autocalls-2025", "ids": [lossy.id] });
    let plan = harness.post("/v1/migrations/plan", &selection).await.expect(200);
    let start = json!({
        "plan_id": plan["plan_id"], "accept_loss": ["", "/tools", "/transfers", "/voicemail/action"], "on_blocked": "leave",
    });
    let started = harness.post("/v1/migrations", &start).await.expect(202);
    let migration = format!("/v1/migrations/{}", started["id"].as_str().unwrap());
    harness.once(&migration, |migration| !migration["finished_at"].is_null()).await;

    let mut paths = vec![lossy.path.clone(), exact.path.clone(), "/v1/agents".to_owned(), migration];
    paths.extend([&lossy, &exact].map(|made| format!("{}/revisions", made.path)));
    let mut before = Vec::new();
    for path in &paths {
        before.push(harness.get(path).await.expect(200));
    }
    harness.gateway.stop();
    assert!(make_store_former(&harness).await > 10, "the store has earlier fields");
    harness.restart().await;
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(harness.get(path).await.expect(200), before, "{path}");
    }

    // An update still sends only what it changes, a revision can be restored, and drift can be overwritten.
    harness.forget_requests().await;
    let restored = harness.post(&format!("{}/revisions/1/restore", exact.path), &json!({})).await.expect(200);
    assert_eq!(restored["transfers"], renamed["transfers"]);
    assert_eq!(restored["voicemail"], json!({ "action": "continue" }));
    assert_eq!(restored["ending"], json!({ "hang_up": { "instructions": "When all is said." } }));
    let sent = harness.writes(Vendor::AUTOCALLS_2026).await;
    assert_eq!(sent.last().unwrap().body["name"], restored["name"]);
    let overwritten =
        harness.post(&format!("{}/sync", exact.path), &json!({ "on_drift": "overwrite" })).await.expect(200);
    assert_eq!(overwritten["sync"]["drift"], json!([]), "{overwritten}");
    let held = harness.stored(Vendor::AUTOCALLS_2026, "assistants").await[&exact.remote_id].clone();
    assert_eq!(held["end_call_on_voicemail"], false);
    assert_eq!(held["tools"][0]["phone_number"], NUMBER);
    assert_eq!(held["tools"][1], json!({ "type": "end_call", "description": "When all is said." }));
}

#[tokio::test]
async fn a_request_with_an_earlier_field_is_refused_with_advice() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::AUTOCALLS_2026)).await;
    let written = harness.writes(Vendor::AUTOCALLS_2026).await.len();
    for (patch, pointer, advice) in [
        (json!({ "actions": [] }), "/actions", "use /tools"),
        (json!({ "actions": null }), "/actions", "use /tools"),
        (json!({ "transfer": { "phone_number": NUMBER } }), "/transfer", "use /transfers, a list such as"),
        (json!({ "transfer": null }), "/transfer", "use /transfers, a list such as"),
        (
            json!({ "call": { "hang_up_on_voicemail": false } }),
            "/call/hang_up_on_voicemail",
            "use /voicemail/action: \"hang_up\" for true, \"continue\" for false.",
        ),
        (
            json!({ "ending": { "instructions": "Goodbye." } }),
            "/ending/instructions",
            "use /ending/hang_up, such as",
        ),
    ] {
        let mut body = agent(Vendor::AUTOCALLS_2026);
        body.as_object_mut().unwrap().extend(patch.as_object().unwrap().clone());
        for answer in [
            harness.patch(&made.path, &patch).await,
            harness.post("/v1/agents/plan", &body).await,
            harness.post("/v1/agents", &body).await,
            harness.put(&made.path, 1, &body).await,
        ] {
            let problem = answer.problem(422, "unknown_field");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
            let detail = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(detail.contains(advice), "{detail}");
        }
    }
    assert_eq!(harness.writes(Vendor::AUTOCALLS_2026).await.len(), written);
    assert_eq!(harness.get(&made.path).await.expect(200), made.body);
}
