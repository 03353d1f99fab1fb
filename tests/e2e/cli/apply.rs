//! `apply`: changes the gateway's agents to match the files.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{only, start};
use crate::bodies::with;

/// Returns the outcome of each agent, by name or id.
fn outcomes(told: &Value) -> Vec<(&str, &str)> {
    let agents = told["agents"].as_array().unwrap().iter();
    agents
        .map(|agent| {
            let known = agent["external_ref"].as_str().or(agent["id"].as_str());
            (known.unwrap(), agent["outcome"].as_str().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn agents_become_what_the_files_say() {
    let harness = start().await;
    let labels = json!({ "labels": { "team": "sales" } });
    harness.write_agent("a", with(labels.clone(), json!({ "greeting": { "message": "Hello!" } })));
    harness.write_agent("b", json!({}));
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(outcomes(&told), [("a", "created"), ("b", "created")]);
    // The whole agent is replaced: a field that the file omits loses its value.
    harness.write_agent("a", json!({ "timezone": "Europe/Berlin" }));
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(outcomes(&told), [("a", "changed"), ("b", "unchanged")]);
    let agents = harness.get("/v1/agents?external_ref=a").await.expect(200);
    let agent = &agents["data"][0];
    assert_eq!((&agent["revision"], &agent["timezone"]), (&json!(2), &json!("Europe/Berlin")));
    assert_eq!((agent.get("labels"), agent["greeting"]["message"].as_str()), (None, None), "{agent}");
    let told = harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    assert!(told.contains("0 created, 0 changed, 0 deleted, 2 unchanged, 0 accepted, 0 failed"), "{told}");
}

#[tokio::test]
async fn a_failure_keeps_no_other_agent() {
    let harness = start().await;
    for (name, patch) in [
        ("a", json!({})),
        ("b", json!({ "vendor": "nobody" })),
        ("c", json!({ "timezone": "Europe/Berlin" })),
        ("d", json!({})),
    ] {
        harness.write_agent(name, patch);
    }
    let told = harness.cli(&["apply", "-f", "agents", "--strict", "--json"]).await.json(1);
    assert_eq!(outcomes(&told), [("a", "created"), ("b", "failed"), ("c", "failed"), ("d", "created")]);
    assert_eq!(told["agents"][1]["problem"]["errors"][0]["pointer"], "/vendor");
    assert_eq!(told["agents"][2]["problem"]["code"], "capability_loss");
    // Without --strict, the fields that the vendor can hold are written.
    let told = harness.cli(&["apply", "-f", "agents"]).await.expect(1);
    assert!(told.contains("created c"), "{told}");
    assert!(told.contains("failed b agents/b.json\n  422 vendor_unknown: "), "{told}");
}

#[tokio::test]
async fn a_corrected_failure_is_not_replayed() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    let fault = json!({ "kind": "status", "status": 200, "body": { "success": false, "message": "no" } });
    harness.order(Vendor::QCALL, "createAssistant", 1, &fault).await;
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(1);
    assert_eq!(only(&told)["problem"]["code"], "vendor_rejected");
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    assert_eq!(
        harness.stored(Vendor::QCALL, "assistants").await.as_object().map(serde_json::Map::len),
        Some(1)
    );
}

#[tokio::test]
async fn an_agent_that_was_deleted_is_made_again() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    for _ in 0..3 {
        let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
        assert_eq!(outcomes(&told), [("a", "created")]);
        let agents = harness.get("/v1/agents").await.expect(200);
        let path = format!("/v1/agents/{}", agents["data"][0]["id"].as_str().unwrap());
        harness.delete(&path).await.expect(204);
    }
}

#[tokio::test]
async fn what_a_vendor_takes_later_is_accepted() {
    let mut harness = start().await;
    harness.write_agent("a", json!({}));
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    harness.take_vendors_down().await;
    harness.write_agent("a", json!({ "name": "Renamed" }));
    harness.write_agent("b", json!({}));
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(outcomes(&told)[1], ("b", "accepted"));
    let operation = told["agents"][1]["operation_id"].as_str().unwrap();
    assert_eq!(harness.get(&format!("/v1/operations/{operation}")).await.expect(200)["id"], operation);
    // The gateway has the desired state; the command reports that the vendor does not have it yet.
    let told = harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    assert!(told.contains("unchanged b agents/b.json (retrying at the vendor)"), "{told}");
}

#[tokio::test]
async fn only_what_is_labelled_is_pruned_and_only_when_asked() {
    let harness = start().await;
    let labels = json!({ "labels": { "by": "files", "team": "sales" } });
    for name in ["a", "b", "c"] {
        harness.write_agent(name, if name == "c" { json!({}) } else { labels.clone() });
    }
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    let nameless = with(with(super::filed("x", labels.clone()), json!({ "external_ref": null })), json!({}));
    let nameless = harness.create("/v1/agents", &nameless).await.id;
    for name in ["b", "c"] {
        std::fs::remove_file(harness.dir().join(format!("agents/{name}.json"))).unwrap();
    }
    harness.cli(&["diff", "-f", "agents"]).await.expect(0);
    for arguments in [&["--prune"][..], &["--label", "by=files"], &["--prune", "--label", "by"]] {
        let said = harness.cli(&[&["apply", "-f", "agents"], arguments].concat()).await;
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{said:?}");
    }
    let prune = ["-f", "agents", "--prune", "--label", "by=files", "--label", "team=sales"];
    let plan = harness.cli(&[&["plan"], &prune[..]].concat()).await.expect(2);
    assert!(plan.contains("- delete b in no file") && plan.contains("2 to delete"), "{plan}");

    // An agent is not deleted while its replacement cannot be created.
    harness.write_agent("b2", json!({ "vendor": "nobody" }));
    let told = harness.cli(&[&["apply", "--json"], &prune[..]].concat()).await.json(1);
    assert_eq!(
        outcomes(&told),
        [("a", "unchanged"), ("b2", "failed"), ("b", "spared"), (&nameless, "spared")]
    );
    harness.write_agent("b2", labels);
    let told = harness.cli(&[&["apply", "--json"], &prune[..]].concat()).await.json(0);
    assert_eq!(
        outcomes(&told),
        [("a", "unchanged"), ("b2", "created"), ("b", "deleted"), (&nameless, "deleted")]
    );
    let left = harness.get("/v1/agents").await.expect(200);
    let left = left["data"].as_array().unwrap().iter();
    let left: BTreeSet<_> = left.map(|it| it["external_ref"].as_str().unwrap()).collect();
    assert_eq!(left, BTreeSet::from(["a", "b2", "c"]));
}

#[tokio::test]
async fn an_agent_whose_reference_was_changed_is_created_again() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    let first = harness.get("/v1/agents?external_ref=a").await.expect(200);
    let path = format!("/v1/agents/{}", first["data"][0]["id"].as_str().unwrap());
    harness.patch(&path, &json!({ "external_ref": "other" })).await.expect(200);
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(outcomes(&told), [("a", "created")]);
    let second = harness.get("/v1/agents?external_ref=a").await.expect(200);
    assert_ne!(second["data"][0]["id"], first["data"][0]["id"], "{second}");
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(outcomes(&told), [("a", "unchanged")]);
}

#[tokio::test]
async fn the_extension_of_a_file_may_be_in_upper_case() {
    let harness = start().await;
    let label = json!({ "labels": { "team": "sales" } });
    harness.write("agents/a.JSON", super::filed("a", label.clone()).to_string());
    harness.write("agents/b.Yaml", super::filed("b", label).to_string());
    let told = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(outcomes(&told), [("a", "created"), ("b", "created")]);
    harness.cli(&["plan", "-f", "agents", "--prune", "--label", "team=sales"]).await.expect(0);
}
