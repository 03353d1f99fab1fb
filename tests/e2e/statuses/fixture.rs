//! The records to which the cases of a test refer.

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::Harness,
    migrations::portable,
};

/// The vendor's id of an assistant that was created without the gateway.
pub const IMPORTED: &str = "5f0c2a44-8f7e-4d56-9b0e-3f6f6a2f9f11";

/// The placeholder for the fixture's plan in request bodies.
pub const PLANNED: &str = "plan_01kkcvb8q0e9w8d2m7a3r5x6tz";

/// The placeholder for the fixture's agent in request bodies.
pub const CALLER: &str = "agt_01kd4xq7cme5jr1c9zv0w8s3tf";

/// The ids of an agent, a trunk, an operation, the plan of a migration, a migration, and a call.
pub struct Fixture {
    pub agent: String,
    /// The vendor's id of the agent.
    pub remote_agent: String,
    pub trunk: String,
    pub operation: String,
    pub plan: String,
    pub migration: String,
    pub call: String,
}

impl Fixture {
    /// Returns a fixture whose ids do not exist.
    pub fn nowhere() -> Self {
        Self {
            agent: CALLER.into(),
            remote_agent: IMPORTED.into(),
            trunk: "trk_01kd4xqbn2f1krt6a7hd4m9g5e".into(),
            operation: "op_01kd4xqd3mf0wrtyq5b8n2c7vz".into(),
            plan: PLANNED.into(),
            migration: "mig_01kkcvb8q0e9w8d2m7a3r5x6tz".into(),
            call: "call_01kd4xr2hge4m9v6s3w8b5n7tz".into(),
        }
    }

    /// Creates an agent with a second revision, and a trunk, each with a merge patch applied. The operation
    /// is the creation of the agent. The agent is already at the destination of the migration, so the
    /// migration ends immediately.
    pub async fn made(harness: &Harness, patch: &Value) -> Self {
        Self::of_agent(harness, &with(agent(Vendor::QCALL), patch.clone()), patch).await
    }

    /// Creates a fixture with this agent.
    pub async fn of_agent(harness: &Harness, agent: &Value, patch: &Value) -> Self {
        let agent = harness.create("/v1/agents", agent).await;
        harness.patch(&agent.path, &json!({ "name": "Second" })).await.expect(200);
        let trunk = harness.create("/v1/trunks", &with(trunk(), patch.clone())).await.id;
        let operations = harness.get(&format!("/v1/operations?resource_id={}", agent.id)).await.expect(200);
        let operation = operations["data"][0]["id"].as_str().unwrap().to_owned();
        let stay = json!({ "to": agent.body["placement"]["vendor"], "ids": [agent.id] });
        let plan = planned(harness, &stay).await;
        let migration = started(harness, &plan).await;
        let call = Self::nowhere().call;
        Self { agent: agent.id, remote_agent: agent.remote_id, trunk, operation, plan, migration, call }
    }

    /// Replaces the plan by the plan of another migration.
    pub async fn planned(self, harness: &Harness, request: &Value) -> Self {
        Self { plan: planned(harness, request).await, ..self }
    }

    /// Replaces the migration by one that does not end, because the new vendor does not answer.
    pub async fn moving(self, harness: &Harness) -> Self {
        let agent = harness.create("/v1/agents", &portable("Mover")).await;
        let to = Vendor::AUTOCALLS_2026;
        harness.order(to, "createAssistant", 1, &json!({ "kind": "hold" })).await;
        let plan = planned(harness, &json!({ "to": to, "ids": [agent.id] })).await;
        let migration = started(harness, &plan).await;
        harness.once_held(1).await;
        Self { migration, ..self }
    }

    /// Replaces the operation by one that needs attention, because the vendor may or may not have sold a
    /// number.
    pub async fn stuck(self, harness: &Harness) -> Self {
        harness.order(Vendor::OPENCX, "buyPhoneNumber", 1, &json!({ "kind": "reset" })).await;
        let answer = harness.post("/v1/agents", &agent(Vendor::OPENCX)).await;
        let path = answer.header("location").unwrap().to_owned();
        answer.expect(202);
        let operation = harness.operation(&path, "needs_attention").await["id"].as_str().unwrap().to_owned();
        Self { operation, ..self }
    }

    /// Returns the id for the parameter of a path template.
    pub fn id_for(&self, template: &str) -> &str {
        match template.split('/').nth(2) {
            Some("trunks") => &self.trunk,
            Some("calls") => &self.call,
            Some("operations") => &self.operation,
            Some("migrations") => &self.migration,
            _ => &self.agent,
        }
    }
}

async fn planned(harness: &Harness, request: &Value) -> String {
    let plan = harness.post("/v1/migrations/plan", request).await.expect(200);
    plan["plan_id"].as_str().unwrap().to_owned()
}

async fn started(harness: &Harness, plan: &str) -> String {
    let start = json!({ "plan_id": plan, "accept_loss": [""] });
    let migration = harness.post("/v1/migrations", &start).await.expect(202);
    migration["id"].as_str().unwrap().to_owned()
}

/// Creates an assistant at the vendor without the gateway.
pub async fn make_in_the_console(harness: &Harness) {
    let model = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    let record = harness.stored(Vendor::QCALL, "assistants").await[&model.remote_id].clone();
    harness
        .put_record(Vendor::QCALL, "assistants", IMPORTED, &with(record, json!({ "name": "Front desk" })))
        .await;
    harness.delete(&model.path).await.expect(204);
}
