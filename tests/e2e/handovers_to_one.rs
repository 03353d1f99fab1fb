//! An agent that the handovers of many agents name.

use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    handovers::to,
    harness::Harness,
};

#[tokio::test]
async fn a_refused_deletion_lists_twenty_agents_and_the_number_of_the_others() {
    let harness = Harness::start().await;
    let billing = harness.create("/v1/agents", &agent(Vendor::VAPI)).await;
    let desk = with(agent(Vendor::VAPI), to(&billing.id, "A bill."));
    let mut desks = Vec::new();
    for _ in 0..23 {
        desks.push(harness.create("/v1/agents", &desk).await);
    }
    // An agent that its vendor no longer has does not count, so the next one is listed instead.
    harness.delete_record(Vendor::VAPI, "assistants", &desks[0].remote_id).await;
    let lost = harness.post(&format!("{}/sync", desks[0].path), &json!({})).await.expect(200);
    assert_eq!(lost["sync"]["state"], "missing");
    let problem = harness.delete(&billing.path).await.problem(409, "in_use");
    let detail = problem["detail"].as_str().unwrap();
    let listed: Vec<_> = desks.iter().map(|desk| detail.contains(&desk.id)).collect();
    let expected: Vec<_> = (0..23).map(|number| (1..=20).contains(&number)).collect();
    assert_eq!(listed, expected, "{detail}");
    assert!(
        detail.contains(&format!("{} and up to 2 more name the agent {}", desks[20].id, billing.id)),
        "{detail}"
    );
}
