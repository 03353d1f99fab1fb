//! The configuration of the gateway under test.

use std::path::Path;

use switchboard_sandbox::{Sandbox, Vendor};

/// The key that the gateway lets in.
pub const KEY: &str = "a-key-of-the-end-to-end-tests";

/// What differs between tests.
#[derive(Default)]
pub struct Config {
    /// Added to the table of the server.
    pub server: String,
    /// Added to each vendor's table.
    pub vendors: String,
    /// Added at the end: whole tables.
    pub tables: String,
}

impl Config {
    /// Every simulated vendor under its own name, a SQLite file, and the log at its loudest.
    pub fn toml(&self, sandbox: &Sandbox, dir: &Path) -> String {
        let Self { server, vendors: limits, tables } = self;
        let vendors = Vendor::ALL.map(|vendor| {
            let (adapter, generation) = match vendor {
                Vendor::Qcall => ("qcall", ""),
                Vendor::Autocalls2025 => ("autocalls", "generation = \"2025\""),
                Vendor::Autocalls2026 => ("autocalls", "generation = \"2026\""),
                Vendor::Opencx => ("opencx", ""),
            };
            let (url, key) = (sandbox.base_url(vendor), Sandbox::api_key(vendor));
            format!(
                "[vendors.{vendor}]\nadapter = \"{adapter}\"\n{generation}\nbase_url = \"{url}\"\n\
                 api_key = \"{key}\"\n{limits}\n"
            )
        });
        let store = dir.join("switchboard.db");
        format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n{server}\
             [store]\nurl = \"sqlite://{}\"\n\
             [auth]\nkeys = [{{ name = \"tests\", secret = \"env:KEY\" }}]\n\
             [telemetry]\nlog = \"debug\"\nformat = \"json\"\n\
             {}{tables}",
            store.display(),
            vendors.concat()
        )
    }
}
