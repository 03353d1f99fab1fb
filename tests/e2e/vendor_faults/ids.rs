//! Vendor ids that no request can address.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::agent,
    harness::{Config, Harness, trial},
    settling::{PATIENT, SOON, SWIFT},
};

async fn swift() -> Harness {
    let vendors = format!("{PATIENT}{SOON}");
    Harness::with(Config { vendors, tables: SWIFT.into(), ..Config::default() }).await
}

/// Returns a vendor's answer to a creation, with this id.
fn created(vendor: Vendor, id: &str) -> Value {
    match vendor {
        Vendor::QCALL => json!({ "success": true, "data": { "id": id } }),
        Vendor::ELEVENLABS => json!({ "agent_id": id }),
        Vendor::BLAND => json!({ "data": { "id": id, "name": "Reception" }, "errors": null }),
        Vendor::VAPI => json!({ "id": id }),
        Vendor::RETELL => {
            let engine = json!({ "type": "retell-llm", "llm_id": "llm_1", "version": 0 });
            json!({ "agent_id": id, "version": 0, "response_engine": engine, "voice_id": "cartesia-Cimo" })
        }
        Vendor::OPENCX => json!({ "id": id, "phone_number": "+14155550100" }),
        _ => json!({ "message": "Assistant created successfully", "data": { "id": id } }),
    }
}

impl Harness {
    /// Makes the vendor answer the next creation with this id.
    async fn answer_creation_with(&self, vendor: Vendor, id: &str) {
        let fault = json!({ "kind": "status", "status": 201, "when": "after", "body": created(vendor, id) });
        self.order(vendor, trial(vendor).agents.create, 1, &fault).await;
    }
}

#[tokio::test]
async fn a_creation_with_an_id_that_cannot_be_addressed_is_an_error() {
    let harness = swift().await;
    let long = "x".repeat(256);
    for vendor in Vendor::ALL {
        for id in ["..", ".", "a\r\nb", "\u{7f}", long.as_str()] {
            harness.answer_creation_with(vendor, id).await;
            let answer = harness.post("/v1/agents", &agent(vendor)).await;
            let problem = answer.problem(502, "vendor_protocol_error");
            let shown: String = format!("{id:?}").chars().take(20).collect();
            let operation = format!("/v1/operations/{}", problem["operation_id"].as_str().unwrap());
            let operation = harness.get(&operation).await.expect(200);
            assert_eq!(operation["state"], "failed", "{vendor} {id:?}: {operation}");
            for detail in [&problem["detail"], &operation["last_error"]["detail"]] {
                assert!(detail.as_str().unwrap().contains(&shown), "{vendor} {id:?}: {detail}");
            }
            let listed = harness.get(&format!("/v1/agents?vendor={vendor}")).await.expect(200);
            assert_eq!(listed["data"], json!([]), "{vendor} {id:?}");
        }
    }
}

#[tokio::test]
async fn an_empty_id_is_no_id() {
    let harness = swift().await;
    for vendor in Vendor::ALL {
        harness.answer_creation_with(vendor, "").await;
        let answer = harness.post("/v1/agents", &agent(vendor)).await;
        let path = format!("/v1/agents/{}", answer.body["id"].as_str().unwrap());
        let settled = harness.settled(&path).await;
        let stored = harness.stored(vendor, trial(vendor).agents.collection).await;
        let ids: Vec<_> = stored.as_object().unwrap().keys().collect();
        assert_eq!(ids, [settled["placement"]["remote_id"].as_str().unwrap()], "{vendor}");
    }
}

#[tokio::test]
async fn an_id_that_cannot_be_addressed_is_not_imported() {
    let harness = swift().await;
    for vendor in Vendor::ALL {
        for id in ["..", "a\r\nb"] {
            let import = json!({ "vendor": vendor, "remote_id": id });
            let problem = harness.post("/v1/agents/import", &import).await.problem(422, "validation_failed");
            assert_eq!(crate::harness::pointers(&problem), ["/remote_id"], "{vendor} {id:?}");
        }
    }
}
