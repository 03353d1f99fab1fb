//! Switchboard itself: the real binary, all of it on, in front of the instant vendor.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use crate::{
    process::{Process, free_address},
    variant::KEY,
    vendor,
};

pub struct Gateway {
    pub process: Process,
    /// Where the API is.
    pub address: SocketAddr,
    /// From nothing to the first answer.
    pub took: Duration,
}

impl Gateway {
    /// Starts it over the store in this folder, which may be new, with room for so many requests to the vendor.
    ///
    /// # Errors
    /// If it does not come up.
    pub fn start(
        folder: &Path,
        vendor: SocketAddr,
        connections: usize,
        read_back: bool,
    ) -> anyhow::Result<Self> {
        fs::create_dir_all(folder)?;
        let (address, admin) = (free_address()?, free_address()?);
        let toml = format!(
            "[server]\nlisten = \"{address}\"\nadmin_listen = \"{admin}\"\nmax_in_flight = {in_flight}\n\
             [store]\nurl = \"sqlite://{store}\"\n\
             [auth]\nkeys = [{{ name = \"load\", secret = \"env:KEY\" }}]\n\
             [vendors.instant]\nadapter = \"autocalls\"\ngeneration = \"2026\"\n\
             base_url = \"http://{vendor}{base}\"\napi_key = \"env:KEY\"\nconcurrency = {connections}\nread_back = {read_back}\n\
             [routing]\ndefault = \"instant\"\n\
             [telemetry]\nlog = \"info\"\n",
            in_flight = connections.max(512),
            store = folder.join("switchboard.db").display(),
            base = vendor::BASE,
        );
        let config = folder.join("switchboard.toml");
        fs::write(&config, toml)?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_switchboard-under-test"));
        command.env_clear().env("KEY", KEY).args(["serve", "--config"]).arg(config);
        let begun = Instant::now();
        let mut process = Process::start(&mut command, folder)?;
        process.wait_until_ready(admin)?;
        Ok(Self { process, address, took: begun.elapsed() })
    }
}
