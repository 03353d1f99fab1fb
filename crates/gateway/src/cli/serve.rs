//! `switchboard serve`.

use std::{
    io::{Write, stdout},
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;
use switchboard_sandbox::Sandbox;
use switchboard_store::MasterKey;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::{
    Source,
    preset::{self, DEVELOPMENT_KEY},
};
use crate::{
    adapters::ADAPTERS,
    api::{self, Api},
    auth::Keys,
    config::{Config, Problems},
    edge::{self, Edge, asked, body::Limits, page::Cursors},
    server::{self, Patience, Routes},
    service::Service,
    telemetry,
};

/// Serves the API.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    source: Source,
    /// Starts the vendor simulators and uses them: no account is needed, and nothing is kept.
    #[arg(long)]
    sandbox: bool,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sandbox =
            if self.sandbox { Some(Sandbox::start(anywhere).await.context("the sandbox")?) } else { None };
        let preset = sandbox.as_ref().map(preset::toml);
        let config = self.source.load(preset.as_deref())?;
        let traces = telemetry::start(&config.telemetry)?;
        let stop = server::stop_signal()?;
        let running = Running::start(&config).await?;
        if let Some(sandbox) = &sandbox {
            greet(running.address, sandbox)?;
        }
        running.serve(&config, stop).await;
        if let Some(traces) = traces {
            traces.flush().await;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A gateway whose listeners are bound.
struct Running {
    address: SocketAddr,
    service: Arc<Service>,
    services: Vec<(TcpListener, Routes)>,
    background: CancellationToken,
}

impl Running {
    async fn start(config: &Config) -> anyhow::Result<Self> {
        let key = config.store.key.as_ref().map(MasterKey::parse).transpose().context("store.key")?;
        let opened = switchboard_store::open(config.store.url.expose_secret(), key)
            .await
            .context("the store cannot be opened")?;
        if let Some(notice) = &opened.notice {
            info!("{notice}");
        }
        let service = Service::new(config, opened.store, &ADAPTERS, api::refuse).map_err(Problems)?;
        let service = Arc::new(service);
        let limits = Limits { max_bytes: config.server.max_body_bytes, timeout: config.server.body_timeout };
        let patience = asked::Patience { usual: config.writes.wait, longest: config.writes.longest_wait };
        let cursors = Cursors::new(&opened.signing_key);
        let api = Api { service: service.clone(), cursors, limits, patience };
        let keys: Keys = config.keys.iter().map(|key| (key.name.as_str(), key.hash)).collect();
        let edge = Edge::new(keys, config.server.max_in_flight);

        let listener = bind(config.server.listen).await?;
        let address = listener.local_addr()?;
        info!(%address, "serving the API");
        let mut services =
            vec![(listener, edge::dress(api::public(api.clone(), config.public.docs), edge.clone()).into())];
        if let Some(admin) = config.server.admin_listen {
            let listener = bind(admin).await?;
            info!(address = %listener.local_addr()?, "serving health");
            services.push((listener, edge::dress(api::admin(api), edge).into()));
        }
        let background = CancellationToken::new();
        service.clone().work(background.clone());
        Ok(Self { address, service, services, background })
    }

    async fn serve(self, config: &Config, stop: impl Future<Output = ()>) {
        let patience =
            Patience { header: config.server.header_timeout, shutdown: config.server.shutdown_grace };
        server::serve(self.services, patience, stop).await;
        self.background.cancel();
        // A write outlives its connection, so it has the same time once more.
        let _ = tokio::time::timeout(config.server.shutdown_grace, self.service.close()).await;
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// What to do next, for somebody who has just started it.
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
