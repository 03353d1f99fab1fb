//! Switchboard itself: the real binary, all of it on.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use super::process::{Process, free_address};

/// What the gateway lets in.
pub const KEY: &str = "a-key-of-the-benchmarks";
/// Where a server says whether it is ready.
pub const HEALTH: &str = "/readyz";

pub struct Gateway {
    pub process: Process,
    /// Where the API is.
    pub address: SocketAddr,
    /// From nothing to the first answer.
    pub took: Duration,
}

impl Gateway {
    /// Starts it over the store in this folder, which may be new, with these tables in its configuration and room for so many
    /// requests.
    ///
    /// # Errors
    /// If it does not come up.
    pub fn start(folder: &Path, in_flight: usize, tables: &str) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let (address, admin) = (free_address()?, free_address()?);
        let toml = format!(
            "[server]\nlisten = \"{address}\"\nadmin_listen = \"{admin}\"\nmax_in_flight = {in_flight}\n\
             [store]\nurl = \"sqlite://{store}\"\n\
             [auth]\nkeys = [{{ name = \"benchmark\", secret = \"env:KEY\" }}]\n\
             [telemetry]\nlog = \"info\"\n\
             {tables}",
            store = folder.join("switchboard.db").display(),
        );
        let config = folder.join("switchboard.toml");
        fs::write(&config, toml)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-under-test"));
        command.env_clear().env("KEY", KEY).args(["serve", "--config"]).arg(config);
        let begun = Instant::now();
        let mut process = Process::start(&mut command, folder)?;
        process.wait_until_ready(admin, HEALTH)?;
        Ok(Self { process, address, took: begun.elapsed() })
    }
}
