//! The active configuration, with everything that is built from it.

use std::{mem, sync::Arc, time::Duration};
use switchboard_api::{
    self as api, Api, edge, edge::Edge, edge::body::Limits, edge::keys::Keys, edge::page::Cursors,
    edge::write_headers::WaitLimits,
};
use switchboard_config::{Config, ConfigFile, Problem, Problems, Values};
use switchboard_engine::Engine;
use switchboard_registry::ADAPTERS;

use axum::Router;
use switchboard_store::Opened;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::Origin;
use crate::server::Routes;

/// Keys, and prefixes of keys, whose changes need a restart.
const UNTIL_RESTART: [&str; 7] = [
    "server.listen",
    "server.admin_listen",
    "server.header_timeout_s",
    "server.max_in_flight",
    "server.shutdown_grace_s",
    "store.",
    "telemetry.",
];

/// The active configuration, with everything that is built from it.
pub struct Live {
    pub(super) origin: Arc<Origin>,
    pub(super) config: Config,
    /// Values at the start of the process.
    started_with: Values,
    engine: Arc<Engine>,
    background: CancellationToken,
    cursors: Cursors,
    edge: Edge,
    public: Routes,
    admin: Routes,
}

impl Live {
    /// Builds a gateway from its first configuration.
    ///
    /// # Errors
    /// The problems of vendors' settings.
    pub fn begin(origin: Origin, config: Config, store: Opened) -> Result<Self, Problems> {
        let engine = Engine::new(&config, store.store, &ADAPTERS, api::render_problem).map_err(Problems)?;
        let engine = Arc::new(engine);
        let cursors = Cursors::new(&store.signing_key);
        let edge = Edge::new(keys(&config), config.server.max_in_flight);
        let [public, admin] = routers(&config, &engine, &cursors, &edge);
        Ok(Self {
            origin: Arc::new(origin),
            started_with: config.values.clone(),
            config,
            engine,
            background: CancellationToken::new(),
            cursors,
            edge,
            public: public.into(),
            admin: admin.into(),
        })
    }

    /// Returns the routes of the API.
    pub fn public(&self) -> Routes {
        self.public.clone()
    }

    /// Returns the routes of the admin listener.
    pub fn admin(&self) -> Routes {
        self.admin.clone()
    }

    /// Starts the background tasks.
    pub fn start_background(&self) {
        self.engine.start_background(&self.background);
    }

    /// Reads the configuration again and applies it. Logs the changed keys, or the problems for which it is refused.
    pub(super) async fn reload(&mut self, file: Option<ConfigFile>) {
        let next = match self.next(file).await {
            Ok(next) => next,
            Err(Problems(problems)) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                let problems = problems.join("; ");
                return error!(problems, "failed to replace the configuration");
            }
        };
        let (config, engine) = next;
        let changed = describe(self.config.values.differing(&config.values), false);
        let waiting = describe(self.started_with.differing(&config.values), true);
        self.apply(config, engine);
        info!(changed, "configuration replaced");
        if !waiting.is_empty() {
            warn!(keys = waiting, "configuration changes need a restart");
        }
    }

    /// Reads the configuration with this file, and builds its engine.
    async fn next(&self, file: Option<ConfigFile>) -> Result<(Config, Engine), Problems> {
        let origin = self.origin.clone();
        // References may name files, so reading blocks.
        let config = tokio::task::spawn_blocking(move || origin.read(file.as_ref())).await;
        let config = config.unwrap_or_else(|broken| {
            Err(Problems(vec![Problem::new("", format!("the configuration could not be read: {broken}"))]))
        })?;
        if config.keys.is_empty() && !self.config.keys.is_empty() {
            let why = "must not become empty while the gateway runs: restart it to switch authentication off";
            let mut problems = vec![Problem::new("auth.keys", why)];
            problems.extend(self.engine.check(&config).await.err().into_iter().flatten());
            return Err(Problems(problems));
        }
        let engine = self.engine.reconfigured(&config).await.map_err(Problems)?;
        Ok((config, engine))
    }

    /// Applies the configuration to every request that begins afterwards.
    fn apply(&mut self, config: Config, engine: Engine) {
        self.engine = Arc::new(engine);
        self.edge = self.edge.with_keys(keys(&config));
        let [public, admin] = routers(&config, &self.engine, &self.cursors, &self.edge);
        self.public.replace(public);
        self.admin.replace(admin);
        mem::take(&mut self.background).cancel();
        self.start_background();
        self.config = config;
    }

    /// Stops the background tasks and waits for running writes, at most for `grace`.
    pub async fn end(self, grace: Duration) {
        self.background.cancel();
        let _ = timeout(grace, self.engine.close()).await;
    }
}

fn keys(config: &Config) -> Keys {
    config.keys.iter().map(|key| (key.name.as_str(), key.hash)).collect()
}

/// Builds the routes of both listeners: the API, and health.
fn routers(config: &Config, engine: &Arc<Engine>, cursors: &Cursors, edge: &Edge) -> [Router; 2] {
    let api = Api {
        engine: engine.clone(),
        cursors: cursors.clone(),
        limits: Limits { max_bytes: config.server.max_body_bytes, timeout: config.server.body_timeout },
        wait_limits: WaitLimits { wait: config.writes.wait, longest_wait: config.writes.longest_wait },
    };
    let public = api::public(api.clone(), config.public.docs);
    [edge::with_layers(public, edge.clone()), edge::with_layers(api::admin(api), edge.clone())]
}

/// Lists the keys whose changes need a restart, or all others.
fn describe(keys: Vec<String>, until_restart: bool) -> String {
    let waits = |key: &String| UNTIL_RESTART.iter().any(|beginning| key.starts_with(beginning));
    let keys: Vec<_> = keys.into_iter().filter(|key| waits(key) == until_restart).collect();
    keys.join(", ")
}
