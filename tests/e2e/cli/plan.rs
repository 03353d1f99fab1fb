//! `plan` shows the writes of an `apply`; `diff` shows the differences between the files and the gateway.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{filed, only, start};

#[tokio::test]
async fn a_plan_prints_the_writes_of_apply_and_writes_nothing() {
    let harness = start().await;
    harness.write_agent("same", json!({}));
    harness.write_agent("other", json!({ "greeting": { "message": "Hello!" } }));
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    harness.write_agent("other", json!({ "voice": { "speed": 1.15 }, "timezone": "Europe/Berlin" }));
    harness.write_agent("new", json!({ "call": { "max_duration_s": 570 } }));
    let (before, writes) =
        (harness.get("/v1/agents").await.expect(200), harness.writes(Vendor::QCALL).await.len());

    let plan = harness.cli(&["plan", "-f", "agents", "--json"]).await.json(2);
    assert_eq!(plan["summary"], json!({ "create": 1, "change": 1, "delete": 0, "unchanged": 1 }));
    let [new, other] = &plan["agents"].as_array().unwrap()[..] else { panic!("{plan:#}") };
    assert_eq!(
        (&new["action"], &new["external_ref"], &new["id"]),
        (&json!("create"), &json!("new"), &json!(null))
    );
    assert_eq!(new["plan"]["placement"]["vendor"], "qcall");
    assert_eq!(new["plan"]["placement"]["because"], "routing.default");
    assert!(new["plan"]["translation"]["fields"].to_string().contains("/call/max_duration_s"));
    assert_eq!((&other["action"], &other["file"]), (&json!("change"), &json!("agents/other.json")));
    let differences = json!([
        { "field": "/timezone", "before": null, "after": "Europe/Berlin" },
        { "field": "/greeting/message", "before": "Hello!", "after": null },
        { "field": "/voice/speed", "before": null, "after": 1.15 },
    ]);
    assert_eq!(other["differences"], differences);
    assert_eq!(other["plan"]["diff"], differences);

    let told = harness.cli(&["plan", "-f", "agents"]).await.expect(2);
    for line in [
        "+ create new agents/new.json",
        "  rounded /call/max_duration_s: 570, sent as 600",
        "~ change other agents/other.json",
        "  /greeting/message: \"Hello!\" -> (none)",
        "  rounded /voice/speed: 1.15, sent as 1.1",
        "  unsupported /timezone: \"Europe/Berlin\"",
        "1 to create, 1 to change, 0 to delete, 1 unchanged",
    ] {
        assert!(told.lines().any(|it| it.starts_with(line)), "{line:?} in {told}");
    }
    assert!(!told.contains("same") && !told.contains('\u{1b}'), "{told}");
    assert_eq!(harness.get("/v1/agents").await.expect(200), before);
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), writes);

    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    let nothing = harness.cli(&["plan", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(nothing["agents"], json!([]));
}

#[tokio::test]
async fn a_plan_prints_every_agent_that_would_be_refused() {
    let harness = start().await;
    harness.write_agent("lossy", json!({ "timezone": "Europe/Berlin" }));
    harness.write_agent("nowhere", json!({ "vendor": "nobody" }));
    harness.write_agent("plain", json!({}));
    let plan = harness.cli(&["plan", "-f", "agents", "--json"]).await.json(1);
    let of = |index: usize| &plan["agents"][index];
    assert_eq!(of(0)["problem"], json!(null));
    assert_eq!(of(1)["problem"]["code"], "vendor_unknown");
    let strict = harness.cli(&["plan", "-f", "agents", "--strict"]).await.expect(1);
    for line in ["  refused: 422 capability_loss: ", "  refused: 422 vendor_unknown: "] {
        assert!(strict.lines().any(|it| it.starts_with(line)), "{line:?} in {strict}");
    }
}

#[tokio::test]
async fn a_difference_needs_no_vendor_request() {
    let harness = start().await;
    harness.write_agent("one", json!({}));
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    let made = &harness.get("/v1/agents").await.expect(200)["data"][0];
    harness.forget_requests().await;
    harness.cli(&["diff", "-f", "agents"]).await.expect(0);
    harness.write("agents/one.json", filed("one", json!({ "labels": { "team": "sales" } })).to_string());
    let told = harness.cli(&["diff", "-f", "agents", "--json"]).await.json(2);
    let agent = only(&told);
    assert_eq!((&agent["id"], &agent["action"]), (&made["id"], &json!("change")));
    let difference = json!([{ "field": "/labels", "before": null, "after": { "team": "sales" } }]);
    assert_eq!(agent["differences"], difference);
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<serde_json::Value>::new());
}

#[tokio::test]
async fn a_handover_to_an_agent_of_another_gateway_is_printed() {
    let harness = start().await;
    harness.write_agent("billing", json!({}));
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    let known = harness.get("/v1/agents").await.expect(200)["data"][0]["id"].as_str().unwrap().to_owned();
    let unknown = "agt_00000000000000000000000000";
    let handovers = json!({ "handovers": [{ "agent_id": known }, { "agent_id": unknown }] });
    harness.write_agent("desk", handovers);
    let plan = harness.cli(&["plan", "-f", "agents", "--json"]).await.json(2);
    let warnings = plan["warnings"].as_array().unwrap();
    assert_eq!(warnings.len(), 1, "{plan}");
    assert_eq!(
        (&warnings[0]["file"], &warnings[0]["pointer"], &warnings[0]["code"]),
        (&json!("agents/desk.json"), &json!("/handovers/1/agent_id"), &json!("not_found")),
    );
    for command in ["plan", "diff"] {
        let told = harness.cli(&[command, "-f", "agents"]).await.expect(2);
        let line =
            format!("! agents/desk.json: /handovers/1/agent_id: The gateway has no agent \"{unknown}\".");
        assert!(told.lines().any(|it| it.starts_with(&line)), "{told}");
    }
    let applied = harness.cli(&["apply", "-f", "agents", "--json"]).await.json(0);
    assert_eq!(applied["warnings"], plan["warnings"]);
}

#[tokio::test]
async fn the_part_of_a_long_value_that_differs_is_shown() {
    let harness = start().await;
    let long = "You answer the phone of a dental practice, and you never give medical advice to a caller. "
        .repeat(3);
    let file = |end: &str| {
        filed("long", json!({ "prompt": { "instructions": format!("{long}{end}") } })).to_string()
    };
    harness.write("agents/long.yaml", file("Speak slowly."));
    harness.cli(&["apply", "-f", "agents"]).await.expect(0);
    harness.write("agents/long.yaml", file("Speak fast."));
    let told = harness.cli(&["plan", "-f", "agents"]).await.expect(2);
    assert!(told.contains("Speak slowly.") && told.contains("Speak fast."), "{told}");
}
