//! The records that the cases of a test are about.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::Harness,
};

/// An assistant that somebody made at the vendor.
pub const IMPORTED: &str = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f11";

/// An agent and a trunk.
pub struct Standing {
    agent: String,
    trunk: String,
}

impl Standing {
    /// The ids of nothing.
    pub fn nowhere() -> Self {
        Self {
            agent: "agt_01kd4xq7cme5jr1c9zv0w8s3tf".into(),
            trunk: "trk_01kd4xqbn2f1krt6a7hd4m9g5e".into(),
        }
    }

    /// Makes both, with a merge patch applied.
    pub async fn made(harness: &Harness, patch: &Value) -> Self {
        let agent = harness.create("/v1/agents", &with(agent(Vendor::Qcall), patch.clone())).await.id;
        let trunk = harness.create("/v1/trunks", &with(trunk(), patch.clone())).await.id;
        Self { agent, trunk }
    }

    /// The id that belongs into a path.
    pub fn of(&self, template: &str) -> &str {
        if template.starts_with("/v1/trunks") { &self.trunk } else { &self.agent }
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
