//! `switchboard calls resolve`.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::one::One;
use crate::client::Ask;

/// Resolves a call that the gateway cannot find at the vendor: links it to one of the vendor's calls, or states that it
/// was not placed.
#[derive(Debug, Args)]
pub struct Resolve {
    #[command(flatten)]
    call: One,
    #[command(flatten)]
    decision: Decision,
}

/// The decision: exactly one of the two options.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Decision {
    /// The vendor's own id of the call.
    #[arg(long, value_name = "ID")]
    remote_id: Option<String>,
    /// States that the vendor certainly did not place the call.
    #[arg(long)]
    not_placed: bool,
}

impl Resolve {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let body = match self.decision.remote_id {
            Some(remote_id) => json!({ "remote_id": remote_id }),
            None => json!({ "not_placed": true }),
        };
        let ask = Ask::post(["calls", &self.call.id, "resolve"], body);
        self.call.show(ask).await
    }
}
