//! The command `switchboard serve`.

use std::{
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
    time::Duration,
};
use switchboard_config::{Config, ConfigFile, Environment, server::Server};

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;
use serde::Serialize;
use switchboard_cli::{OutputFormat, Render, StopSignals};
use switchboard_sandbox::{Sandbox, reachable};
use switchboard_store::MasterKey;
use tokio::{net::TcpListener, signal::unix::Signal, time::sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{
    Source,
    preset::{self, DEVELOPMENT_KEY},
};
use crate::{
    reload::{Live, Origin},
    server::{self, Capacity, Service, TimeLimits},
    telemetry::{Exposition, Telemetry},
};

/// Serves the API.
#[derive(Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    source: Source,
    /// Starts the vendor simulators and uses them as vendors. Needs no vendor account, and keeps records in memory.
    #[arg(long)]
    sandbox: bool,
    /// The address of the API, instead of server.listen.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// The address of the health routes, instead of server.admin_listen. An empty value disables them.
    #[arg(long, value_name = "ADDRESS")]
    admin_listen: Option<String>,
    #[command(flatten)]
    form: OutputFormat,
}

impl Serve {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.serve().await)
    }

    async fn serve(self) -> anyhow::Result<ExitCode> {
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sandbox = if self.sandbox {
            Some(Sandbox::start(anywhere).await.context("cannot start the sandbox")?)
        } else {
            None
        };
        let mut variables = self.variables();
        if self.sandbox {
            variables.extend(preset::variables());
        }
        let origin = self.source.after(sandbox.as_ref().map(preset::toml), variables);
        let file = origin.current_file();
        let config = origin.read(file.as_ref())?;
        let telemetry = Telemetry::start(&config.telemetry)?;
        let (stop, reload) = (StopSignals::listen()?, server::reload_signal()?);
        let running = Running::start(origin, config, telemetry.exposition()).await?;
        if let Some(sandbox) = &sandbox {
            self.form.print_result(&Greeting::new(running.address, sandbox))?;
        }
        let exit = running.serve(file, reload, stop).await;
        if exit == ExitCode::SUCCESS {
            telemetry.flush().await;
        }
        Ok(exit)
    }

    /// Returns the address options as environment variables, which override the file. A preset would not.
    fn variables(&self) -> Environment {
        let listen =
            self.listen.map(|address| ("SWITCHBOARD__SERVER__LISTEN".to_owned(), address.to_string()));
        let admin = self.admin_listen.clone();
        let admin = admin.map(|address| ("SWITCHBOARD__SERVER__ADMIN_LISTEN".to_owned(), address));
        listen.into_iter().chain(admin).collect()
    }
}

/// A gateway whose listeners are bound.
struct Running {
    address: SocketAddr,
    services: Vec<Service>,
    limits: TimeLimits,
    drain: Duration,
    live: Live,
}

impl Running {
    async fn start(origin: Origin, config: Config, exposition: Option<Exposition>) -> anyhow::Result<Self> {
        let key = config.store.key.as_ref().map(MasterKey::parse).transpose().context("store.key")?;
        let opened = switchboard_store::open(config.store.url.expose_secret(), key)
            .await
            .context("cannot open the store")?;
        if let Some(notice) = &opened.notice {
            info!("{notice}");
        }
        let Server { listen, admin_listen, header_timeout, drain, shutdown_grace, .. } = config.server;
        let capacity = Capacity::ensure(config.server.max_connections);
        let max_per_address = config.server.max_connections_per_address;
        let live = Live::begin(origin, config, opened, exposition)?;
        let listener = bind(listen).await?;
        let address = listener.local_addr()?;
        info!(%address, "serving the API");
        let (routes, max_connections) = (live.public(), capacity.api);
        let mut services = vec![Service { listener, routes, max_connections, max_per_address }];
        if let Some(admin) = admin_listen {
            let listener = bind(admin).await?;
            info!(address = %listener.local_addr()?, "serving health");
            let (routes, max_connections) = (live.admin(), capacity.health);
            services.push(Service { listener, routes, max_connections, max_per_address: max_connections });
        }
        live.start_background();
        let limits =
            TimeLimits { header: header_timeout, shutdown: shutdown_grace, time_is_up: live.time_is_up() };
        Ok(Self { address, services, limits, drain, live })
    }

    /// Serves until a stop signal, then drains and stops. A second signal ends the process immediately. This is safe,
    /// because every write is stored before it is sent.
    async fn serve(self, file: Option<ConfigFile>, reload: Signal, mut signals: StopSignals) -> ExitCode {
        let Self { services, limits, drain, mut live, .. } = self;
        let (draining, stopping, grace) = (live.draining(), CancellationToken::new(), limits.shutdown);
        let stop = async {
            draining.cancelled().await;
            sleep(drain).await;
            stopping.cancel();
        };
        let serving = async {
            let watching = live.watch(file, reload, stopping.clone());
            tokio::join!(server::serve(services, limits, stop), watching);
            // A write can outlast its connection, so the engine gets the same grace period again.
            live.end(grace).await;
        };
        let ended_early = async {
            signals.next().await;
            info!(drain_s = drain.as_secs_f64(), "draining; no longer ready");
            draining.cancel();
            signals.next().await;
        };
        tokio::select! {
            () = serving => ExitCode::SUCCESS,
            () = ended_early => {
                warn!("ended by a second stop signal");
                ExitCode::FAILURE
            }
        }
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// The addresses and the key of a gateway with simulated vendors, for a new user.
#[derive(Serialize)]
struct Greeting {
    /// URL of the API.
    url: String,
    /// URL of the documentation.
    docs: String,
    /// The API key.
    key: &'static str,
    /// URL of the simulators.
    simulators: String,
}

impl Greeting {
    fn new(address: SocketAddr, sandbox: &Sandbox) -> Self {
        let address = reachable(address);
        Self {
            url: format!("http://{address}"),
            docs: format!("http://{address}/docs"),
            key: DEVELOPMENT_KEY,
            simulators: format!("http://{}", sandbox.address()),
        }
    }
}

impl Render for Greeting {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { url, docs, key, simulators } = self;
        let body = switchboard_api::examples::new_agent();
        writeln!(
            to,
            "Switchboard is running with simulated vendors at {simulators}.\n\
             The docs:        {docs}\n\
             The key:         {key}\n\
             A first agent:\n\n  \
             curl -sS {url}/v1/agents -H 'Authorization: Bearer {key}' \\\n    \
             -H 'Content-Type: application/json' -d '{body}'\n"
        )
    }
}
