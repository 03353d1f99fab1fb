//! The contract of an adapter. The contract is object-safe, and adapters do no I/O.

use serde_json::Value;

use crate::{
    error::Violation,
    facts::{CatalogueEntry, CatalogueKind},
    model::{Agent, Described, Trunk},
    rule::ExtensionRules,
    vendor::{Account, Calls, Exchange, Request, Resource},
};

/// An adapter for one vendor account: field names, limits and exchanges.
pub trait Adapter: Account {
    /// Returns the description of the vendor.
    fn descriptor(&self) -> &Descriptor;

    /// Returns the rules and exchanges for the vendor's agents.
    fn agents(&self) -> &dyn Resource<Agent>;

    /// Returns the rules and exchanges for the vendor's trunks, or `None` if the adapter does not support trunks.
    fn trunks(&self) -> Option<&dyn Resource<Trunk>> {
        None
    }

    /// Returns the rules and exchanges for the vendor's calls, or `None` if the adapter does not support calls.
    fn calls(&self) -> Option<&dyn Calls> {
        None
    }

    /// Returns the exchange that reads a catalogue from the vendor's API, or a finished exchange with the entries that
    /// the vendor documents. Returns `None` if the vendor has no such catalogue or the adapter does not read it.
    fn catalogue(&self, kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
        let _ = kind;
        None
    }

    /// Lists the kinds of catalogues that the adapter reads, among [`CatalogueKind::ALL`] and the kinds in which rules
    /// look up values.
    fn catalogue_kinds(&self) -> Vec<CatalogueKind> {
        let trunks = self.trunks().map_or(&[][..], |trunks| trunks.catalogues());
        let mut kinds = CatalogueKind::ALL.to_vec();
        let dials = self.calls().map_or(&[][..], |calls| calls.rules().catalogues());
        for kind in self.agents().catalogues().iter().chain(trunks).chain(dials) {
            if !kinds.contains(kind) {
                kinds.push(*kind);
            }
        }
        kinds.retain(|kind| self.catalogue(*kind).is_some());
        kinds
    }
}

/// The description of an adapter's vendor: its names, its API generation and documentation, and the behaviour that
/// callers should know.
#[derive(Debug, Clone)]
pub struct Descriptor {
    /// The adapter's name in the configuration, such as `qcall`.
    pub adapter: &'static str,
    /// The vendor's name, such as `QCall AI`.
    pub title: &'static str,
    /// The generation of the vendor's API.
    pub generation: &'static str,
    /// The URL of the vendor's own documentation.
    pub documentation: &'static str,
    /// The extent to which the vendor returns stored agents.
    pub read_back: ReadBack,
    /// The vendor's surprising behaviours, one per entry.
    pub quirks: &'static [&'static str],
}

/// The extent to which a vendor returns stored records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum ReadBack {
    /// The vendor returns each record by its id.
    One,
    /// The vendor returns records only in a list.
    Listing,
    /// The vendor returns only the name of a record.
    NameOnly,
}

/// The name, settings, extension and constructor of an adapter, and the data with which it can be tried.
pub struct Factory {
    /// The adapter's name in `adapter = "…"`.
    pub adapter: &'static str,
    /// The adapter's own settings, in addition to the settings that every vendor has.
    pub settings: &'static [Setting],
    /// Returns the documented answer to a request for one of the vendor's catalogues, as a fixture that
    /// [`Reply::from_fixture`](crate::vendor::Reply::from_fixture) reads. Returns `None` if there is no such answer.
    pub recorded: fn(generation: &str, request: &Request) -> Option<&'static str>,
    /// The rules of `extensions.<adapter>` on agents, or `None` if the adapter has no extension. The rules need no
    /// account, so the gateway can describe the extension and check it in any agent, whichever vendor runs the agent.
    pub extension: Option<fn() -> Box<dyn ExtensionRules>>,
    /// Builds the adapter from its settings, or returns all violations. Their pointers are relative to the
    /// vendor's table in the configuration.
    pub build: fn(Value) -> BuildResult,
    /// One trial for each generation of the vendor's API. The first generation is the default. If there are
    /// several, the setting `generation` accepts the value of [`Trial::generation`] of each trial.
    pub trials: &'static [Trial],
}

/// Data for trying one generation of the vendor's API with `serve --sandbox`, in the documentation, in tests
/// and in benchmarks. The documents are in the adapter's folders `trial/` and `contract/`.
#[derive(Debug, Clone, Copy)]
pub struct Trial {
    /// The name of the simulator, and of the generation in documents, such as `qcall` or `autocalls-2026`.
    pub name: &'static str,
    /// The generation of the vendor's API.
    pub generation: &'static str,
    /// The settings with which the adapter uses the simulator, in addition to `base_url`, as (key, value) pairs.
    pub settings: &'static [(&'static str, &'static str)],
    /// Further settings that `serve --sandbox` adds, so that the vendor accepts agents without extensions.
    pub sandbox_settings: &'static [(&'static str, &'static str)],
    /// The smallest agent that the vendor accepts, as a JSON object.
    pub agent: &'static str,
    /// An agent with a value in every field that the vendor can hold, as a JSON object with `extensions`.
    pub full_agent: &'static str,
    /// The fixture, as JSON, of an answer that contains one record with every field.
    pub full_record: &'static str,
    /// The simulator's voice for the alias `warm-female`.
    pub voice: &'static str,
    /// The simulator's model for the alias `fast`, or `None` if the vendor has no models.
    pub model: Option<&'static str>,
    /// The vendor's names that tests need to inspect agents in the simulator.
    pub agents: TrialAgents,
}

/// The vendor's names for agent operations and fields, in its contract and its simulator.
#[derive(Debug, Clone, Copy)]
pub struct TrialAgents {
    /// The operation that creates an agent.
    pub create: &'static str,
    /// The operation that updates an agent.
    pub update: &'static str,
    /// The operation that deletes an agent.
    pub delete: &'static str,
    /// The collection in which the simulator stores agents.
    pub collection: &'static str,
    /// The JSON pointer to the instructions (`/prompt/instructions`) in an agent that the simulator stores.
    pub instructions: &'static str,
}

/// An adapter, or all violations in its settings.
pub type BuildResult = Result<Box<dyn Adapter>, Vec<Violation>>;

/// One setting of an adapter.
pub struct Setting {
    /// The key of the setting.
    pub name: &'static str,
    /// The effect of the setting, with its default.
    pub about: &'static str,
    /// True if the value is a credential.
    pub secret: bool,
}
