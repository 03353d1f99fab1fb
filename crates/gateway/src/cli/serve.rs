//! The command `switchboard serve`.

use std::{
    io::{Write, stdout},
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
};
use switchboard_config::{Config, ConfigFile, server::Server};

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;
use switchboard_sandbox::Sandbox;
use switchboard_store::MasterKey;
use tokio::{net::TcpListener, signal::unix::Signal};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    Source,
    preset::{self, DEVELOPMENT_KEY},
};
use crate::{
    reload::{Live, Origin},
    server::{self, Routes, ShutdownLimits},
    telemetry,
};

/// Serves the API.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    source: Source,
    /// Starts the vendor simulators and uses them. Needs no vendor account; records stay in memory.
    #[arg(long)]
    sandbox: bool,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sandbox = if self.sandbox {
            Some(Sandbox::start(anywhere).await.context("cannot start the sandbox")?)
        } else {
            None
        };
        let origin = self.source.after(sandbox.as_ref().map(preset::toml));
        let file = origin.current_file();
        let config = origin.read(file.as_ref())?;
        let traces = telemetry::start(&config.telemetry)?;
        let (stop, reload) = (switchboard_cli::stop_signal()?, server::reload_signal()?);
        let running = Running::start(origin, config).await?;
        if let Some(sandbox) = &sandbox {
            greet(running.address, sandbox)?;
        }
        running.serve(file, reload, stop).await;
        if let Some(traces) = traces {
            traces.flush().await;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A gateway with bound listeners.
struct Running {
    address: SocketAddr,
    services: Vec<(TcpListener, Routes)>,
    limits: ShutdownLimits,
    live: Live,
}

impl Running {
    async fn start(origin: Origin, config: Config) -> anyhow::Result<Self> {
        let key = config.store.key.as_ref().map(MasterKey::parse).transpose().context("store.key")?;
        let opened = switchboard_store::open(config.store.url.expose_secret(), key)
            .await
            .context("cannot open the store")?;
        if let Some(notice) = &opened.notice {
            info!("{notice}");
        }
        let Server { listen, admin_listen, header_timeout, shutdown_grace, .. } = config.server;
        let live = Live::begin(origin, config, opened)?;
        let listener = bind(listen).await?;
        let address = listener.local_addr()?;
        info!(%address, "serving the API");
        let mut services = vec![(listener, live.public())];
        if let Some(admin) = admin_listen {
            let listener = bind(admin).await?;
            info!(address = %listener.local_addr()?, "serving health");
            services.push((listener, live.admin()));
        }
        live.start_background();
        let limits = ShutdownLimits { header: header_timeout, shutdown: shutdown_grace };
        Ok(Self { address, services, limits, live })
    }

    async fn serve(self, file: Option<ConfigFile>, reload: Signal, stop: impl Future<Output = ()>) {
        let Self { services, limits, mut live, .. } = self;
        let stopping = CancellationToken::new();
        let stop = async {
            stop.await;
            stopping.cancel();
        };
        let watching = live.watch(file, reload, stopping.clone());
        tokio::join!(server::serve(services, limits, stop), watching);
        // A write can outlast its connection, so the engine gets the same time again.
        live.end(limits.shutdown).await;
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Prints the next steps for a new user.
fn greet(address: SocketAddr, sandbox: &Sandbox) -> anyhow::Result<()> {
    let body = r#"{"name":"Reception","direction":"inbound","language":"de","prompt":{"instructions":"You answer the phone."},"voice":{"id":"qv-aurora","speed":1.15}}"#;
    writeln!(
        stdout(),
        "Switchboard is running with simulated vendors at http://{}.\n\
         The docs:        http://{address}/docs\n\
         The key:         {DEVELOPMENT_KEY}\n\
         A first agent:\n\n  \
         curl -sS http://{address}/v1/agents -H 'Authorization: Bearer {DEVELOPMENT_KEY}' \\\n    \
         -H 'Content-Type: application/json' -d '{body}'\n",
        sandbox.address()
    )?;
    Ok(())
}
