//! Vendors that nobody answers at.

use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Answer, Harness},
};

#[tokio::test]
async fn a_vendor_that_is_down_stops_what_needs_it_and_nothing_else() {
    let mut harness = Harness::start().await;
    let mut made = Vec::new();
    for vendor in Vendor::ALL {
        made.push((vendor, harness.create("/v1/agents", &agent(vendor)).await));
    }
    harness.take_vendors_down();
    // A new process has no connections that it could take for alive.
    harness.restart().await;
    let unavailable = |answer: Answer| {
        assert_eq!(answer.header("retry-after"), Some("5"), "{answer:?}");
        let problem = answer.problem(503, "vendor_unavailable");
        assert_eq!(
            (&problem["vendor"]["outcome"], &problem["retryable"]),
            (&json!("not_sent"), &json!(true))
        );
    };
    for (vendor, record) in &made {
        unavailable(harness.post("/v1/agents", &agent(*vendor)).await);
        unavailable(harness.patch(&record.path, &json!({ "name": "Changed" })).await);
        unavailable(harness.delete(&record.path).await);
        assert_eq!(harness.get(&record.path).await.expect(200), record.body);
        // What no vendor holds can be changed without one.
        let labelled = json!({ "labels": { "team": "sales" } });
        assert_eq!(harness.patch(&record.path, &labelled).await.expect(200)["revision"], 2);
        harness.delete(&format!("{}?on_vendor=keep", record.path)).await.expect(204);
    }
    // A gateway whose vendors are down is ready all the same.
    for path in ["livez", "readyz"] {
        let request = harness.client.get(format!("{}/{path}", harness.gateway.admin_url));
        Answer::to(request).await.expect(204);
    }
}
