//! The commands about single agents and trunks.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{filed, start};
use crate::bodies::trunk;

#[tokio::test]
async fn an_agent_is_created_shown_changed_and_deleted() {
    let harness = start().await;
    harness.write("a.json", filed("reception", json!({ "voice": { "speed": 1.15 } })).to_string());
    let create = ["agents", "create", "-f", "a.json"];

    let told = harness.cli(&[&create[..], &["--dry-run"]].concat()).await.expect(0);
    assert!(told.contains("rounded /voice/speed: 1.15, sent as 1.1"), "{told}");
    assert_eq!(harness.cli(&["agents", "list"]).await.expect(0), "no agents\n");
    let strict = harness.cli(&[&create[..], &["--strict"]].concat()).await;
    assert!(strict.code == 1 && strict.err.contains("422 capability_loss"), "{strict:?}");

    let made = harness.cli(&[&create[..], &["--idempotency-key", "k", "--json"]].concat()).await.json(0);
    let again = harness.cli(&[&create[..], &["--idempotency-key", "k", "--json"]].concat()).await.json(0);
    assert_eq!(again["id"], made["id"], "the second run gets the answer of the first");
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), 1);

    let id = made["id"].as_str().unwrap();
    for selector in [id, "reception"] {
        assert_eq!(harness.cli(&["agents", "get", selector, "--json"]).await.json(0), made, "{selector}");
    }
    let told = harness.cli(&["agents", "get", "reception"]).await.expect(0);
    for line in [
        &format!("{id} revision 1, at qcall, because of routing.default"),
        "translation: approximate",
        "external_ref: reception",
        "  speed: 1.15",
    ] {
        assert!(told.lines().any(|it| it == line), "{line:?} in {told}");
    }

    let change = ["agents", "patch", "reception", "--patch", r#"{"name":"Front desk"}"#];
    let told = harness.cli(&[&change[..], &["--dry-run"]].concat()).await.expect(0);
    assert!(told.contains("Request: update agent"), "{told}");
    let stale = harness.cli(&[&change[..], &["--if-revision", "7"]].concat()).await;
    assert!(stale.code == 1 && stale.err.contains("412"), "{stale:?}");
    assert_eq!(harness.get(&format!("/v1/agents/{id}")).await.expect(200)["revision"], 1);
    let changed = harness.cli(&[&change[..], &["--if-revision", "1", "--json"]].concat()).await.json(0);
    assert_eq!((&changed["name"], &changed["revision"]), (&json!("Front desk"), &json!(2)));
    harness.write("patch.yaml", "voice: { speed: null }\n");
    let changed = harness.cli(&["agents", "patch", id, "-f", "patch.yaml", "--json"]).await.json(0);
    assert_eq!(changed["voice"]["speed"], Value::Null, "{changed}");

    let refused = harness.cli(&["agents", "delete", "reception"]).await;
    assert!(refused.code == 2 && refused.err.contains("--yes"), "{refused:?}");
    let deleted = harness.cli(&["agents", "delete", "reception", "--yes", "--json"]).await.json(0);
    assert_eq!(deleted, json!({ "id": id, "outcome": "deleted", "operation_id": null }));
    let gone = harness.cli(&["agents", "get", "reception"]).await;
    assert!(gone.code == 1 && gone.err.contains("no agent with the external_ref \"reception\""), "{gone:?}");
}

#[tokio::test]
async fn a_deleted_agent_can_stay_at_the_vendor() {
    let harness = start().await;
    let made = harness.create("/v1/agents", &filed("a", json!({}))).await;
    harness.cli(&["agents", "delete", &made.id, "--on-vendor", "keep", "--yes"]).await.expect(0);
    assert_eq!(
        harness.stored(Vendor::QCALL, "assistants").await.as_object().map(serde_json::Map::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_list_has_the_selected_agents() {
    let harness = start().await;
    harness.create("/v1/agents", &filed("a", json!({ "labels": { "team": "sales" } }))).await;
    let elsewhere = json!({
        "vendor": "autocalls-2026", "voice": { "id": "101" }, "greeting": { "message": "Hello!" },
        "model": { "name": "GPT-4o mini" },
    });
    harness.create("/v1/agents", &filed("b", elsewhere)).await;
    for (options, expected) in [
        (&[][..], json!(["a", "b"])),
        (&["--label", "team=sales"], json!(["a"])),
        (&["--label", "team=other"], json!([])),
        (&["--vendor", "autocalls-2026"], json!(["b"])),
        (&["--stale"], json!([])),
        (&["--query", "sal"], json!(["a"])),
        (&["--sync", "in_sync", "--language", "en"], json!(["a", "b"])),
        (&["--direction", "outbound"], json!([])),
        (&["--updated-after", "2100-01-01T00:00:00Z"], json!([])),
        (&["--sort", "-created_at"], json!(["b", "a"])),
    ] {
        let told = harness.cli(&[&["agents", "list", "--json"], options].concat()).await.json(0);
        let found: Vec<_> = told["data"].as_array().unwrap().iter().map(|it| &it["external_ref"]).collect();
        assert_eq!(json!(found), expected, "{options:?}");
    }
    let told = harness.cli(&["agents", "list", "--sync", "good"]).await;
    assert_eq!(told.code, 1);
    assert!(told.err.contains("in_sync"), "{}", told.err);
    let told = harness.cli(&["agents", "list"]).await.expect(0);
    let lines: Vec<_> = told.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).collect();
    assert_eq!(
        lines[0],
        ["ID", "EXTERNAL_REF", "NAME", "LANGUAGE", "DIRECTION", "VENDOR", "SYNC", "FIDELITY"]
    );
    assert_eq!((lines.len(), lines[1][1], lines[2][1]), (3, "a", "b"), "{told}");
}

#[tokio::test]
async fn a_trunk_is_created_from_a_file_and_its_password_is_never_shown() {
    let harness = start().await;
    let mut body = trunk();
    body["external_ref"] = json!("main");
    body["carrier"] = json!({ "type": "sip", "termination_uri": "sip.example.com", "username": "a", "password": "hunter22" });
    harness.write("t.json", body.to_string());
    let made = harness.cli(&["trunks", "create", "-f", "t.json"]).await.expect(0);
    let told = harness.cli(&["trunks", "get", "main"]).await.expect(0);
    for text in [&made, &told] {
        assert!(text.contains("password_set: true") && !text.contains("hunter22"), "{text}");
    }
    let changed = harness.cli(&["trunks", "patch", "main", "--patch", r#"{"name":"Other"}"#, "--json"]).await;
    assert_eq!(changed.json(0)["name"], "Other");
    let told = harness.cli(&["trunks", "list"]).await.expect(0);
    assert!(told.starts_with("ID ") && told.contains("Other"), "{told}");
    harness.cli(&["trunks", "delete", "main", "--yes"]).await.expect(0);
}

#[tokio::test]
async fn a_wrong_patch_or_file_is_refused_before_anything_changes() {
    let harness = start().await;
    harness.create("/v1/agents", &filed("a", json!({}))).await;
    harness.write("two.yaml", "name: a\n---\nname: b\n");
    for (options, said) in [
        (&["--patch", "{\"name\":"][..], "not JSON"),
        (&["--patch", r#"{"name":"a","name":"b"}"#], "more than once"),
        (&["--patch", r#"{"nam":"a"}"#], "did you mean \"name\"?"),
        (&["-f", "two.yaml"], "several documents"),
        (&["-f", "none.yaml"], "cannot be read"),
        (&["--patch", "{}", "-f", "two.yaml"], "cannot be used with"),
        (&[], "required"),
    ] {
        let told = harness.cli(&[&["agents", "patch", "a"], options].concat()).await;
        assert!(told.code == 1 && told.out.is_empty() && told.err.contains(said), "{options:?}: {told:?}");
    }
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"][0]["revision"], 1);
}
