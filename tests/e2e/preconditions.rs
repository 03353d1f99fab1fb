//! Revisions as preconditions. A change applies only to the revision for which it is meant, and a write
//! without a change creates no revision.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Harness, pointers},
};

#[tokio::test]
async fn a_change_is_made_to_the_revision_it_is_meant_for() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let read = harness.get(&made.path).await;
    assert_eq!(read.header("etag"), Some("\"1\""));
    let write = async |method: Method, tag: &str| {
        let request = harness.request(method, &made.path).header("if-match", tag);
        Answer::to(request.json(&with(agent(Vendor::QCALL), json!({ "name": tag })))).await
    };
    for method in [Method::PATCH, Method::PUT] {
        for stale in ["\"0\"", "\"2\"", "W/\"1\"", "\"one\""] {
            write(method.clone(), stale).await.problem(412, "precondition_failed");
        }
        write(method.clone(), "1").await.problem(400, "parameter_invalid");
    }
    let without = harness.request(Method::PUT, &made.path).json(&agent(Vendor::QCALL));
    Answer::to(without).await.problem(428, "precondition_required");
    let refused = harness.request(Method::DELETE, &made.path).header("if-match", "\"7\"");
    Answer::to(refused).await.problem(412, "precondition_failed");
    assert_eq!(harness.get(&made.path).await.expect(200), read.body);

    for (tag, revision) in [("\"1\"", "\"2\""), ("*", "\"3\""), ("\"9\", \"3\"", "\"4\"")] {
        let changed = write(Method::PATCH, tag).await;
        assert_eq!(changed.header("etag"), Some(revision), "{}", changed.text);
    }
    let deleted = harness.request(Method::DELETE, &made.path).header("if-match", "\"4\"");
    Answer::to(deleted).await.expect(204);
}

#[tokio::test]
async fn a_write_without_a_change_sends_no_vendor_request() {
    let harness = Harness::start().await;
    for vendor in Vendor::ALL {
        let body =
            with(agent(vendor), json!({ "labels": { "team": "sales" }, "metadata": { "a": [1, null] } }));
        let made = harness.create("/v1/agents", &body).await;
        harness.forget_requests().await;
        let read = harness.get(&made.path).await.expect(200);
        // Every member of an answer may be sent back unchanged.
        assert_eq!(harness.put(&made.path, 1, &read).await.expect(200), read);
        assert_eq!(harness.patch(&made.path, &read).await.expect(200), read);
        let nothing =
            [json!({}), json!({ "name": read["name"] }), json!({ "id": "agt_other", "revision": 9 })];
        for patch in nothing {
            assert_eq!(harness.patch(&made.path, &patch).await.expect(200), read, "{patch}");
        }
        assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn parallel_changes_of_one_agent_all_land() {
    const CALLERS: usize = 16;
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let patch = |caller: usize| {
        let goal = format!("Goal {caller}");
        json!({ "labels": { format!("caller-{caller}"): "was here" }, "prompt": { "goal": goal } })
    };
    let send = |caller: usize, tag: Option<&'static str>| {
        let request = harness.request(Method::PATCH, &made.path).json(&patch(caller));
        let request = match tag {
            Some(tag) => request.header("if-match", tag),
            None => request,
        };
        tokio::spawn(Answer::to(request))
    };

    let calls: Vec<_> = (0..CALLERS).map(|caller| send(caller, None)).collect();
    let mut revisions = Vec::new();
    for call in calls {
        revisions.push(call.await.unwrap().expect(200)["revision"].as_u64().unwrap());
    }
    revisions.sort_unstable();
    assert_eq!(revisions, (2..2 + CALLERS as u64).collect::<Vec<_>>());
    let settled = harness.get(&made.path).await.expect(200);
    assert_eq!(settled["labels"].as_object().unwrap().len(), CALLERS);
    let stored = harness.stored(Vendor::QCALL, "assistants").await;
    assert_eq!(stored[&made.remote_id]["goal"], settled["prompt"]["goal"]);

    // Of several changes that are meant for the same revision, exactly one is made.
    let tag = "\"17\"";
    let calls: Vec<_> = (CALLERS..2 * CALLERS).map(|caller| send(caller, Some(tag))).collect();
    let mut made_changes = 0;
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status {
            200 => made_changes += 1,
            _ => drop(answer.problem(412, "precondition_failed")),
        }
    }
    assert_eq!(made_changes, 1);
    assert_eq!(harness.get(&made.path).await.expect(200)["revision"], 18);
}

#[tokio::test]
async fn a_key_of_the_callers_is_one_agents_only() {
    let harness = Harness::start().await;
    let keyed = with(agent(Vendor::QCALL), json!({ "external_ref": "crm-4711" }));
    let made = harness.create("/v1/agents", &keyed).await;
    let other = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.forget_requests().await;
    let again = harness.post("/v1/agents", &keyed).await.problem(409, "already_exists");
    assert_eq!(pointers(&again), ["/external_ref"]);
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
    let taken = json!({ "external_ref": "crm-4711", "name": "Other" });
    harness.patch(&other.path, &taken).await.problem(409, "already_exists");
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), 0);

    let found = harness.get("/v1/agents?external_ref=crm-4711").await.expect(200);
    assert_eq!(found["data"], json!([harness.get(&made.path).await.body]));
    harness.delete(&made.path).await.expect(204);
    harness.patch(&other.path, &taken).await.expect(200);
}

#[tokio::test]
async fn an_applied_preference_is_reported() {
    let harness = Harness::start().await;
    let body = agent(Vendor::QCALL);
    for (preference, applied) in [
        ("handling=strict", Some("handling=strict")),
        ("handling=lenient", Some("handling=lenient")),
        ("respond-async, Handling=\"STRICT\"; why=not", Some("handling=strict")),
        ("handling=sideways", None),
    ] {
        for path in ["/v1/agents", "/v1/agents/plan"] {
            let request = harness.request(Method::POST, path).header("prefer", preference).json(&body);
            let answer = Answer::to(request).await;
            assert!(matches!(answer.status, 200 | 201), "{}", answer.text);
            assert_eq!(answer.header("preference-applied"), applied, "{preference}");
        }
    }
}

#[tokio::test]
async fn deleting_can_leave_the_vendors_record() {
    let harness = Harness::start().await;
    let kept = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let gone = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.forget_requests().await;
    harness.delete(&format!("{}?on_vendor=shred", kept.path)).await.problem(400, "parameter_invalid");
    harness.delete(&format!("{}?on_vendor=keep", kept.path)).await.expect(204);
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
    assert!(harness.stored(Vendor::QCALL, "assistants").await[&kept.remote_id].is_object());
    harness.get(&kept.path).await.problem(404, "not_found");

    // A record that no longer exists at the vendor counts as deleted.
    harness.delete_record(Vendor::QCALL, "assistants", &gone.remote_id).await;
    harness.delete(&gone.path).await.expect(204);
    harness.delete(&gone.path).await.problem(404, "not_found");
}
