//! Vendors that are unreachable, or that throttle.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::fault::AcceptedWrite;
use crate::{
    bodies::{agent, trunk},
    harness::{Answer, Config, Harness},
};

#[tokio::test]
async fn a_vendor_that_is_down_stops_what_cannot_be_planned_without_it_and_nothing_else() {
    let mut harness = Harness::start().await;
    let mut made = Vec::new();
    for vendor in Vendor::ALL {
        let records = [(); 2].map(|()| harness.create("/v1/agents", &agent(vendor)));
        made.push((vendor, futures::future::join_all(records).await));
    }
    harness.take_vendors_down().await;
    // The new process has neither open connections nor cached catalogues.
    harness.restart().await;
    for (vendor, records) in &made {
        let [first, second] = &records[..] else { panic!("{} records", records.len()) };
        let with_lists = ![Vendor::OPENCX, Vendor::ELEVENLABS, Vendor::BLAND, Vendor::VAPI, Vendor::RETELL]
            .contains(vendor);
        for answer in [
            harness.post("/v1/agents", &agent(*vendor)).await,
            harness.patch(&first.path, &json!({ "name": "Changed" })).await,
        ] {
            if with_lists {
                assert!(answer.header("retry-after").is_some(), "{answer:?}");
                let problem = answer.problem(503, "vendor_unavailable");
                let told = (&problem["vendor"]["outcome"], &problem["retryable"]);
                assert_eq!(told, (&json!("not_sent"), &json!(true)));
            } else {
                let kept = AcceptedWrite::from_answer(answer);
                let (state, error) = kept.state();
                assert_eq!((state, &error["code"]), (&json!("retrying"), &json!("vendor_unavailable")));
            }
        }
        let name = if with_lists { "Reception" } else { "Changed" };
        assert_eq!(harness.get(&first.path).await.expect(200)["name"], name);
        // A field that no vendor holds can be changed while the vendors are down.
        let labelled =
            harness.patch(&first.path, &json!({ "labels": { "team": "sales" } })).await.expect(200);
        assert_eq!(labelled["revision"], if with_lists { 2 } else { 3 });

        let kept = AcceptedWrite::from_answer(harness.delete(&first.path).await);
        assert_eq!((&kept.body["kind"], &kept.body["resource"]["id"]), (&json!("delete"), &json!(first.id)));
        harness.delete(&format!("{}?on_vendor=keep", second.path)).await.expect(204);
        for record in records {
            harness.get(&record.path).await.problem(404, "not_found");
        }
    }
    // A trunk can be planned without a catalogue.
    let kept = AcceptedWrite::from_answer(harness.post("/v1/trunks", &trunk()).await);
    assert_eq!(kept.state().0, "retrying");
    // A gateway is ready even if its vendors are down.
    for path in ["livez", "readyz"] {
        let request = harness.client.get(format!("{}/{path}", harness.gateway.admin_url));
        Answer::to(request).await.expect(204);
    }
}

#[tokio::test]
async fn a_vendor_that_wants_to_rest_is_left_alone_until_then() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let fault = json!({ "kind": "status", "status": 429, "retry_after": 60 });
    harness.order(Vendor::QCALL, "updateAssistant", 1, &fault).await;
    let answer = harness.patch(&made.path, &json!({ "name": "Changed" })).await;
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((60..=62).contains(&wait), "{wait}");
    assert_eq!(AcceptedWrite::from_answer(answer).state().0, "retrying");
    let health = harness.get("/v1/vendors/qcall").await.expect(200)["health"].clone();
    assert_eq!(
        (&health["state"], &health["last_error"]["code"]),
        (&json!("throttled"), &json!("vendor_throttled"))
    );
    assert!(health["retry_in_s"].as_f64().is_some_and(|wait| wait > 30.0), "{health}");

    // No request reaches the vendor during the wait, whatever the callers send.
    harness.forget_requests().await;
    let change = json!({ "name": "Changed again" });
    assert_eq!(AcceptedWrite::from_answer(harness.patch(&made.path, &change).await).state().0, "retrying");
    assert_eq!(
        AcceptedWrite::from_answer(harness.post("/v1/agents", &agent(Vendor::QCALL)).await).state().0,
        "retrying"
    );
    harness
        .post(&format!("{}/plan", made.path), &json!({ "name": "A third" }))
        .await
        .problem(503, "vendor_throttled");
    assert_eq!(harness.seen(Vendor::QCALL).await.len(), 0);
    // Other vendors are not affected.
    harness.create("/v1/agents", &agent(Vendor::AUTOCALLS_2025)).await;
}

#[tokio::test]
async fn a_circuit_stays_open_as_long_as_configured_without_a_longest_time() {
    let vendors = "attempts = 1\nbreaker_failures = 1\nbreaker_open_s = 100\n".to_owned();
    let harness = Harness::with(Config { vendors, ..Config::default() }).await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let fault = json!({ "kind": "status", "status": 503 });
    harness.order(Vendor::QCALL, "updateAssistant", 1, &fault).await;
    AcceptedWrite::from_answer(harness.patch(&made.path, &json!({ "name": "Changed" })).await);
    let health = harness.get("/v1/vendors/qcall").await.expect(200)["health"].clone();
    assert!(health["retry_in_s"].as_f64().is_some_and(|wait| wait > 60.0), "{health}");
}
