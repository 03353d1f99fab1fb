//! The command `switchboard sandbox`.

use std::{
    io::{Write, stdout},
    net::SocketAddr,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use switchboard_sandbox::{Sandbox, SandboxOptions, Vendor};

/// Runs the vendor simulators without a gateway.
#[derive(Debug, Args)]
pub struct Simulate {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Permits faults that kill processes of this user, for tests of durability. Any user of this machine can then order such
    /// a fault.
    #[arg(long)]
    allow_kills: bool,
    /// Maximum number of recorded requests, of all simulators together. Beyond this number or 64 MiB of bodies, the oldest
    /// requests are dropped. 0 disables recording.
    #[arg(long, value_name = "REQUESTS", default_value_t = SandboxOptions::default().journal)]
    journal: usize,
}

impl Simulate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let stop = switchboard_cli::stop_signal()?;
        let options = SandboxOptions { journal: self.journal, kills: self.allow_kills };
        let sandbox = Sandbox::start_with(self.listen, options)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        for vendor in Vendor::ALL {
            writeln!(
                stdout(),
                "{vendor}: base_url = \"{}\", api_key = \"{}\"",
                sandbox.base_url(vendor),
                Sandbox::api_key(vendor)
            )?;
        }
        writeln!(stdout(), "Recorded requests and fault injection: http://{}/_sandbox", sandbox.address())?;
        tokio::select! {
            () = sandbox.stopped() => {}
            () = stop => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}
