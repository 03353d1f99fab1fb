//! Planning the move of all agents.

use anyhow::ensure;
use serde_json::json;

use crate::{
    api::{Api, document},
    cost::{self, Cost},
    stage::{Stage, VENDORS},
};

/// The catalogues that a cold plan may request from a vendor.
const LISTS: [&str; 2] = ["listLanguages", "listModels"];

/// A plan and its cost.
pub struct Planned {
    pub cost: Cost,
    /// The size of the answer, in bytes.
    pub bytes: usize,
    pub id: String,
}

/// The costs of the plans: in every round, one cold plan and one warm plan.
pub type Rounds = Vec<[Planned; 2]>;

/// # Errors
/// Fails if a plan fails, omits agents, or causes a vendor request that is not allowed.
pub async fn run(mut stage: Stage, agents: usize, rounds: usize) -> anyhow::Result<(Stage, Rounds)> {
    let mut plans = Rounds::new();
    for _ in 0..rounds {
        stage = stage.restart()?;
        let (cold, warm) = (plan(&stage, agents).await?, plan(&stage, agents).await?);
        let asked: Vec<_> = cold.cost.requests.keys().map(|(_, operation)| operation.as_str()).collect();
        ensure!(asked.iter().all(|asked| LISTS.contains(asked)), "a cold plan asked vendors: {asked:?}");
        ensure!(warm.cost.requests.is_empty(), "a warm plan asked vendors: {:?}", warm.cost.requests);
        ensure!(cold.id == warm.id, "the same agents have two plans");
        plans.push([cold, warm]);
    }
    Ok((stage, plans))
}

async fn plan(stage: &Stage, agents: usize) -> anyhow::Result<Planned> {
    let mut gateway = Api::of_gateway(stage).await?;
    let request = json!({ "to": VENDORS[1] }).to_string();
    let (answer, cost) = cost::measure(stage, gateway.post("/v1/migrations/plan", request)).await?;
    let plan = document(&answer)?;
    let summary = &plan["summary"];
    ensure!(summary["total"] == agents && summary["blocked"] == 0, "{summary} {}", plan["agents"][0]);
    Ok(Planned { cost, bytes: answer.len(), id: plan["plan_id"].to_string() })
}
