//! The configuration: defaults, a preset, a file and the environment, read completely, with all problems reported
//! together.
//!
//! `config/switchboard.default.toml` is built in. It is both the defaults and their documentation: no default is
//! written anywhere else.

mod aliases;
pub mod auth;
mod key_hash;
mod problem;
pub mod public;
mod reference;
pub mod routing;
pub mod server;
mod source;
pub mod store;
mod table;
pub mod telemetry;
mod values;
pub mod vendor;
pub mod writes;

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
    path::Path,
};

pub use aliases::Aliases;
pub use key_hash::KeyHash;
pub use problem::{Problem, Problems};
pub use source::{ConfigFile, process_environment};
pub use values::Values;

use self::{
    auth::Key,
    public::Public,
    reference::References,
    routing::Routing,
    server::Server,
    store::Store,
    table::{Reading, Table},
    telemetry::Telemetry,
    vendor::{Vendor, VendorNames, Vet},
    writes::Writes,
};

/// The defaults, which also document every key.
pub const DEFAULTS: &str = include_str!("../../../config/switchboard.default.toml");

/// The variables that override keys and that `env:` references name.
pub type Environment = HashMap<String, String>;

/// Permitted limits for a body, in bytes.
const BODY_BYTES: RangeInclusive<u32> = 1024..=64 * 1024 * 1024;

/// A configuration without problems.
#[derive(Debug, Clone)]
pub struct Config {
    /// Settings for incoming requests.
    pub server: Server,
    /// Settings of the store.
    pub store: Store,
    /// Settings for writes to vendors and for retention.
    pub writes: Writes,
    /// API keys; empty if everyone on this machine has access.
    pub keys: Vec<Key>,
    /// The vendor accounts, by name.
    pub vendors: BTreeMap<String, Vendor>,
    /// Choice of an agent's vendor.
    pub routing: Routing,
    /// Aliases of voices.
    pub voices: Aliases,
    /// Aliases of language models.
    pub models: Aliases,
    /// Aliases of knowledge bases.
    pub knowledge_bases: Aliases,
    /// Settings for logs and traces.
    pub telemetry: Telemetry,
    /// Settings for routes without a key.
    pub public: Public,
    /// Digests of all values, for comparison with another configuration.
    pub values: Values,
}

impl Config {
    /// Reads a preset (TOML), the file at a path and the environment, each of which overrides the ones before it and the
    /// defaults. `vet` checks the settings of each vendor's adapter.
    ///
    /// # Errors
    /// All problems. A file that is not TOML, and an environment variable that cannot name a key, are reported alone.
    pub fn load(
        preset: Option<&str>,
        file: Option<&Path>,
        environment: &Environment,
        vet: &Vet<'_>,
    ) -> Result<Self, Problems> {
        Self::from_file(preset, file.map(ConfigFile::at).as_ref(), environment, vet)
    }

    /// Reads a configuration like [`Config::load`], with a file that was read before.
    ///
    /// # Errors
    /// The problems that [`Config::load`] reports.
    pub fn from_file(
        preset: Option<&str>,
        file: Option<&ConfigFile>,
        environment: &Environment,
        vet: &Vet<'_>,
    ) -> Result<Self, Problems> {
        let merged = source::merge(preset, file, environment).map_err(|problem| Problems(vec![problem]))?;
        let reading = Reading { references: References::into(environment), problems: RefCell::default() };
        let values = Values::new(&merged, &reading.references);
        let config = Self::read(Table::root(&reading, merged), values, vet);
        let mut problems = reading.problems.into_inner();
        problems.sort();
        match config {
            Some(config) if problems.is_empty() => Ok(config),
            _ => Err(Problems(problems)),
        }
    }

    fn read(mut root: Table<'_>, values: Values, vet: &Vet<'_>) -> Option<Self> {
        let keys = auth::read(root.table("auth"));
        let server = Server::read(root.table("server"), keys.as_ref().is_some_and(Vec::is_empty));
        let store = Store::read(root.table("store"));
        let writes = Writes::read(root.table("writes"));
        let vendors = root.table("vendors");
        let names = VendorNames::from_table(&vendors);
        let vendors = vendor::read(vendors, vet);
        let routing = Routing::read(root.table("routing"), &names);
        let voices = aliases::read(root.table("voices"), &names);
        let models = aliases::read(root.table("models"), &names);
        let knowledge_bases = aliases::read(root.table("knowledge_bases"), &names);
        let telemetry = Telemetry::read(root.table("telemetry"));
        let public = Public::read(root.table("public"));
        root.end();
        Some(Self {
            server: server?,
            store: store?,
            writes: writes?,
            keys: keys?,
            vendors,
            routing: routing?,
            voices,
            models,
            knowledge_bases,
            telemetry: telemetry?,
            public: public?,
            values,
        })
    }
}
