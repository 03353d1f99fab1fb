//! The test harness. Each test has its own gateway in front of simulated vendors.

mod answer;
mod bodies;
mod collector;
mod config;
mod gateway;
mod metrics;
mod numbers;
mod reload;
mod requests;
mod trials;
mod vendors;

use std::path::Path;

use reqwest::Client;
use tempfile::TempDir;

pub use answer::{Answer, pointers};
pub use bodies::{agent, with};
pub use collector::{Collector, attribute};
pub use config::{Config, KEY};
pub use gateway::{Gateway, REFUSED, TAKEN, command, command_with_descriptors, run};
pub use metrics::Metrics;
pub use numbers::Numbers;
pub use requests::Record;
pub use trials::{settings, trial};
pub use vendors::SeenRequest;

/// The longest time that any step may take, even on a busy machine.
pub const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// The command line of a gateway that serves.
pub const SERVE: [&str; 3] = ["serve", "--config", "switchboard.toml"];

/// A running gateway, its vendors, its store and a client. Dropping the harness stops all of them.
pub struct Harness {
    pub gateway: Gateway,
    pub client: Client,
    pub vendors: vendors::Vendors,
    dir: TempDir,
}

impl Harness {
    /// Starts a harness with the standard configuration.
    pub async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub async fn with(config: Config) -> Self {
        let client = client();
        let vendors = vendors::Vendors::start(client.clone()).await;
        let dir = tempfile::tempdir().unwrap();
        configure(&config, &vendors, dir.path());
        if !config.store.is_empty() {
            let migrated = run(&["migrate", "--config", "switchboard.toml"], dir.path());
            assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
        }
        let gateway = Gateway::start(&SERVE, dir.path()).await;
        Self { gateway, client, vendors, dir }
    }

    /// Stops the process and starts another one with the same store.
    pub async fn restart(&mut self) {
        self.gateway.stop();
        self.gateway = Gateway::start(&SERVE, self.dir.path()).await;
    }

    /// Stops the process and starts another one with the same store and another configuration.
    pub async fn restart_with(&mut self, config: &Config) {
        configure(config, &self.vendors, self.dir());
        self.restart().await;
    }

    /// Returns the directory with the gateway's files.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

fn configure(config: &Config, vendors: &vendors::Vendors, dir: &Path) {
    std::fs::write(dir.join("switchboard.toml"), config.toml(vendors.sandbox(), dir)).unwrap();
}

/// Builds a client that uses no proxy and follows no redirects.
pub fn client() -> Client {
    // Another test of this process may have installed the provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT).build().unwrap()
}
