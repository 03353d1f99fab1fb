//! The conformance suite that every adapter must pass, generated from the adapter's own description.
//!
//! The suite uses only the adapter's public interface: factory, capabilities, plans and exchanges. It checks this
//! interface against the contract in the adapter's folder: request schemas and fixtures of answers. Each field has its
//! own cases. A case that does not apply to the vendor is ignored, with the reason.
//!
//! ```ignore
//! fn main() -> std::process::ExitCode {
//!     Suite::new(FACTORY, concat!(env!("CARGO_MANIFEST_DIR"), "/contract"))
//!         .generation(Generation {
//!             name: "2024",
//!             document: "openapi.json",
//!             fixtures: "fixtures",
//!             settings: json!({ "api_key": "conformance-key-0001" }),
//!             agent: json!({ "voice": { "id": "TxErUhYT25MQSG3MlH4A" } }),
//!             other_agent: json!({ "voice": { "id": "IJOA5d06iGvU3ehQdDjg" } }),
//!         })
//!         .run()
//! }
//! ```

mod adoption;
mod alternatives;
mod bench;
mod calls;
mod cases;
mod contract;
mod conversation;
mod faithful;
mod fixture;
mod leaves;
mod oddity;
mod one_object;
mod parts;
mod sample;

use std::{path::PathBuf, process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Completion, Trial};
use serde_json::{Map, Value};
use switchboard_core::{
    facts::Facts,
    model::{Agent, Root, Trunk},
    vendor::{Adapter, Factory},
};

pub use one_object::OneObject;

use crate::{bench::Bench, calls::CallBench, cases::Answers, contract::Contract, conversation::Conversation};

/// The conformance suite for one adapter.
pub struct Suite {
    factory: Factory,
    contracts: PathBuf,
    generations: Vec<&'static str>,
    /// The patch that turns the neutral dial into one that the vendor accepts.
    dial: Value,
    /// The vendor's id of the agents that dial.
    agent_id: &'static str,
    trials: Vec<Trial>,
}

/// One generation of the vendor's API.
pub struct Generation {
    /// The name of the generation, as in one of the factory's trials.
    pub name: &'static str,
    /// The path of the OpenAPI document, relative to the adapter's `contract/`.
    pub document: &'static str,
    /// The path of the directory with the fixtures of answers, relative to the adapter's `contract/`.
    pub fixtures: &'static str,
    /// The settings from which the adapter is built. They contain every secret that the adapter accepts, each with at
    /// least 8 bytes.
    pub settings: Value,
    /// A patch that turns the neutral full agent into one that the vendor accepts. The patch contains a voice
    /// of the vendor and every leaf of `extensions.<adapter>`.
    pub agent: Value,
    /// Second values for fields that accept only the vendor's own entries, such as a voice.
    pub other_agent: Value,
}

impl Suite {
    /// Creates the suite for the factory's adapter. `contracts` is the directory of the adapter's contract.
    pub fn new(factory: Factory, contracts: impl Into<PathBuf>) -> Self {
        Self {
            factory,
            contracts: contracts.into(),
            generations: Vec::new(),
            dial: Value::Object(Map::new()),
            agent_id: conversation::ID,
            trials: Vec::new(),
        }
    }

    /// Sets the patch that turns the neutral full dial into one that the vendor accepts, for the generations that are
    /// added afterwards. The patch contains, for example, a voice of the vendor in `overrides.voice.id`.
    pub fn dial(self, patch: Value) -> Self {
        Self { dial: patch, ..self }
    }

    /// Sets the vendor's id of the agents that dial, for the generations that are added afterwards. This is needed if
    /// the vendor's ids are not UUIDs.
    pub fn agent_id(self, id: &'static str) -> Self {
        Self { agent_id: id, ..self }
    }

    /// Adds the cases for a generation of the vendor's API. If the cases cannot be built, adds one case that
    /// fails.
    pub fn generation(mut self, generation: Generation) -> Self {
        let trials = self.trials_of(&generation).unwrap_or_else(|problem| {
            vec![Trial::test(format!("{}::setup", generation.name), move || Err(problem.into()))]
        });
        self.trials.extend(trials);
        self.generations.push(generation.name);
        self
    }

    /// Runs the cases that are selected on the command line. A generation of the factory that was not added
    /// to the suite counts as a failed case.
    pub fn run(mut self) -> ExitCode {
        for generation in self.factory.trials.iter().map(|trial| trial.generation) {
            if !self.generations.contains(&generation) {
                let left_out = format!("{generation}::is_tried");
                self.trials
                    .push(Trial::test(left_out, || Err("the generation was not added to the suite".into())));
            }
        }
        libtest_mimic::run(&Arguments::from_args(), self.trials).exit_code()
    }

    fn trials_of(&self, generation: &Generation) -> Result<Vec<Trial>, String> {
        let name = generation.name;
        let built = (self.factory.build)(generation.settings.clone());
        let vendor = Arc::new(Vendor {
            name: self.factory.adapter,
            adapter: built.map_err(|violations| format!("{violations:?}"))?,
            contract: Contract::read(&self.contracts.join(generation.document))?,
            facts: self.facts(name)?,
        });
        let fixtures = fixture::read_all(&self.contracts.join(generation.fixtures))?;
        let mut trials =
            cases::secrets(&format!("{name}::secrets"), &self.factory, &generation.settings, &vendor)?;
        trials.extend(cases::trial(name, &self.factory, &vendor));
        let mut conversations = conversation::about_catalogues(&vendor)?;
        let agents = sample::agents(&generation.agent, &generation.other_agent)?;
        let agents = Bench::<Agent>::new(&vendor, |adapter| Some(adapter.agents()), agents)?;
        let agent = agents.as_ref().map(|agents| agents.full.clone()).unwrap_or_default();
        add(&format!("{name}::agent"), agents, &mut trials, &mut conversations)?;
        let trunks = Bench::<Trunk>::new(&vendor, |adapter| adapter.trunks(), sample::trunks()?)?;
        add(&format!("{name}::trunk"), trunks, &mut trials, &mut conversations)?;
        match CallBench::new(&vendor, &self.dial, self.agent_id, agent)?.map(Arc::new) {
            Some(bench) => {
                trials.extend(calls::trials(&format!("{name}::calls"), &bench, &fixtures));
                conversations.extend(calls::about_calls(&bench)?);
            }
            None => trials.push(Trial::ignorable_test(format!("{name}::calls"), || {
                Ok(Completion::ignored_with("The adapter does not support calls."))
            })),
        }
        trials.extend(cases::answers(name, Answers { vendor, conversations, fixtures }));
        Ok(trials)
    }

    /// Returns the catalogues from the factory's sample of the generation.
    fn facts(&self, generation: &str) -> Result<Facts, String> {
        let mut samples = self.factory.trials.iter().zip(self.factory.samples());
        let sample =
            samples.find(|(trial, _)| trial.generation == generation).map(|(_, sample)| sample.facts);
        sample.ok_or_else(|| format!("the factory has no generation {generation}"))
    }
}

/// An adapter, with its contract and its catalogues.
struct Vendor {
    /// The adapter's name.
    name: &'static str,
    adapter: Box<dyn Adapter>,
    contract: Contract,
    facts: Facts,
}

/// Adds the cases for one kind of record, or an ignored case if the vendor has no such records.
fn add<R: Root>(
    prefix: &str,
    bench: Option<Bench<R>>,
    trials: &mut Vec<Trial>,
    conversations: &mut Vec<Conversation>,
) -> Result<(), String> {
    let Some(bench) = bench.map(Arc::new) else {
        let none = || Ok(Completion::ignored_with(format!("The vendor has no {}s.", R::NAME)));
        trials.push(Trial::ignorable_test(prefix, none));
        return Ok(());
    };
    trials.extend(cases::records(prefix, &bench));
    conversations.extend(conversation::about(&bench)?);
    Ok(())
}
