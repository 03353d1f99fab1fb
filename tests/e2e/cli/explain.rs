//! `explain`: the reason for an agent's placement.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{filed, start};
use crate::harness::agent;

#[tokio::test]
async fn the_decision_the_report_and_the_request_are_printed() {
    let harness = start().await;
    let asked = filed("a", json!({ "voice": { "speed": 1.15 }, "external_ref": null }));
    harness.write("a.json", asked.to_string());
    let told = harness.cli(&["explain", "a.json"]).await.expect(0);
    for line in [
        "  at qcall, because of routing.default",
        "  rounded /voice/speed: 1.15, sent as 1.1",
        "Request: create agent POST /user/createAssistant",
        "  \"name\": \"Reception\",",
    ] {
        assert!(told.lines().any(|it| it.starts_with(line)), "{line:?} in {told}");
    }
    let plan = harness.cli(&["explain", "a.json", "--json"]).await.json(0);
    assert_eq!(plan, harness.post("/v1/agents/plan", &asked).await.expect(200));
    assert_eq!(harness.writes(Vendor::QCALL).await.len(), 0);
}

#[tokio::test]
async fn an_agent_that_cannot_be_planned_is_printed_with_its_fields() {
    let harness = start().await;
    let mut wrong = agent(Vendor::QCALL);
    wrong["voice"]["sped"] = json!(1);
    wrong["name"] = Value::Null;
    harness.write("a.yaml", wrong.to_string());
    let told = harness.cli(&["explain", "a.yaml"]).await;
    assert_eq!((told.code, told.out.as_str()), (1, ""));
    for said in ["switchboard: 422 ", "\n  /voice/sped: ", "\n  /name: "] {
        assert!(told.err.contains(said), "{said:?} in {}", told.err);
    }
    let told = harness.cli(&["explain", "a.yaml", "--json"]).await.json(1);
    assert_eq!(told["problem"]["errors"].as_array().map(Vec::len), Some(2), "{told:#}");
}
