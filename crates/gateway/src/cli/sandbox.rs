//! The command `switchboard sandbox`.

use std::{
    io::{self, Write},
    net::SocketAddr,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use serde::Serialize;
use switchboard_cli::{OutputFormat, Render};
use switchboard_sandbox::{Sandbox, SandboxOptions, Vendor};

/// Runs the vendor simulators without a gateway.
#[derive(Debug, Args)]
pub struct Simulate {
    /// Address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Permits faults that kill processes of this user, for tests of durability. Any user of this machine can then
    /// inject such a fault.
    #[arg(long)]
    allow_kills: bool,
    /// Maximum number of recorded requests, across all simulators. Beyond this number or 64 MiB of bodies, the oldest
    /// requests are dropped. 0 disables recording.
    #[arg(long, value_name = "REQUESTS", default_value_t = SandboxOptions::default().journal)]
    journal: usize,
    #[command(flatten)]
    form: OutputFormat,
}

impl Simulate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.simulate().await)
    }

    async fn simulate(self) -> anyhow::Result<ExitCode> {
        let stop = switchboard_cli::stop_signal()?;
        let options = SandboxOptions { journal: self.journal, kills: self.allow_kills };
        let sandbox = Sandbox::start_with(self.listen, options)
            .await
            .with_context(|| format!("cannot listen on {}", self.listen))?;
        self.form.print_result(&Simulators::new(&sandbox))?;
        tokio::select! {
            () = sandbox.stopped() => {}
            () = stop => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The addresses and keys of the simulators.
#[derive(Serialize)]
struct Simulators {
    simulators: Vec<Simulator>,
    /// URL of the recorded requests and of fault injection.
    control: String,
}

/// One simulator.
#[derive(Serialize)]
struct Simulator {
    name: String,
    base_url: String,
    api_key: String,
}

impl Simulators {
    fn new(sandbox: &Sandbox) -> Self {
        let simulator = |vendor| Simulator {
            name: Vendor::to_string(&vendor),
            base_url: sandbox.base_url(vendor),
            api_key: Sandbox::api_key(vendor).to_owned(),
        };
        Self {
            simulators: Vendor::ALL.into_iter().map(simulator).collect(),
            control: format!("http://{}/_sandbox", sandbox.address()),
        }
    }
}

impl Render for Simulators {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        for Simulator { name, base_url, api_key } in &self.simulators {
            writeln!(to, "{name}: base_url = \"{base_url}\", key {api_key}")?;
        }
        writeln!(to, "Recorded requests and fault injection: {}", self.control)
    }
}
