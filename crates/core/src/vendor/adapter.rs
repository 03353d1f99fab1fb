//! Contract of an adapter: one vendor, pure and object-safe, with no I/O of its own.

use serde_json::Value;

use crate::{
    error::Violation,
    facts::{Catalogue, CatalogueEntry},
    model::{Agent, Described, Trunk},
    rule::ExtensionRules,
    vendor::{Account, Exchange, Request, Resource},
};

/// One vendor account: its field names, its limits and its conversations.
pub trait Adapter: Account {
    /// Returns the facts about the vendor for readers of the docs.
    fn descriptor(&self) -> &Descriptor;

    /// Returns the vendor's agents.
    fn agents(&self) -> &dyn Resource<Agent>;

    /// Returns the vendor's trunks; `None` if it has none.
    fn trunks(&self) -> Option<&dyn Resource<Trunk>> {
        None
    }

    /// Returns a catalogue of the vendor, from its API or its documentation; `None` if it has none.
    fn catalogue(&self, catalogue: Catalogue) -> Option<Exchange<Vec<CatalogueEntry>>> {
        let _ = catalogue;
        None
    }
}

/// Facts about a vendor for readers of the docs.
#[derive(Debug, Clone)]
pub struct Descriptor {
    /// The adapter's name in the configuration: `qcall`.
    pub adapter: &'static str,
    /// The vendor's name: `QCall AI`.
    pub title: &'static str,
    /// The generation of the vendor's API.
    pub generation: &'static str,
    /// The vendor's own documentation.
    pub documentation: &'static str,
    /// The part of a stored agent that the vendor returns.
    pub read_back: ReadBack,
    /// The surprising behaviours of this vendor, one sentence each.
    pub quirks: &'static [&'static str],
}

/// The part of a stored record that a vendor returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum ReadBack {
    /// The vendor returns one record by its id.
    One,
    /// The vendor returns records only in a list.
    Listing,
    /// The vendor returns only the name of a record.
    NameOnly,
}

/// Constructor of an adapter from the configuration.
pub struct Factory {
    /// The name in `adapter = "…"`.
    pub adapter: &'static str,
    /// The settings it takes beside the ones every vendor has.
    pub settings: &'static [Setting],
    /// The answer that the vendor documents for a request of one of its lists, as `{"body": …}`.
    pub recorded: fn(generation: &str, request: &Request) -> Option<&'static str>,
    /// The rules of `extensions.<adapter>` on agents, known without any account, so that the
    /// documentation has them and a record keeps them while another vendor runs it. `None` if the
    /// adapter has none.
    pub extension: Option<fn() -> Box<dyn ExtensionRules>>,
    /// Makes the adapter from its settings. An error names all problems, with pointers relative to the vendor's table.
    pub build: fn(Value) -> BuildResult,
    /// One trial for each generation of the vendor's API, the default one first. If there are
    /// several, the setting `generation` accepts their names.
    pub trials: &'static [Trial],
}

/// The data with which one generation of the vendor's API is tried: by `serve --sandbox`, in the documentation, in tests
/// and in benchmarks. Its documents lie in the folder `trial/` of the adapter.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// The name of the simulator, and of the generation in documents: `qcall`, `autocalls-2026`.
    pub name: &'static str,
    /// The generation of the vendor's API.
    pub generation: &'static str,
    /// The settings that the simulator accepts, beside `base_url`.
    pub settings: &'static [(&'static str, &'static str)],
    /// The smallest agent that the vendor takes, as a JSON object.
    pub agent: &'static str,
    /// An agent with a value in every field that the vendor can hold, as a JSON object with `extensions`.
    pub full_agent: &'static str,
    /// The fixture of an answer that holds one record with every field.
    pub full_record: &'static str,
    /// The voice of the simulator that the alias `warm-female` stands for.
    pub voice: &'static str,
    /// The model of the simulator that the alias `fast` stands for; `None` if the vendor has no
    /// models.
    pub model: Option<&'static str>,
    /// The vendor's names of what a test looks at behind the gateway.
    pub agents: TrialAgents,
}

/// Names of agents in the vendor's contract and its simulator.
#[derive(Debug, Clone, Copy)]
pub struct TrialAgents {
    /// The operation that creates one.
    pub create: &'static str,
    /// The operation that updates one.
    pub update: &'static str,
    /// The operation that deletes one.
    pub delete: &'static str,
    /// The collection in which the simulator stores them.
    pub collection: &'static str,
    /// The member of a stored record that holds `/prompt/instructions`.
    pub instructions: &'static str,
}

/// An adapter, or everything that is wrong with its settings.
pub type BuildResult = Result<Box<dyn Adapter>, Vec<Violation>>;

/// One setting of an adapter.
pub struct Setting {
    /// Its key.
    pub name: &'static str,
    /// The effect of the setting, with its default.
    pub about: &'static str,
    /// True if its value is a credential.
    pub secret: bool,
}
