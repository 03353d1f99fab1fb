//! The agents that the benchmark plans and moves.

use futures::future::try_join_all;
use serde_json::{Value, json};

use crate::{
    api::{Api, document},
    cost,
    measuring::{agent, template::Template},
    moving::MeasuredMigration,
    stage::Stage,
};

/// The number of agents that are created concurrently.
const AT_ONCE: usize = 16;

/// Creates `count` agents. Returns the cost and the ids of the agents.
///
/// # Errors
/// Fails if an agent cannot be created.
pub async fn make(stage: &Stage, count: usize) -> anyhow::Result<(MeasuredMigration, Vec<String>)> {
    let body = Template::new(&portable()?)?;
    let body = &body;
    let (made, cost) = cost::measure(stage, async {
        let makers = (0..AT_ONCE.min(count)).map(async |first| {
            let mut gateway = Api::of_gateway(stage).await?;
            let mut ids = Vec::new();
            for number in (first..count).step_by(AT_ONCE) {
                let made = document(&gateway.post("/v1/agents", body.with(number as u64)).await?)?;
                ids.extend(made["id"].as_str().map(ToOwned::to_owned));
            }
            anyhow::Ok(ids)
        });
        try_join_all(makers).await
    })
    .await?;
    Ok((MeasuredMigration { name: "create".to_owned(), moves: count, cost }, made.concat()))
}

/// Returns the agent of all benchmarks, with only values that both vendors support.
fn portable() -> anyhow::Result<Value> {
    let mut agent = agent::document()?;
    agent["voice"] = json!({ "id": "desk", "speed": 1.1 });
    agent["model"] = json!({ "name": "fast" });
    for foreign in ["knowledge_base_ids", "phone_number_id", "transfers"] {
        agent.as_object_mut().map(|members| members.remove(foreign));
    }
    Ok(agent)
}
