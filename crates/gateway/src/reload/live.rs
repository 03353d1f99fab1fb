//! The configuration in force, and what was made of it.

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

/// Keys, and beginnings of them, that keep the values that the process began with.
const UNTIL_RESTART: [&str; 7] = [
    "server.listen",
    "server.admin_listen",
    "server.header_timeout_s",
    "server.max_in_flight",
    "server.shutdown_grace_s",
    "store.",
    "telemetry.",
];

/// The configuration in force, and what was made of it.
pub struct Live {
    pub(super) origin: Arc<Origin>,
    pub(super) config: Config,
    /// What was set when the process began.
    began: Values,
    engine: Arc<Engine>,
    background: CancellationToken,
    cursors: Cursors,
    edge: Edge,
    public: Routes,
    admin: Routes,
}

impl Live {
    /// A gateway under its first configuration.
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
            began: config.values.clone(),
            config,
            engine,
            background: CancellationToken::new(),
            cursors,
            edge,
            public: public.into(),
            admin: admin.into(),
        })
    }

    /// The routes of the API.
    pub fn public(&self) -> Routes {
        self.public.clone()
    }

    /// The routes of the admin listener.
    pub fn admin(&self) -> Routes {
        self.admin.clone()
    }

    /// Lets the background work.
    pub fn work(&self) {
        self.engine.start_background(&self.background);
    }

    /// Reads the configuration anew and puts it into force; says in the log what changed, or why it does not.
    pub(super) async fn reload(&mut self, file: Option<ConfigFile>) {
        let next = match self.next(file).await {
            Ok(next) => next,
            Err(Problems(problems)) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                let problems = problems.join("; ");
                return error!(problems, "the new configuration is refused, and the old one stays");
            }
        };
        let (config, engine) = next;
        let changed = describe(self.config.values.differing(&config.values), false);
        let waiting = describe(self.began.differing(&config.values), true);
        self.put_into_force(config, engine);
        info!(changed, "the configuration was read anew");
        if !waiting.is_empty() {
            warn!(keys = waiting, "a part of the configuration applies after a restart only");
        }
    }

    /// The configuration that a file makes, and the engine under it.
    async fn next(&self, file: Option<ConfigFile>) -> Result<(Config, Engine), Problems> {
        let origin = self.origin.clone();
        // References are read from files, too.
        let config = tokio::task::spawn_blocking(move || origin.read(file.as_ref())).await;
        let config = config.unwrap_or_else(|broken| {
            Err(Problems(vec![Problem::new("", format!("reading it broke off: {broken}"))]))
        })?;
        if config.keys.is_empty() && !self.config.keys.is_empty() {
            let why = "no key is left: authentication is switched off by a restart only";
            let mut problems = vec![Problem::new("auth.keys", why)];
            problems.extend(self.engine.check(&config).await.err().into_iter().flatten());
            return Err(Problems(problems));
        }
        let engine = self.engine.reconfigured(&config).await.map_err(Problems)?;
        Ok((config, engine))
    }

    /// Lets every request that begins from now on have this configuration.
    fn put_into_force(&mut self, config: Config, engine: Engine) {
        self.engine = Arc::new(engine);
        self.edge = self.edge.with_keys(keys(&config));
        let [public, admin] = routers(&config, &self.engine, &self.cursors, &self.edge);
        self.public.replace(public);
        self.admin.replace(admin);
        mem::take(&mut self.background).cancel();
        self.work();
        self.config = config;
    }

    /// Stops the background, and waits for the writes that run, as long as requests were waited for.
    pub async fn end(self, grace: Duration) {
        self.background.cancel();
        let _ = timeout(grace, self.engine.close()).await;
    }
}

fn keys(config: &Config) -> Keys {
    config.keys.iter().map(|key| (key.name.as_str(), key.hash)).collect()
}

/// What each listener serves under a configuration: the API, and health.
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

/// Those keys that wait for a restart, or those that do not, as one text.
fn describe(keys: Vec<String>, until_restart: bool) -> String {
    let waits = |key: &String| UNTIL_RESTART.iter().any(|beginning| key.starts_with(beginning));
    let keys: Vec<_> = keys.into_iter().filter(|key| waits(key) == until_restart).collect();
    keys.join(", ")
}
