//! The agents that are planned and moved.

use futures::future::try_join_all;
use serde_json::{Value, json};

use crate::{
    api::{Api, document},
    cost,
    measuring::{agent, template::Template},
    moving::MeasuredMigration,
    stage::Stage,
};

/// Agents that are made at once.
const AT_ONCE: usize = 16;

/// Makes so many agents; gives what that cost, and their ids.
///
/// # Errors
/// If one cannot be made.
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

/// The agent of all benchmarks in words that both vendors know.
fn portable() -> anyhow::Result<Value> {
    let mut agent = agent::document()?;
    agent["voice"] = json!({ "id": "desk", "speed": 1.1 });
    agent["model"] = json!({ "name": "fast" });
    for foreign in ["knowledge_base_ids", "phone_number_id", "transfer"] {
        agent.as_object_mut().map(|members| members.remove(foreign));
    }
    Ok(agent)
}
