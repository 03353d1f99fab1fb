//! Moving agents to another vendor and back.

use std::time::Duration;

use anyhow::ensure;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;
use tokio::time::sleep;

use crate::{
    api::{Api, document},
    cost::{self, Cost},
    stage::{Stage, VENDORS},
};

/// The interval at which the benchmark polls a migration's progress.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The treatment of the copies at the vendor that the agents leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retire {
    Delete,
    Keep,
}

impl Retire {
    pub const BOTH: [Self; 2] = [Self::Delete, Self::Keep];

    /// Returns the value of `retire` in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Keep => "keep",
        }
    }
}

/// A migration, with its cost from start to end.
pub struct MeasuredMigration {
    /// The direction, and the value of `retire`.
    pub name: String,
    pub moves: usize,
    pub cost: Cost,
}

/// # Errors
/// Fails if any agent cannot move.
pub async fn there_and_back(
    stage: &Stage,
    ids: &[String],
    retire: Retire,
) -> anyhow::Result<[MeasuredMigration; 2]> {
    let [home, abroad] = VENDORS;
    let there = measure(stage, ids, ("there", abroad), retire).await?;
    let back = measure(stage, ids, ("back", home), retire).await?;
    Ok([there, back])
}

async fn measure(
    stage: &Stage,
    ids: &[String],
    (way, to): (&str, Vendor),
    retire: Retire,
) -> anyhow::Result<MeasuredMigration> {
    let mut gateway = Api::of_gateway(stage).await?;
    let request = json!({ "to": to, "ids": ids });
    let plan = document(&gateway.post("/v1/migrations/plan", request.to_string()).await?)?;
    let start = json!({ "plan_id": plan["plan_id"], "accept_loss": [""], "retire": retire.name() });
    let (ended, cost) = cost::measure(stage, async {
        let mut migration = document(&gateway.post("/v1/migrations", start.to_string()).await?)?;
        let path = format!("/v1/migrations/{}", migration["id"].as_str().unwrap_or_default());
        while migration["finished_at"].is_null() {
            sleep(POLL_INTERVAL).await;
            migration = document(&gateway.get(&path).await?)?;
        }
        anyhow::Ok::<Value>(migration)
    })
    .await?;
    ensure!(ended["state"] == "done" && ended["moved"] == ids.len(), "{ended}");
    Ok(MeasuredMigration { name: format!("{way}, {}", retire.name()), moves: ids.len(), cost })
}
