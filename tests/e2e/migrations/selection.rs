//! The selection of the agents to move.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{portable, site};
use crate::{bodies::with, harness::pointers};

#[tokio::test]
async fn agents_are_chosen_by_what_they_are() {
    let harness = site(Vendor::QCALL).await;
    let mut ids = Vec::new();
    for more in [
        json!({ "labels": { "team": "sales" } }),
        json!({ "labels": { "team": "sales", "tier": "gold" }, "language": "de" }),
        json!({ "direction": "outbound", "language": "en-GB" }),
        json!({ "vendor": "autocalls-2026" }),
    ] {
        ids.push(harness.create("/v1/agents", &with(portable("One"), more)).await.id);
    }
    let chosen = async |request: Value| {
        let plan = harness.plan_move(&with(json!({ "to": "autocalls-2025" }), request)).await;
        let chosen = plan["agents"].as_array().unwrap().iter().map(|agent| agent["id"].clone());
        let places = chosen.map(|id| ids.iter().position(|known| id == known.as_str()).unwrap());
        places.collect::<Vec<_>>()
    };
    assert_eq!(chosen(json!({})).await, [0, 1, 2, 3]);
    assert_eq!(chosen(json!({ "ids": [ids[2], ids[0]] })).await, [0, 2]);
    assert_eq!(chosen(json!({ "filter": { "vendor": "qcall" } })).await, [0, 1, 2]);
    assert_eq!(chosen(json!({ "filter": { "labels": { "team": "sales" } } })).await, [0, 1]);
    assert_eq!(chosen(json!({ "filter": { "labels": { "team": "sales" }, "language": "de" } })).await, [1]);
    assert_eq!(chosen(json!({ "filter": { "language": "en" } })).await, [0, 2, 3]);
    assert_eq!(chosen(json!({ "filter": { "direction": "outbound" } })).await, [2]);
    assert_eq!(chosen(json!({ "filter": { "placement": "stale" } })).await, [] as [usize; 0]);
}

#[tokio::test]
async fn without_a_destination_each_goes_where_its_route_leads() {
    let harness = site(Vendor::QCALL).await;
    let stays = harness.create("/v1/agents", &portable("Stays")).await;
    let goes = harness.create("/v1/agents", &portable("Goes")).await;
    harness.patch(&goes.path, &json!({ "vendor": "autocalls-2025" })).await.expect(200);
    let plan = harness.plan_move(&json!({})).await;
    assert_eq!((&plan["to"], &plan["summary"]["settled"]), (&Value::Null, &json!(1)), "{plan}");
    let one = &plan["agents"][0];
    assert_eq!(
        (&one["id"], &one["to"], &one["because"]),
        (&goes.body["id"], &json!("autocalls-2025"), &json!("agent.vendor"))
    );
    harness.moved(&json!({ "filter": { "placement": "stale" } }), "delete").await;
    let settled = harness.lives_at(&goes, Vendor::AUTOCALLS_2025).await;
    assert_eq!(settled["placement"]["because"], "agent.vendor");
    harness.lives_at(&stays, Vendor::QCALL).await;
}

#[tokio::test]
async fn all_errors_are_reported_together() {
    let harness = site(Vendor::QCALL).await;
    let wrong = json!({ "too": "x", "ids": ["a", "a", 1], "filter": { "placement": "fresh", "labels": [], "directon": 1 } });
    let problem = harness.post("/v1/migrations/plan", &wrong).await.problem(422, "validation_failed");
    let mut told = pointers(&problem);
    told.sort_unstable();
    assert_eq!(
        told,
        ["/filter", "/filter/directon", "/filter/labels", "/filter/placement", "/ids/1", "/ids/2", "/too"]
    );
    let long = |length| json!({ "filter": { "vendor": "ü".repeat(length) } });
    harness.post("/v1/migrations/plan", &long(255)).await.problem(422, "vendor_unknown");
    harness.post("/v1/migrations/plan", &long(256)).await.problem(422, "validation_failed");
    let misspelt = json!({ "to": "qcal", "filter": { "vendor": "autocals-2025" } });
    let problem = harness.post("/v1/migrations/plan", &misspelt).await.problem(422, "vendor_unknown");
    assert_eq!(pointers(&problem), ["/to", "/filter/vendor"]);
    let speaking = |tag| json!({ "filter": { "language": tag } });
    harness.post("/v1/migrations/plan", &speaking("de-AT")).await.expect(200);
    let problem =
        harness.post("/v1/migrations/plan", &speaking("German")).await.problem(422, "validation_failed");
    assert_eq!(pointers(&problem), ["/filter/language"]);
    let somebody = harness.create("/v1/agents", &portable("Somebody")).await;
    let nobody = json!({ "ids": ["agt_7zzzzzzzzzzzzzzzzzzzzzzzzz", somebody.id] });
    assert_eq!(
        pointers(&harness.post("/v1/migrations/plan", &nobody).await.problem(422, "validation_failed")),
        ["/ids/0"]
    );
    let wrong = json!({ "accept_loss": ["voice", "/transfer/phone_number", "/voice/sped"], "retire": "burn", "on_blocked": 1, "plan": "x" });
    let problem = harness.post("/v1/migrations", &wrong).await.problem(422, "validation_failed");
    let mut told = pointers(&problem);
    told.sort_unstable();
    let places =
        ["/accept_loss/0", "/accept_loss/1", "/accept_loss/2", "/on_blocked", "/plan", "/plan_id", "/retire"];
    assert_eq!(told, places);
    assert!(problem.to_string().contains("did you mean \\\"/voice/speed\\\"?"), "{problem}");
    for (path, wrong, place) in [
        ("/v1/migrations", json!({ "plan_id": "x", "a/b~": 1 }), "/a~1b~0"),
        ("/v1/migrations/plan", json!({ "a/b~": 1 }), "/a~1b~0"),
        ("/v1/migrations/plan", json!({ "filter": { "a/b~": 1 } }), "/filter/a~1b~0"),
    ] {
        let problem = harness.post(path, &wrong).await.problem(422, "unknown_field");
        assert_eq!(pointers(&problem), [place], "{problem}");
    }
    let unknown = json!({ "plan_id": "plan_01kd4xq7cme5jr1c9zv0w8s3tf" });
    assert_eq!(
        pointers(&harness.post("/v1/migrations", &unknown).await.problem(422, "validation_failed")),
        ["/plan_id"]
    );
}
