//! The configuration of the gateway under test.

use std::path::Path;

use switchboard_sandbox::{Sandbox, Vendor};

use super::trials::settings;

/// The key that the gateway accepts.
pub const KEY: &str = "a-key-of-the-end-to-end-tests";

/// The key with which a store that several processes share seals its secrets: 32 bytes in base64.
pub const STORE_KEY: &str = "c3dpdGNoYm9hcmQtZW5kLXRvLWVuZC10ZXN0cy1rZXk=";

/// The parts of the configuration that differ between tests.
#[derive(Default)]
pub struct Config {
    /// Lines that are added to the `[server]` table.
    pub server: String,
    /// Lines that are added to each vendor's table.
    pub vendors: String,
    /// Tables that are added at the end.
    pub tables: String,
    /// The URL of the store; empty for a new SQLite file.
    pub store: String,
    /// Lines that are added to the `[telemetry]` table.
    pub telemetry: String,
    /// The log filter; empty to log up to the level debug.
    pub log: String,
}

impl Config {
    /// Renders a configuration in which every simulated vendor has its own name.
    pub fn toml(&self, sandbox: &Sandbox, dir: &Path) -> String {
        let Self { server, vendors: limits, tables, store, telemetry, log } = self;
        let vendors = Vendor::ALL.map(|vendor| {
            let url = sandbox.base_url(vendor);
            format!("[vendors.{vendor}]\n{}base_url = \"{url}\"\n{limits}\n", settings(vendor))
        });
        let store = match store.as_str() {
            "" => format!("url = \"sqlite://{}\"", dir.join("switchboard.db").display()),
            url => format!("url = \"{url}\"\nkey = \"env:STORE_KEY\""),
        };
        let log = if log.is_empty() { "debug" } else { log };
        format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n{server}\
             [store]\n{store}\n\
             [auth]\nkeys = [{{ name = \"tests\", secret = \"env:KEY\" }}]\n\
             [telemetry]\nlog = \"{log}\"\nformat = \"json\"\n{telemetry}\n\
             {}{tables}",
            vendors.concat()
        )
    }
}
