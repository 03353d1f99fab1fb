//! The records that the cases of a test are about.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::Harness,
};

/// An assistant that somebody made at the vendor.
pub const IMPORTED: &str = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f11";

/// An agent, a trunk and an operation.
pub struct Standing {
    pub agent: String,
    /// The vendor's id of it.
    pub remote_agent: String,
    pub trunk: String,
    pub operation: String,
}

impl Standing {
    /// The ids of nothing.
    pub fn nowhere() -> Self {
        Self {
            agent: "agt_01kd4xq7cme5jr1c9zv0w8s3tf".into(),
            remote_agent: IMPORTED.into(),
            trunk: "trk_01kd4xqbn2f1krt6a7hd4m9g5e".into(),
            operation: "op_01kd4xqd3mf0wrtyq5b8n2c7vz".into(),
        }
    }

    /// Makes an agent and a trunk with a merge patch applied, and the agent's second revision; the operation is the agent's
    /// creation.
    pub async fn made(harness: &Harness, patch: &Value) -> Self {
        Self::of_agent(harness, &with(agent(Vendor::Qcall), patch.clone()), patch).await
    }

    /// The same with this agent.
    pub async fn of_agent(harness: &Harness, agent: &Value, patch: &Value) -> Self {
        let agent = harness.create("/v1/agents", agent).await;
        harness.patch(&agent.path, &json!({ "name": "Second" })).await.expect(200);
        let trunk = harness.create("/v1/trunks", &with(trunk(), patch.clone())).await.id;
        let operations = harness.get(&format!("/v1/operations?resource_id={}", agent.id)).await.expect(200);
        let operation = operations["data"][0]["id"].as_str().unwrap().to_owned();
        Self { agent: agent.id, remote_agent: agent.remote_id, trunk, operation }
    }

    /// The same with an operation that needs attention: the vendor may have sold a number, or not.
    pub async fn stuck(self, harness: &Harness) -> Self {
        harness.order(Vendor::Opencx, "buyPhoneNumber", 1, &json!({ "kind": "reset" })).await;
        let answer = harness.post("/v1/agents", &agent(Vendor::Opencx)).await;
        let path = answer.header("location").unwrap().to_owned();
        answer.expect(202);
        let operation = harness.operation(&path, "needs_attention").await["id"].as_str().unwrap().to_owned();
        Self { operation, ..self }
    }

    /// The id that belongs into a path.
    pub fn of(&self, template: &str) -> &str {
        match template.split('/').nth(2) {
            Some("trunks") => &self.trunk,
            Some("operations") => &self.operation,
            _ => &self.agent,
        }
    }
}

/// Makes an assistant at the vendor, which no agent here knows.
pub async fn make_in_the_console(harness: &Harness) {
    let model = harness.create("/v1/agents", &agent(Vendor::Qcall)).await;
    let record = harness.stored(Vendor::Qcall, "assistants").await[&model.remote_id].clone();
    harness
        .plant(Vendor::Qcall, "assistants", IMPORTED, &with(record, json!({ "name": "Front desk" })))
        .await;
    harness.delete(&model.path).await.expect(204);
}
