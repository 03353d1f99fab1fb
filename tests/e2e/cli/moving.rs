//! Checking whether another vendor can hold the agents, and moving them there.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{CommandOutput, filed};
use crate::{
    bodies::with,
    harness::{Config, Harness, KEY},
    settling::{PATIENT, SWIFT},
};

/// Starts a gateway with agents at QCall that another vendor can hold. One of them has more fields than the
/// others.
pub async fn start() -> Harness {
    let tables = format!(
        "{SWIFT}[routing]\ndefault = \"qcall\"\n[voices.warm]\nqcall = \"qv-aurora\"\nautocalls-2026 = \"101\"\n\
         [models.mini]\nqcall = \"GPT-4o mini\"\n"
    );
    let harness = Harness::with(Config { vendors: PATIENT.into(), tables, ..Config::default() }).await;
    let common = json!({
        "voice": { "id": "warm" }, "greeting": { "message": "Hello!" }, "model": { "name": "GPT-4o mini" },
    });
    for name in ["a", "b"] {
        harness.create("/v1/agents", &filed(name, common.clone())).await;
    }
    let more = json!({ "prompt": { "goal": "Book" }, "labels": { "team": "sales" } });
    harness.create("/v1/agents", &with(filed("costly", common), more)).await;
    harness
}

#[tokio::test]
async fn parity_is_what_would_be_lost() {
    let harness = start().await;
    let parity = ["parity", "--to", "autocalls-2026"];
    let told = harness.cli(&parity).await.expect(2);
    let row = told.lines().find(|line| line.starts_with("/prompt/goal ")).unwrap_or_else(|| panic!("{told}"));
    assert_eq!(row.split_whitespace().take(4).collect::<Vec<_>>(), ["/prompt/goal", "1", "0", "new"]);
    let told = harness.cli(&[&parity[..], &["--json"]].concat()).await.json(2);
    assert_eq!((&told["total"], &told["settled"], &told["blocked"]), (&json!(3), &json!(0), &json!([])));
    let fields: Vec<_> =
        told["losses"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap()).collect();
    assert!(fields.contains(&"/prompt/goal"), "{told:#}");
    // An accepted loss is reported but does not change the exit code.
    let accepting: Vec<_> = fields.iter().flat_map(|field| ["--accept", field]).collect();
    let told = harness.cli(&[&parity[..], &accepting].concat()).await.expect(0);
    assert!(told.contains("accepted") && !told.contains("new"), "{told}");
    harness.cli(&[&parity[..], &["--accept", ""]].concat()).await.expect(0);
    harness.cli(&[&parity[..], &["--accept", "/prom"]].concat()).await.expect(2);
    let others = harness.cli(&[&parity[..], &["--label", "team=none"]].concat()).await.expect(0);
    assert!(others.contains("0 would move"), "{others}");
    let unknown = harness.cli(&["parity", "--to", "nobody"]).await;
    assert!(unknown.code == 1 && unknown.err.contains("vendor_unknown"), "{unknown:?}");
    assert!(unknown.err.contains("The vendors are autocalls-2025, "), "{unknown:?}");
    assert!(harness.writes(Vendor::AUTOCALLS_2026).await.is_empty());
}

#[tokio::test]
async fn an_agent_that_cannot_move_is_printed() {
    let harness = start().await;
    let bound = filed("bound", json!({ "voice": { "id": "qv-aurora" }, "language": "fr" }));
    harness.create("/v1/agents", &bound).await;
    let parity = ["parity", "--to", "autocalls-2026", "--accept", ""];
    let told = harness.cli(&parity).await.expect(2);
    let line =
        told.lines().find(|line| line.starts_with("blocked bound (Reception) qcall -> autocalls-2026: /"));
    assert!(line.is_some(), "{told}");
    let told = harness.cli(&[&parity[..], &["--json"]].concat()).await.json(2);
    assert_eq!(told["blocked"][0]["external_ref"], "bound");
}

#[tokio::test]
async fn a_loss_that_only_a_blocked_agent_has_needs_no_acceptance() {
    let harness = start().await;
    let (label, goal) = (json!({ "labels": { "team": "few" } }), json!({ "prompt": { "goal": "Book" } }));
    let free = json!({
        "voice": { "id": "warm" }, "greeting": { "message": "Hello!" }, "model": { "name": "GPT-4o mini" },
    });
    harness.create("/v1/agents", &with(filed("free", free.clone()), label.clone())).await;
    let pinned = with(filed("pinned", free), json!({ "vendor": "qcall" }));
    harness.create("/v1/agents", &with(with(pinned, goal), label)).await;
    let few = ["--to", "autocalls-2026", "--label", "team=few"];
    let told = harness.cli(&[&["parity", "--json"], &few[..]].concat()).await.json(2);
    let fields = told["losses"].as_array().unwrap().iter().map(|it| it["field"].as_str().unwrap());
    let (goals, others): (Vec<_>, Vec<_>) = fields.partition(|field| *field == "/prompt/goal");
    assert_eq!(goals.len(), 1, "{told:#}");
    let accepting: Vec<_> = others.iter().flat_map(|field| ["--accept", field]).collect();
    let go = [&["move", "--yes", "--leave-blocked"], &few[..], &accepting[..]].concat();
    let told = harness.cli(&go).await.expect(0);
    assert!(told.contains("1 moved"), "{told}");
}

#[tokio::test]
async fn agents_move_and_come_back() {
    let harness = start().await;
    let before = harness.get("/v1/agents").await.expect(200);
    let go = ["move", "--to", "autocalls-2026", "--yes"];
    let told = harness.cli(&go).await.expect(2);
    assert!(told.contains("nothing was started: a loss is not accepted"), "{told}");
    let told = harness.cli(&["move", "--to", "autocalls-2026", "--accept", ""]).await;
    assert!(told.code == 2 && told.err.contains("--yes"), "{told:?}");
    assert_eq!(harness.get("/v1/migrations").await.expect(200)["data"], json!([]));

    let told = harness.cli(&[&go[..], &["--accept", "", "--json"]].concat()).await.json(0);
    assert_eq!((&told["migration"]["state"], &told["migration"]["moved"]), (&json!("done"), &json!(3)));
    assert_eq!((&told["plan"]["total"], &told["plan"]["blocked"]), (&json!(3), &json!([])));
    assert_eq!((&told["migration"]["retire"], &told["failed"]), (&json!("keep"), &json!([])));
    for agent in harness.get("/v1/agents").await.expect(200)["data"].as_array().unwrap() {
        assert_eq!(agent["placement"]["vendor"], "autocalls-2026");
    }
    let told = harness.cli(&go).await.expect(0);
    assert!(told.contains("3 are there already") && told.contains("nothing was started"), "{told}");

    // Without a destination, the agents move to the vendors of their routes.
    let told = harness.cli(&["move", "--yes", "--retire", "delete", "--accept", ""]).await.expect(0);
    assert!(told.contains(" is done: 3 moved, 0 failed, 0 rolled back, 0 to go"), "{told}");
    let after = harness.get("/v1/agents").await.expect(200);
    let prompts = |list: &Value| {
        let agents = list["data"].as_array().unwrap().iter();
        agents.map(|it| (it["placement"]["vendor"].clone(), it["prompt"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(prompts(&after), prompts(&before));
}

#[tokio::test]
async fn what_was_kept_is_removed_when_asked() {
    let harness = start().await;
    harness.cli(&["move", "--to", "autocalls-2026", "--yes", "--accept", ""]).await.expect(0);
    let kept = |stored: Value| stored.as_object().map(serde_json::Map::len);
    assert_eq!(kept(harness.stored(Vendor::QCALL, "assistants").await), Some(3));
    let again = ["move", "--to", "autocalls-2026", "--yes", "--retire", "delete"];
    let told = harness.cli(&again).await.expect(0);
    assert!(
        told.contains("3 of them with a record elsewhere") && told.contains(" is done: 3 moved"),
        "{told}"
    );
    assert_eq!(kept(harness.stored(Vendor::QCALL, "assistants").await), Some(0));
}

#[tokio::test]
async fn interrupting_the_command_does_not_stop_the_migration() {
    let harness = start().await;
    harness.order(Vendor::AUTOCALLS_2026, "createAssistant", 100, &json!({ "kind": "hold" })).await;
    let go = ["move", "--to", "autocalls-2026", "--yes", "--accept", ""];
    let mut command = harness.cli_command(&harness.gateway.url, KEY, &go);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let left = tokio::task::spawn_blocking(move || {
        let mut process = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let id = process.id().to_string();
        assert!(Command::new("sh").args(["-c", "kill -INT \"$0\"", &id]).status().unwrap().success());
        (line, CommandOutput::new(process.wait_with_output().unwrap()))
    });
    let (line, said) = left.await.unwrap();
    let migration = line.split_once(" has started").unwrap().0.to_owned();
    assert!(said.expect(2).contains(&format!("{migration} is running: 0 moved")), "{line}");
    harness.clear_faults().await;
    harness.release_held().await;
    let over = harness.once(&format!("/v1/migrations/{migration}"), |it| !it["finished_at"].is_null()).await;
    assert_eq!((&over["state"], &over["moved"]), (&json!("done"), &json!(3)));
}

#[tokio::test]
async fn an_agent_that_could_not_move_is_printed() {
    let harness = start().await;
    let fault = json!({ "kind": "status", "status": 422, "body": { "message": "No.", "errors": {} } });
    harness.order(Vendor::AUTOCALLS_2026, "createAssistant", 100, &fault).await;
    let go = ["move", "--to", "autocalls-2026", "--yes", "--accept", "", "--label", "team=sales"];
    let told = harness.cli(&go).await.expect(1);
    assert!(told.contains("failed agt_") && told.contains("(vendor_rejected)"), "{told}");
    assert!(told.contains(" is failed: 0 moved, 1 failed, 0 rolled back, 0 to go"), "{told}");
}
