//! Adapters without an account, from which the documentation is made.

use serde_json::Value;

use crate::{
    facts::{Catalogue, CatalogueEntry, Facts},
    vendor::{Adapter, Body, Exchange, Factory, Reply, Trial},
};

/// An adapter without an account, and the lists that its vendor documents. It can plan and describe, and opens nothing.
pub struct Sample {
    /// The adapter's name, with the generation if there are several: `qcall`, `autocalls-2026`.
    pub label: String,
    /// The adapter.
    pub adapter: Box<dyn Adapter>,
    /// The vendor's lists, as its documentation shows them.
    pub facts: Facts,
}

impl Factory {
    /// Builds one sample of each generation of the vendor's API, the default one first.
    pub fn samples(&self) -> Vec<Sample> {
        self.trials.iter().filter_map(|trial| self.sample(trial)).collect()
    }

    fn sample(&self, trial: &Trial) -> Option<Sample> {
        let settings = trial.settings.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        let adapter = (self.build)(settings.collect()).ok()?;
        let facts = Catalogue::ALL.into_iter().fold(Facts::default(), |facts, catalogue| {
            match adapter.catalogue(catalogue).and_then(|exchange| self.replay(trial.generation, exchange)) {
                Some(entries) => facts.with(catalogue, entries),
                None => facts,
            }
        });
        Some(Sample { label: trial.name.to_owned(), adapter, facts })
    }

    /// Runs a conversation on the answers that the vendor documents.
    fn replay(
        &self,
        generation: &str,
        mut exchange: Exchange<Vec<CatalogueEntry>>,
    ) -> Option<Vec<CatalogueEntry>> {
        loop {
            let (request, read) = match exchange {
                Exchange::Done(entries) => return Some(entries),
                Exchange::Send(request, read) => (request, read),
            };
            let recorded: Value = serde_json::from_str((self.recorded)(generation, &request)?).ok()?;
            let body = recorded.get("body").map_or(Body::Empty, |body| Body::Json(body.clone()));
            exchange = read(Reply { status: 200, retry_after: None, body }).ok()?;
        }
    }
}
