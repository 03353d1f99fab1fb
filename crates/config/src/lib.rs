//! The configuration, which is merged from the defaults, a preset, a file and the environment. All problems with its
//! values are reported in one error.
//!
//! The file `config/switchboard.default.toml` is built into the binary. It documents all defaults. It also sets them,
//! except the defaults of vendor settings, which are in the code.

mod aliases;
pub mod auth;
pub mod calls;
mod key_hash;
mod phone_prefix;
mod problem;
pub mod public;
mod reference;
pub mod routing;
mod schema;
pub mod server;
mod shape;
mod source;
pub mod store;
mod table;
pub mod telemetry;
mod typed;
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
pub use schema::schema;
pub use source::{ConfigFile, process_environment};
pub use table::LITERAL_SECRET;
pub use values::Values;

use self::{
    auth::Key,
    calls::Calls,
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

/// The default configuration as TOML. Its comments document every key except the adapter-specific settings of vendors.
pub const DEFAULTS: &str = include_str!("../../../config/switchboard.default.toml");

/// The environment variables, by name. A variable with the prefix `SWITCHBOARD__` overrides a key. An `env:` reference can
/// name any variable.
pub type Environment = HashMap<String, String>;

/// Permitted range of a maximum body size, in bytes.
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
    /// Settings for phone calls.
    pub calls: Calls,
    /// API keys. If the list is empty, the API needs no key and must listen on a loopback address.
    pub keys: Vec<Key>,
    /// The vendor accounts, by name.
    pub vendors: BTreeMap<String, Vendor>,
    /// Settings that decide which vendor runs a record, and what happens to misplaced agents.
    pub routing: Routing,
    /// Aliases of voices.
    pub voices: Aliases,
    /// Aliases of language models.
    pub models: Aliases,
    /// Aliases of knowledge bases.
    pub knowledge_bases: Aliases,
    /// Aliases of phone numbers.
    pub phone_numbers: Aliases,
    /// Settings for logs, metrics and traces.
    pub telemetry: Telemetry,
    /// Settings for routes that need no API key.
    pub public: Public,
    /// Digests of all values that are set, for comparison with another configuration.
    pub values: Values,
}

impl Config {
    /// Loads a configuration from the defaults, a preset (TOML), a file and the environment. Each source overrides
    /// the earlier ones. `vet` checks the adapter-specific settings of each vendor that has the key `adapter`.
    ///
    /// # Errors
    /// All problems with the values. A problem with a source is reported alone: the file cannot be read, the preset or
    /// the file is not TOML, or an environment variable cannot name a key.
    pub fn load(
        preset: Option<&str>,
        file: Option<&Path>,
        environment: &Environment,
        vet: &Vet<'_>,
    ) -> Result<Self, Problems> {
        Self::from_file(preset, file.map(ConfigFile::at).as_ref(), environment, vet)
    }

    /// Loads a configuration like [`Config::load`], but from a file that was read earlier.
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
        let reading =
            Reading { references: References::into(environment), problems: RefCell::default(), shape: None };
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
        let calls = Calls::read(root.table("calls"));
        let vendors = root.table("vendors");
        let names = VendorNames::from_table(&vendors);
        let vendors = vendor::read(vendors, vet);
        let routing = Routing::read(root.table("routing"), &names);
        let voices = aliases::read(root.table("voices"), &names);
        let models = aliases::read(root.table("models"), &names);
        let knowledge_bases = aliases::read(root.table("knowledge_bases"), &names);
        let phone_numbers = aliases::read(root.table("phone_numbers"), &names);
        let telemetry = Telemetry::read(root.table("telemetry"));
        let public = Public::read(root.table("public"));
        root.end();
        Some(Self {
            server: server?,
            store: store?,
            writes: writes?,
            calls: calls?,
            keys: keys?,
            vendors,
            routing: routing?,
            voices,
            models,
            knowledge_bases,
            phone_numbers,
            telemetry: telemetry?,
            public: public?,
            values,
        })
    }
}
