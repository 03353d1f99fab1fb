//! Planning to move all agents.

use anyhow::ensure;
use serde_json::json;

use crate::{
    api::{Api, document},
    cost::{self, Cost},
    stage::{Stage, VENDORS},
};

/// What a plan may ask a vendor for the first time: the lists that it looks up.
const LISTS: [&str; 2] = ["listLanguages", "listModels"];

/// A plan and what it cost.
pub struct Planned {
    pub cost: Cost,
    /// Bytes of the answer.
    pub bytes: usize,
    pub id: String,
}

/// What cold and warm plans cost, one of each in every round.
pub type Rounds = Vec<[Planned; 2]>;

/// # Errors
/// If a plan fails, is not of all agents, or asks a vendor for more than it may.
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
