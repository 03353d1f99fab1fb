//! Rules that apply only if their vendor can hold an agent's fields. Otherwise, the next rule applies.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{VOUCHED, unpinned};
use crate::{
    bodies::{trunk, with},
    harness::{Config, Harness, pointers},
    settling::PATIENT,
};

/// Rules by the label `care`. Of the two weighted vendors, the first is preferred for all but one of a
/// thousand keys.
const RULES: &str = r#"
[routing]
[[routing.rules]]
when = { labels = { care = "all" } }
vendors = { autocalls-2025 = 1000, qcall = 1 }
require = "no_unsupported"
[[routing.rules]]
when = { labels = { care = "exact" } }
vendor = "qcall"
require = "exact"
[[routing.rules]]
when = { labels = { care = "exact" } }
vendor = "autocalls-2026"
[[routing.rules]]
when = { labels = { care = "strict" } }
vendors = { qcall = 1, opencx = 0 }
require = "no_unsupported"
[[routing.rules]]
when = { labels = { care = "nobody" } }
vendors = { autocalls-2025 = 1000, autocalls-2026 = 1 }
require = "exact"
[voices.warm]
qcall = "qv-cedar"
"#;

async fn start() -> Harness {
    let config = Config {
        tables: format!("{RULES}{VOUCHED}"),
        vendors: format!("{PATIENT}attempts = 1\n"),
        ..Config::default()
    };
    Harness::with(config).await
}

fn caring(care: &str, patch: Value) -> Value {
    let labelled = json!({ "external_ref": format!("crm-{care}"), "labels": { "care": care } });
    with(with(unpinned(), labelled), patch)
}

/// Checks that a creation is placed as its plan. Returns the placement.
async fn placed(harness: &Harness, route: &str, body: &Value) -> Value {
    let plan = harness.post(&format!("{route}/plan"), body).await.expect(200);
    let made = harness.create(route, body).await;
    assert_eq!(harness.get(&made.path).await.expect(200)["placement"], made.body["placement"]);
    let mut placement = made.body["placement"].clone();
    placement.as_object_mut().unwrap().shift_remove("remote_id").unwrap();
    assert_eq!(plan["placement"], placement);
    let change = harness.post(&format!("{}/plan", made.path), &json!({ "name": "Other" })).await.expect(200);
    assert_eq!(change["placement"], placement);
    harness.delete(&made.path).await.expect(204);
    placement
}

#[tokio::test]
async fn where_a_vendor_holds_less_the_next_one_is_asked() {
    let harness = start().await;
    let held = placed(&harness, "/v1/agents", &caring("all", json!({}))).await;
    assert_eq!(
        held,
        json!({ "vendor": "autocalls-2025", "adapter": "autocalls", "because": "routing.rules[0]" })
    );
    // The first vendor has no knowledge bases.
    let body = caring("all", json!({ "knowledge_base_ids": ["kb-1"] }));
    let other = placed(&harness, "/v1/agents", &body).await;
    let passed_over = json!([{
        "because": "routing.rules[0]", "vendor": "autocalls-2025", "why": "/knowledge_base_ids is unsupported.",
    }]);
    let expected = json!({
        "vendor": "qcall", "adapter": "qcall", "because": "routing.rules[0]", "passed_over": passed_over,
    });
    assert_eq!(other, expected);
    // The first vendor has no id for this voice, without which it would refuse the agent.
    let body = caring("all", json!({ "voice": { "id": "warm" } }));
    let other = placed(&harness, "/v1/agents", &body).await;
    let why = other["passed_over"][0]["why"].as_str().unwrap();
    assert!(why.contains("add voices.warm.autocalls-2025 to the configuration"), "{other}");
    assert_eq!(other["vendor"], "qcall");
    // The first vendor has no trunks.
    let body =
        with(trunk(), json!({ "vendor": null, "external_ref": "crm-all", "labels": { "care": "all" } }));
    let other = placed(&harness, "/v1/trunks", &body).await;
    assert_eq!((&other["vendor"], &other["because"]), (&json!("qcall"), &json!("routing.rules[0]")));
    assert!(other["passed_over"][0]["why"].as_str().unwrap().contains("has no trunks"), "{other}");
}

#[tokio::test]
async fn where_no_vendor_of_a_rule_will_do_the_next_rule_decides() {
    let harness = start().await;
    let exact = json!({ "voice": { "id": "warm", "speed": 1.1 }, "model": null });
    let held = placed(&harness, "/v1/agents", &caring("exact", exact)).await;
    assert_eq!(held, json!({ "vendor": "qcall", "adapter": "qcall", "because": "routing.rules[1]" }));
    let finer = json!({ "voice": { "speed": 1.15 }, "model": { "name": "GPT-4o mini" } });
    let other = placed(&harness, "/v1/agents", &caring("exact", finer)).await;
    let because = (&other["vendor"], &other["because"]);
    assert_eq!(because, (&json!("autocalls-2026"), &json!("routing.rules[2]")), "{other}");
    assert_eq!(other["passed_over"][0]["because"], "routing.rules[1]");
    assert!(other["passed_over"][0]["why"].as_str().unwrap().contains("/voice/speed is rounded"), "{other}");
}

#[tokio::test]
async fn if_no_vendor_suffices_each_is_reported_with_the_missing_fields() {
    let harness = start().await;
    let body = caring("nobody", json!({ "voice": { "speed": 2 } }));
    for path in ["/v1/agents/plan", "/v1/agents"] {
        let problem = harness.post(path, &body).await.problem(422, "capability_loss");
        assert_eq!(pointers(&problem), ["/vendor", "/vendor"]);
        for (error, vendor) in
            problem["errors"].as_array().unwrap().iter().zip(["autocalls-2025", "autocalls-2026"])
        {
            let detail = error["detail"].as_str().unwrap();
            assert!(detail.starts_with(&format!("routing.rules[4] does not lead to {vendor}: ")), "{detail}");
            assert!(detail.contains("/voice/speed is clamped"), "{detail}");
        }
    }
    let agents = harness.get("/v1/agents").await.expect(200);
    assert_eq!(agents["data"], json!([]));
}

#[tokio::test]
async fn a_route_does_not_depend_on_the_handling_of_losses() {
    let harness = start().await;
    // The value is rounded. The rule accepts that, but the caller does not.
    let body = caring("strict", json!({ "voice": { "id": "warm", "speed": 1.15 }, "model": null }));
    let problem = harness.strictly(Method::POST, "/v1/agents", &body).await.problem(422, "capability_loss");
    assert_eq!(pointers(&problem), ["/voice/speed"]);
    assert_eq!(placed(&harness, "/v1/agents", &body).await["vendor"], "qcall");
}

#[tokio::test]
async fn a_vendor_that_cannot_be_asked_is_not_passed_over() {
    let harness = start().await;
    let body = caring("all", json!({ "knowledge_base_ids": ["kb-1"] }));
    let down = json!({ "kind": "status", "status": 503 });
    for path in ["/v1/agents/plan", "/v1/agents"] {
        harness.order(Vendor::AUTOCALLS_2025, "listLanguages", 1, &down).await;
        harness.post(path, &body).await.problem(503, "vendor_unavailable");
    }
    assert_eq!(placed(&harness, "/v1/agents", &body).await["vendor"], "qcall");
    // The catalogue is read only once.
    let service = json!({ "kind": "status", "status": 503 });
    harness.order(Vendor::AUTOCALLS_2025, "listLanguages", 1, &service).await;
    assert_eq!(placed(&harness, "/v1/agents", &body).await["vendor"], "qcall");
}
