//! `switchboard calls erase`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::one::One;
use crate::{
    client::Ask,
    render::{EXIT_CHANGES, Render, confirm},
};

/// Erases the personal data of an ended call in the gateway and, if the vendor supports it, at the vendor. Asks for
/// confirmation.
///
/// Exits with 0 if the call is erased as far as possible, with 2 if the vendor has not erased it yet or you do not
/// confirm, and with 1 if the command failed, for example because the call has not ended.
#[derive(Debug, Args)]
pub struct Erase {
    #[command(flatten)]
    call: One,
    /// Erases without asking for confirmation.
    #[arg(long)]
    yes: bool,
}

/// The answer to the erasure.
#[derive(Serialize)]
#[serde(transparent)]
struct Erased(Value);

impl Erase {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.call.form;
        form.finish(self.erase().await)
    }

    async fn erase(self) -> anyhow::Result<ExitCode> {
        let One { id, connection, form } = &self.call;
        let client = connection.open()?;
        if !self.yes && !confirm(&format!("Erase the personal data of {id}?"))? {
            return Ok(ExitCode::from(EXIT_CHANGES));
        }
        // The request is idempotent, so it can be repeated safely.
        let answer = client.send(&Ask::delete(["calls", id]).repeatable()).await?.body;
        let is_pending = answer["vendor"] == "pending";
        form.print_result(&Erased(answer))?;
        Ok(if is_pending { ExitCode::from(EXIT_CHANGES) } else { ExitCode::SUCCESS })
    }
}

impl Render for Erased {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |name: &str| self.0[name].as_str().unwrap_or_default();
        writeln!(to, "in the gateway: {}\nat the vendor: {}", text("here"), text("vendor"))
    }
}
