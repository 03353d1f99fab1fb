//! Switchboard itself: the real binary with all features.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use switchboard_sandbox::{Sandbox, Vendor};

use super::process::{Process, free_address};

/// The key that the gateway accepts.
pub const KEY: &str = "a-key-of-the-benchmarks";
/// The key of the other callers of a benchmark.
pub const CROWD_KEY: &str = "a-key-of-the-other-callers";
/// The path at which a server reports its readiness.
pub const HEALTH: &str = "/readyz";

/// Returns the environment variable with the key of a simulated vendor.
pub fn key_variable(vendor: Vendor) -> String {
    format!("KEY_OF_{vendor}")
}

pub struct Gateway {
    pub process: Process,
    /// The address of the API.
    pub address: SocketAddr,
    /// The address of the health routes.
    pub admin: SocketAddr,
    /// The duration from the start to the first answer.
    pub took: Duration,
}

impl Gateway {
    /// Starts the gateway with the store in this folder, which may be new. Its configuration has these tables
    /// and allows `in_flight` concurrent requests.
    ///
    /// # Errors
    /// Fails if the gateway does not start.
    pub fn start(folder: &Path, in_flight: usize, tables: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let (address, admin) = (free_address()?, free_address()?);
        let toml = format!(
            "[server]\nlisten = \"{address}\"\nadmin_listen = \"{admin}\"\nmax_in_flight = {in_flight}\n\
             [store]\nurl = \"sqlite://{store}\"\n\
             [auth]\nkeys = [{{ name = \"benchmark\", secret = \"env:KEY\" }}, \
             {{ name = \"crowd\", secret = \"env:CROWD_KEY\" }}]\n\
             [telemetry]\nlog = \"info\"\n\
             {tables}",
            store = folder.join("switchboard.db").display(),
        );
        let config = folder.join("switchboard.toml");
        fs::write(&config, toml)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-under-test"));
        command
            .env_clear()
            .env("KEY", KEY)
            .env("CROWD_KEY", CROWD_KEY)
            .envs(Vendor::ALL.map(|vendor| (key_variable(vendor), Sandbox::api_key(vendor))))
            .args(["serve", "--config"])
            .arg(config);
        let begun = Instant::now();
        let mut process = Process::start(&mut command, folder)?;
        process.wait_until_ready(admin, HEALTH)?;
        Ok(Self { process, address, admin, took: begun.elapsed() })
    }
}
