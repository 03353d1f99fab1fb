//! The configuration: defaults, a file, the environment; read whole, every problem told at once.
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

/// The defaults, and the documentation of every key.
pub const DEFAULTS: &str = include_str!("../../../config/switchboard.default.toml");

/// The variables that override keys and that `env:` references refer to.
pub type Environment = HashMap<String, String>;

/// The sizes that a body's limit may have.
const BODY_BYTES: RangeInclusive<u32> = 1024..=64 * 1024 * 1024;

/// A configuration without problems.
#[derive(Debug, Clone)]
pub struct Config {
    /// How requests are taken in.
    pub server: Server,
    /// Where records are kept.
    pub store: Store,
    /// How writes are carried to vendors.
    pub writes: Writes,
    /// Who is let in.
    pub keys: Vec<Key>,
    /// The vendor accounts, by name.
    pub vendors: BTreeMap<String, Vendor>,
    /// Which vendor an agent goes to.
    pub routing: Routing,
    /// Names for voices.
    pub voices: Aliases,
    /// Names for language models.
    pub models: Aliases,
    /// Names for knowledge bases.
    pub knowledge_bases: Aliases,
    /// What is logged.
    pub telemetry: Telemetry,
    /// What is served to everybody.
    pub public: Public,
    /// All of it, to be told from another configuration.
    pub values: Values,
}

impl Config {
    /// Lays a preset (TOML), the file at a path and the environment over the defaults; `vet` judges the settings of each
    /// vendor's adapter.
    ///
    /// # Errors
    /// Everything that is wrong. Only a file that is not TOML, and an environment variable that cannot name a key, are
    /// told alone.
    pub fn load(
        preset: Option<&str>,
        file: Option<&Path>,
        environment: &Environment,
        vet: &Vet<'_>,
    ) -> Result<Self, Problems> {
        Self::from_file(preset, file.map(ConfigFile::at).as_ref(), environment, vet)
    }

    /// The same with a file as it was.
    ///
    /// # Errors
    /// As for [`Config::load`].
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
