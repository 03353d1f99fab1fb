//! The commands for moves of agents to another vendor: `parity` and `move`.

mod follow;
mod parity;
mod relocate;
mod summary;

use serde_json::{Value, json};

use super::{
    client::{Ask, Client},
    fleet::{Label, unique},
};

pub use self::{follow::follow, parity::Parity, relocate::Move};

/// Plans a migration of the agents that have all of these labels. If `vendor` is given, the plan covers only agents
/// that run at this vendor.
async fn plan(
    client: &Client,
    to: Option<&str>,
    vendor: Option<&str>,
    labels: &[Label],
) -> anyhow::Result<Value> {
    let labels = unique("--label", labels)?;
    let request = json!({ "to": to, "filter": { "vendor": vendor, "labels": labels } });
    Ok(client.send(&Ask::plan(["migrations", "plan"], request)).await?.body)
}
