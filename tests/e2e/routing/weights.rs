//! Rules that distribute new agents among vendors.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{VOUCHED, unpinned};
use crate::{
    bodies::with,
    harness::{Config, Harness},
};

fn weighing(weights: &str) -> Config {
    let rule = format!("[[routing.rules]]\nvendors = {{ {weights} }}\n");
    Config { tables: rule + VOUCHED, ..Config::default() }
}

fn agent(number: usize) -> Value {
    with(unpinned(), json!({ "external_ref": format!("crm-{number}") }))
}

/// Returns the number of agents at each vendor.
async fn shares(harness: &Harness) -> BTreeMap<String, usize> {
    let agents = harness.get("/v1/agents?limit=200").await.expect(200);
    let mut shares = BTreeMap::new();
    for agent in agents["data"].as_array().unwrap() {
        *shares.entry(agent["placement"]["vendor"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    shares
}

#[tokio::test]
async fn new_agents_are_shared_by_weight_and_stay_where_they_are() {
    let mut harness = Harness::with(weighing("qcall = 1, autocalls-2025 = 1, opencx = 0")).await;
    for number in 0..20 {
        let plan = harness.post("/v1/agents/plan", &agent(number)).await.expect(200);
        let made = harness.create("/v1/agents", &agent(number)).await;
        assert_eq!(plan["placement"]["vendor"], made.body["placement"]["vendor"]);
        assert_eq!(made.body["placement"]["because"], "routing.rules[0]");
    }
    let before = shares(&harness).await;
    assert_eq!(before.keys().collect::<Vec<_>>(), ["autocalls-2025", "qcall"]);
    assert!(before.values().all(|count| *count >= 4), "{before:?}");

    // Agents stay at a vendor with weight 0, but not at a vendor that the rule no longer names.
    harness.restart_with(&weighing("qcall = 1, autocalls-2025 = 0")).await;
    let stale = harness.get("/v1/agents?placement=stale").await.expect(200);
    assert_eq!((&stale["data"], &stale["next_cursor"]), (&json!([]), &Value::Null), "{stale}");
    for number in 20..30 {
        harness.create("/v1/agents", &agent(number)).await;
    }
    assert_eq!(shares(&harness).await["autocalls-2025"], before["autocalls-2025"]);
    harness.restart_with(&weighing("qcall = 1, opencx = 1")).await;
    let stale = harness.get("/v1/agents?placement=stale&limit=200").await.expect(200);
    let stale = stale["data"].as_array().unwrap();
    assert_eq!(stale.len(), before["autocalls-2025"]);
    assert!(stale.iter().all(|agent| agent["placement"]["vendor"] == "autocalls-2025"));
}

#[tokio::test]
async fn without_a_key_of_the_callers_the_whole_body_decides() {
    let harness = Harness::with(weighing("qcall = 1, autocalls-2025 = 1")).await;
    let mut vendors = BTreeMap::<String, usize>::new();
    for number in 0..20 {
        let body = with(unpinned(), json!({ "metadata": { "number": number, "kind": "a" } }));
        let other_order = with(unpinned(), json!({ "metadata": { "kind": "a", "number": number } }));
        let plan = harness.post("/v1/agents/plan", &body).await.expect(200);
        let made = harness.create("/v1/agents", &other_order).await;
        assert_eq!(plan["placement"]["vendor"], made.body["placement"]["vendor"]);
        *vendors.entry(plan["placement"]["vendor"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(vendors.len(), 2, "{vendors:?}");
}
