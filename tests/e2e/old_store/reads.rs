//! The answers to reads, repeated requests and searches.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{Opened, Replay, present};
use crate::{
    bodies::agent,
    harness::{Answer, TIMEOUT},
};

#[tokio::test]
async fn the_gateway_answers_every_read_as_the_old_version_did() {
    let opened = Opened::alone().await;
    assert!(opened.expected.reads.len() > 100, "the expectations are read");
    for (path, read) in &opened.expected.reads {
        let answer = opened.harness.get(path).await;
        assert_eq!(answer.status, read.status, "{path}: {}", answer.text);
        assert_eq!(answer.header("etag"), read.etag.as_deref(), "{path}");
        if let Some(body) = &read.body {
            assert_eq!(at_rest(&answer.body), at_rest(&present(body)), "{path}");
        }
        if let Some(code) = &read.code {
            answer.clone().problem(read.status, code);
        }
        if let Some(ids) = &read.ids {
            let data = answer.body["data"].as_array().unwrap();
            assert_eq!(Value::from_iter(data.iter().map(|item| item["id"].clone())), *ids, "{path}");
            // The cursors are equal because they are signed with the store's key.
            assert_eq!(answer.body["next_cursor"], read.next_cursor, "{path}");
        }
    }
}

/// Returns the document without the members that change while the gateway retries at the vendors.
fn at_rest(document: &Value) -> Value {
    let mut document = document.clone();
    rest(&mut document);
    document
}

/// Removes the members that change.
fn rest(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(rest),
        Value::Object(members) => {
            let state = members.get("state").and_then(Value::as_str).unwrap_or_default().to_owned();
            let (tried, moves_on): (&str, &[&str]) = match state.as_str() {
                // An operation.
                "running" | "waiting" if members.contains_key("next_attempt_at") => {
                    ("goes on", &["attempts", "next_attempt_at", "last_error", "updated_at"])
                }
                // The state of a record.
                "unknown" | "retrying" => ("goes on", &["last_error"]),
                // An agent of a migration.
                "underway" => ("underway", &["last_error"]),
                _ => (&state, &[]),
            };
            moves_on.iter().for_each(|name| drop(members.remove(*name)));
            if !moves_on.is_empty() {
                members.insert("state".to_owned(), json!(tried));
            }
            members.values_mut().for_each(rest);
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_gateway_replays_old_answers_byte_for_byte() {
    let opened = Opened::alone().await;
    let statuses: Vec<_> = opened.expected.replays.iter().map(|replay| replay.answer.status).collect();
    assert!([200, 201, 202, 204, 422].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    for Replay { request, answer } in &opened.expected.replays {
        let again = Answer::to(opened.again(request)).await;
        assert_eq!((again.status, &again.text), (answer.status, &answer.text), "{}", request.key);
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{}", request.key);
        for (name, value) in &answer.headers {
            assert_eq!(again.header(name), Some(value.as_str()), "{}: {name}", request.key);
        }
        let other =
            opened.harness.request(Method::POST, "/v1/agents").header("idempotency-key", &request.key);
        let other = Answer::to(other.json(&agent(Vendor::QCALL))).await;
        other.problem(422, "idempotency_key_reused");
    }
}

/// Checks that the gateway indexes the records of the old version, and refuses a search until it has done so.
#[tokio::test]
async fn the_gateway_finds_old_records_by_their_words_and_labels() {
    let opened = Opened::alone().await;
    let search = async {
        loop {
            let answer = opened.harness.get("/v1/agents?sort=name&limit=200").await;
            if answer.status == 200 {
                return answer.body;
            }
            answer.problem(503, "storage_unavailable");
        }
    };
    let found = tokio::time::timeout(TIMEOUT, search).await.unwrap();
    let ids = |list: &Value| {
        let listed = list["data"].as_array().unwrap().iter();
        let mut ids: Vec<_> = listed.map(|agent| agent["id"].as_str().unwrap().to_owned()).collect();
        ids.sort_unstable();
        ids
    };
    let old = opened.expected.reads["/v1/agents?limit=200"].body.as_ref().unwrap();
    assert_eq!(ids(&found), ids(old));

    let labelled = opened.old("labelled");
    let (name, value) = labelled["labels"].as_object().unwrap().iter().next().unwrap();
    let by_label = format!("/v1/agents?limit=200&label={name}={}", value.as_str().unwrap());
    let by_word = format!("/v1/agents?limit=200&q={}", value.as_str().unwrap().replace(' ', "+"));
    for query in [by_label, by_word] {
        let found = opened.harness.get(&query).await.expect(200);
        assert!(ids(&found).contains(&labelled["id"].as_str().unwrap().to_owned()), "{query}: {found}");
    }
}
