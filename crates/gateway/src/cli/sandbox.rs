//! `switchboard sandbox`.

use std::{
    io::{Write, stdout},
    net::SocketAddr,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use switchboard_sandbox::{Sandbox, Vendor};

use crate::server;

/// Runs the vendor simulators alone.
#[derive(Debug, Args)]
pub struct Simulate {
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
}

impl Simulate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let stop = server::stop_signal()?;
        let sandbox =
            Sandbox::start(self.listen).await.with_context(|| format!("cannot listen on {}", self.listen))?;
        for vendor in Vendor::ALL {
            writeln!(
                stdout(),
                "{vendor}: base_url = \"{}\", api_key = \"{}\"",
                sandbox.base_url(vendor),
                Sandbox::api_key(vendor)
            )?;
        }
        writeln!(stdout(), "What they saw, and faults to order: http://{}/_sandbox", sandbox.address())?;
        tokio::select! {
            () = sandbox.stopped() => {}
            () = stop => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}
