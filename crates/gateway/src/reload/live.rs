//! The active configuration, with the components that are built from it.

use std::{mem, sync::Arc, time::Duration};
use switchboard_api::{
    self as api, Api, Documentation, TrialKey, edge, edge::Bounds, edge::Edge, edge::body::Limits,
    edge::fingerprint::Fingerprints, edge::keys::Keys, edge::page::Cursors, edge::write_headers::WaitLimits,
};
use switchboard_config::{Config, ConfigFile, KeyHash, Problem, Problems, Values};
use switchboard_engine::Engine;
use switchboard_registry::ADAPTERS;

use axum::Router;
use switchboard_store::Opened;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{Origin, metrics};
use crate::{cli::DEVELOPMENT_KEY, server::Routes, telemetry::Exposition};

/// Key prefixes of the settings whose changes take effect only after a restart.
const UNTIL_RESTART: [&str; 11] = [
    "server.listen",
    "server.admin_listen",
    "server.max_connections",
    "server.header_timeout_s",
    "server.max_body_memory_bytes",
    "server.max_in_flight",
    "server.max_wrong_keys",
    "server.drain_s",
    "server.shutdown_grace_s",
    "store.",
    "telemetry.",
];

/// The active configuration, with the components that are built from it.
pub struct Live {
    pub(super) origin: Arc<Origin>,
    pub(super) config: Config,
    /// Values of the configuration at the start of the process.
    started_with: Values,
    engine: Arc<Engine>,
    background: CancellationToken,
    cursors: Cursors,
    fingerprints: Fingerprints,
    draining: CancellationToken,
    edge: Edge,
    public: Routes,
    admin: Routes,
    exposition: Option<Exposition>,
}

impl Live {
    /// Builds the components of a gateway from its first configuration. The admin listener serves the `exposition` of
    /// the metrics.
    ///
    /// # Errors
    /// All problems in the settings of vendors and of calls.
    pub fn begin(
        origin: Origin,
        config: Config,
        store: Opened,
        exposition: Option<Exposition>,
    ) -> Result<Self, Problems> {
        let engine = Engine::new(&config, store.store, &store.signing_key, &ADAPTERS, api::render_problem);
        let engine = engine.map_err(Problems)?;
        let engine = Arc::new(engine);
        let cursors = Cursors::new(&store.signing_key);
        let fingerprints = Fingerprints::new(&store.signing_key);
        let draining = CancellationToken::new();
        let bounds = Bounds {
            max_in_flight: config.server.max_in_flight,
            max_body_memory: config.server.max_body_memory,
            max_wrong_keys: config.server.max_wrong_keys,
        };
        let edge = Edge::new(keys(&config), bounds);
        let live = Self {
            origin: Arc::new(origin),
            started_with: config.values.clone(),
            config,
            engine,
            background: CancellationToken::new(),
            cursors,
            fingerprints,
            draining,
            edge,
            public: Router::new().into(),
            admin: Router::new().into(),
            exposition,
        };
        live.replace_routes();
        metrics::record_start();
        Ok(live)
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

    /// Reads the configuration again and applies it. Logs the keys that changed and those that need a restart, or the
    /// problems that prevent the change.
    pub(super) async fn reload(&mut self, file: Option<ConfigFile>) {
        let next = match self.next(file).await {
            Ok(next) => next,
            Err(Problems(problems)) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                let problems = problems.join("; ");
                metrics::count_refused();
                return error!(problems, "failed to replace the configuration");
            }
        };
        let (config, engine) = next;
        let changed = describe(self.config.values.differing(&config.values), false);
        let waiting = describe(self.started_with.differing(&config.values), true);
        self.apply(config, engine);
        metrics::count_replaced();
        info!(changed, "configuration replaced");
        if !waiting.is_empty() {
            warn!(keys = waiting, "configuration changes need a restart");
        }
    }

    /// Reads the configuration with this file, and builds the engine of the new configuration. Refuses a configuration
    /// without API keys if the active one has API keys, so that a reload cannot disable authentication.
    async fn next(&self, file: Option<ConfigFile>) -> Result<(Config, Engine), Problems> {
        let origin = self.origin.clone();
        // A secret can be a reference to a file (`file:PATH`), so reading the configuration can block.
        let config = tokio::task::spawn_blocking(move || origin.read(file.as_ref())).await;
        let config = config.unwrap_or_else(|broken| {
            Err(Problems(vec![Problem::new("", format!("the configuration could not be read: {broken}"))]))
        })?;
        if config.keys.is_empty() && !self.config.keys.is_empty() {
            let why =
                "must not become empty while the gateway runs: restart the gateway to disable authentication";
            let mut problems = vec![Problem::new("auth.keys", why)];
            problems.extend(self.engine.check(&config).await.err().into_iter().flatten());
            return Err(Problems(problems));
        }
        let engine = self.engine.reconfigured(&config).await.map_err(Problems)?;
        Ok((config, engine))
    }

    /// Applies the configuration to every request that begins afterwards, and restarts the background tasks with it.
    fn apply(&mut self, config: Config, engine: Engine) {
        self.engine = Arc::new(engine);
        self.edge = self.edge.with_keys(keys(&config));
        self.config = config;
        self.replace_routes();
        mem::take(&mut self.background).cancel();
        self.start_background();
    }

    /// Replaces the routes of both listeners with those of the active configuration.
    fn replace_routes(&self) {
        let Config { server, writes, .. } = &self.config;
        let api = Api {
            engine: self.engine.clone(),
            cursors: self.cursors.clone(),
            fingerprints: self.fingerprints.clone(),
            draining: self.draining.clone(),
            limits: Limits {
                max_bytes: server.max_body_bytes,
                timeout: server.body_timeout,
                pause: server.body_pause,
            },
            wait_limits: WaitLimits { wait: writes.wait, longest_wait: writes.longest_wait },
        };
        let routes = api::public(api.clone(), documentation(&self.config));
        self.public.replace(edge::with_layers(routes, self.edge.clone()));
        let exposition = self.exposition.as_ref().map(Exposition::router).unwrap_or_default();
        self.admin.replace(edge::with_layers(api::admin(api).merge(exposition), self.edge.clone()));
    }

    /// Returns the token that is triggered when the process is about to stop. From then on, the process reports that it
    /// is not ready.
    pub fn draining(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Returns the token that is triggered when the process is stopping and callers must be answered now.
    pub fn time_is_up(&self) -> CancellationToken {
        self.engine.time_is_up().clone()
    }

    /// Stops the background tasks and waits for running writes, for at most `grace`.
    pub async fn end(self, grace: Duration) {
        self.background.cancel();
        let _ = timeout(grace, self.engine.close()).await;
    }
}

fn keys(config: &Config) -> Keys {
    config.keys.iter().map(|key| (key.name.as_str(), key.hash)).collect()
}

/// Chooses the documentation that the gateway serves. Its form for trying out a route contains the development key if
/// the configuration accepts that key. That key is not a secret: the sandbox prints the same key for every user.
fn documentation(config: &Config) -> Documentation {
    let development = KeyHash::from_key(DEVELOPMENT_KEY);
    match config.public.docs {
        false => Documentation::Problems,
        true if config.keys.is_empty() => Documentation::Full(TrialKey::NotNeeded),
        true if config.keys.iter().any(|key| key.hash.matches(&development)) => {
            Documentation::Full(TrialKey::Development(DEVELOPMENT_KEY))
        }
        true => Documentation::Full(TrialKey::Entered),
    }
}

/// Joins some of the keys with commas. If `until_restart` is true, keeps the keys whose changes need a restart.
/// Otherwise, keeps the other keys.
fn describe(keys: Vec<String>, until_restart: bool) -> String {
    let waits = |key: &String| UNTIL_RESTART.iter().any(|beginning| key.starts_with(beginning));
    let keys: Vec<_> = keys.into_iter().filter(|key| waits(key) == until_restart).collect();
    keys.join(", ")
}
