//! `import`: adds a vendor's agents to the gateway, unchanged.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::start;
use crate::harness::{Harness, agent};

const UNLIKE: &str = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f11";
const NAMELESS: &str = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f12";

/// Creates a vendor account with one agent of ours and three others: an equal one, an agent with a value that
/// the model refuses, and an agent whose language is unknown. Returns our id of the first and the vendor's id
/// of the second.
async fn account(harness: &Harness) -> (String, String) {
    let ours = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let other = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.delete(&format!("{}?on_vendor=keep", other.path)).await.expect(204);
    let sparse = |member: &str, value: Value| {
        let mut record = json!({ "name": "Sparse", "type": "inbound", "language": "en", "script": "Answer.", "voice_id": "qv-aurora" });
        record[member] = value;
        record
    };
    harness.put_record(Vendor::QCALL, "assistants", UNLIKE, &sparse("voice_speed", json!(9))).await;
    harness.put_record(Vendor::QCALL, "assistants", NAMELESS, &sparse("language", json!("xx-unheard"))).await;
    harness.forget_requests().await;
    (ours.id, other.remote_id)
}

/// Returns the outcome of each of the vendor's agents.
fn outcomes(told: &Value) -> Vec<(&str, &str)> {
    let agents = told["agents"].as_array().unwrap().iter();
    agents.map(|agent| (agent["remote_id"].as_str().unwrap(), agent["outcome"].as_str().unwrap())).collect()
}

#[tokio::test]
async fn agents_that_are_not_bound_are_imported() {
    let harness = start().await;
    let (ours, like) = account(&harness).await;
    let import = ["import", "--vendor", "qcall", "--label", "from=qcall", "--label", "team=", "--json"];

    let planned = harness.cli(&[&import[..], &["--dry-run"]].concat()).await.json(1);
    let importable = [(like.as_str(), "importable"), (UNLIKE, "importable"), (NAMELESS, "refused")];
    assert_eq!(outcomes(&planned)[1..], importable);
    assert_eq!(planned["agents"][2]["unread"][0]["field"], "/voice/speed");
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"].as_array().unwrap().len(), 1);

    let told = harness.cli(&import).await.json(1);
    let imported = [(like.as_str(), "imported"), (UNLIKE, "imported"), (NAMELESS, "refused")];
    assert_eq!(outcomes(&told)[1..], imported);
    let first = &told["agents"][0];
    assert_eq!((&first["outcome"], &first["agent_id"]), (&json!("here"), &json!(ours)));
    assert_eq!(told["summary"], json!({ "imported": 2, "importable": 0, "here": 1, "refused": 1 }));
    for number in [1, 2] {
        let (taken, planned) = (&told["agents"][number], &planned["agents"][number]);
        assert_eq!(taken["translation"], planned["translation"]);
        let path = format!("/v1/agents/{}", taken["agent_id"].as_str().unwrap());
        let agent = harness.get(&path).await.expect(200);
        assert_eq!(agent["labels"], json!({ "from": "qcall", "team": "" }));
        assert_eq!(agent["vendor"], "qcall");
        assert_eq!(agent["placement"]["remote_id"], taken["remote_id"]);
    }
    let problem = &told["agents"][3]["problem"];
    assert_eq!(problem["code"], "field_required", "{told:#}");
    assert_eq!(problem["errors"][0]["pointer"], "/language");

    // A second import finds that every importable agent has been imported.
    let again = harness.cli(&import).await.json(1);
    assert_eq!(again["summary"], json!({ "imported": 0, "importable": 0, "here": 3, "refused": 1 }));
    harness.delete_record(Vendor::QCALL, "assistants", NAMELESS).await;
    harness.cli(&import).await.json(0);
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), 0);
}

#[tokio::test]
async fn the_output_has_unread_fields_and_refused_agents() {
    let harness = start().await;
    account(&harness).await;
    let told = harness.cli(&["import", "--vendor", "qcall"]).await.expect(1);
    let lines: Vec<_> = told.lines().collect();
    assert!(lines[0].starts_with("here Reception "), "{told}");
    assert!(lines[1].starts_with("imported Reception ") && lines[1].ends_with(": exact"), "{told}");
    assert!(lines[2].starts_with(&format!("imported Sparse {UNLIKE} as agt_")), "{told}");
    assert!(lines[2].ends_with(": partial") && lines[3].starts_with("  unsupported /voice/speed"), "{told}");
    let refused = format!("not imported Sparse {NAMELESS}\n  422 field_required: /language");
    assert!(told.contains(&refused), "{told}");
    assert_eq!(lines.last(), Some(&"2 imported, 0 importable, 1 here before, 1 not imported"));
}

/// Checks that an agent that was removed here is imported again, and that the answer of the first import is
/// not replayed.
#[tokio::test]
async fn what_was_forgotten_is_taken_over_again() {
    let harness = start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let mut path = made.path;
    for _ in 0..3 {
        harness.delete(&format!("{path}?on_vendor=keep")).await.expect(204);
        let told = harness.cli(&["import", "--vendor", "qcall", "--unpinned", "--json"]).await.json(0);
        assert_eq!(outcomes(&told), [(made.remote_id.as_str(), "imported")]);
        path = format!("/v1/agents/{}", told["agents"][0]["agent_id"].as_str().unwrap());
        let taken = harness.get(&path).await.expect(200);
        assert_eq!((taken.get("vendor"), &taken["placement"]["vendor"]), (None, &json!("qcall")));
    }
}

#[tokio::test]
async fn the_fields_that_a_vendor_with_names_only_needs_are_printed() {
    let harness = start().await;
    harness.cli(&["import", "--vendor", "opencx"]).await.expect(0);
    let made = harness.create("/v1/agents", &agent(Vendor::OPENCX)).await;
    harness.delete(&format!("{}?on_vendor=keep", made.path)).await.expect(204);
    harness.forget_requests().await;
    for dry_run in [&["--dry-run"][..], &[]] {
        let import = ["import", "--vendor", "opencx", "--json"];
        let told = harness.cli(&[&import[..], dry_run].concat()).await.json(1);
        assert_eq!(outcomes(&told), [(made.remote_id.as_str(), "refused")]);
        let errors = &told["agents"][0]["problem"]["errors"];
        let missing: Vec<_> = errors.as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
        assert_eq!(missing, ["/direction", "/language", "/prompt/instructions", "/voice/id"]);
        assert!(told["note"].as_str().unwrap().contains("POST /v1/agents/import"), "{told}");
    }
    assert_eq!(harness.writes(Vendor::OPENCX).await.len(), 0);
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn an_account_of_many_is_taken_over() {
    let harness = start().await;
    for number in 0..250 {
        let record = json!({
            "name": format!("Agent {number}"), "type": "inbound", "mode": "pipeline", "language_id": 1, "voice_id": 101,
            "llm_model_id": 1, "system_prompt": "Answer.",
        });
        harness
            .put_record(Vendor::AUTOCALLS_2026, "assistants", &format!("{}", 7000 + number), &record)
            .await;
    }
    let import = ["import", "--vendor", "autocalls-2026", "--parallel", "16", "--json"];
    let told = harness.cli(&import).await.json(0);
    assert_eq!(told["summary"]["imported"], 250);
    let list = harness.get("/v1/vendors/autocalls-2026/agents").await.expect(200);
    assert!(list["data"].as_array().unwrap().iter().all(|row| row["agent_id"].is_string()), "{list}");
    assert_eq!(harness.writes(Vendor::AUTOCALLS_2026).await.len(), 0);
    // Concurrent imports share one list of the vendor's agents. Separately, each import would read its three
    // pages.
    let seen = harness.seen(Vendor::AUTOCALLS_2026).await;
    let pages = seen.iter().filter(|seen| seen.operation == "listAssistants").count();
    assert!(pages < 250, "{pages} pages were read");
}

#[tokio::test]
async fn an_error_that_prevents_all_imports_is_reported() {
    let harness = start().await;
    let told = harness.cli(&["import", "--vendor", "nobody", "--json"]).await.json(1);
    assert_eq!(told["problem"]["code"], "not_found");
    let said = harness.cli(&["import", "--vendor", "qcall", "--label", "team"]).await;
    assert!(said.code == 1 && said.err.contains("NAME=VALUE"), "{said:?}");
    harness.order(Vendor::QCALL, "listAssistants", 1, &json!({ "kind": "status", "status": 401 })).await;
    let told = harness.cli(&["import", "--vendor", "qcall", "--json"]).await.json(1);
    assert_eq!(told["problem"]["code"], "vendor_auth_failed");
}

#[tokio::test]
async fn the_name_of_an_agent_controls_no_terminal() {
    let harness = start().await;
    let record = json!({
        "name": "Ev\u{1b}[2Jil\u{9b}8m\nimported", "type": "inbound", "language": "en", "script": "Answer.",
        "voice_id": "qv-aurora",
    });
    harness.put_record(Vendor::QCALL, "assistants", UNLIKE, &record).await;
    let url = harness.gateway.url.clone();
    let mut command =
        harness.cli_command(&url, crate::harness::KEY, &["import", "--vendor", "qcall", "--dry-run"]);
    command.env("CLICOLOR_FORCE", "1");
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\u{1b}[1mEv\u{fffd}[2Jil\u{fffd}8m\u{fffd}imported\u{1b}[0m"), "{text:?}");
}

#[tokio::test]
async fn a_label_has_one_value() {
    let harness = start().await;
    let two = ["--label", "team=a", "--label", "team=b"];
    for command in [
        &["import", "--vendor", "qcall"][..],
        &["move", "--to", "opencx", "--yes"],
        &["parity", "--to", "opencx"],
    ] {
        let refused = harness.cli(&[command, &two].concat()).await;
        assert!(
            refused.err.contains("--label gives \"team\" two different values"),
            "{command:?}: {refused:?}"
        );
        refused.expect(1);
    }
    harness.cli(&["parity", "--to", "opencx", "--label", "team=a", "--label", "team=a"]).await.expect(0);
}
