//! Adapters without an account, from which the documentation is generated.

use std::time::Duration;

use serde_json::Value;

use crate::{
    facts::{CatalogueEntry, Facts},
    vendor::{Adapter, Binary, Body, Exchange, Factory, Reply, Trial},
};

/// An adapter without an account, with the catalogues that its vendor documents. The adapter is used for plans and
/// descriptions only, and no request is sent.
pub struct Sample {
    /// The adapter's name, with the generation if the adapter supports several, such as `qcall` or `autocalls-2026`.
    pub label: String,
    /// The adapter.
    pub adapter: Box<dyn Adapter>,
    /// The vendor's catalogues, from its documentation.
    pub facts: Facts,
}

impl Factory {
    /// Builds one sample for each generation of the vendor's API, the default generation first. Omits a generation
    /// whose trial settings the adapter refuses.
    pub fn samples(&self) -> Vec<Sample> {
        self.trials.iter().filter_map(|trial| self.sample(trial, &[])).collect()
    }

    /// Builds the samples of [`Factory::samples`] with the settings that `serve --sandbox` adds.
    pub fn sandbox_samples(&self) -> Vec<Sample> {
        self.trials.iter().filter_map(|trial| self.sample(trial, trial.sandbox_settings)).collect()
    }

    fn sample(&self, trial: &Trial, further_settings: &[(&str, &str)]) -> Option<Sample> {
        let settings = trial.settings.iter().chain(further_settings);
        let settings = settings.map(|(name, value)| ((*name).to_owned(), Value::from(*value)));
        let adapter = (self.build)(settings.collect()).ok()?;
        let facts = adapter.catalogue_kinds().into_iter().fold(Facts::default(), |facts, kind| match adapter
            .catalogue(kind)
            .and_then(|exchange| self.replay(trial.generation, exchange))
        {
            Some(entries) => facts.with(kind, entries),
            None => facts,
        });
        Some(Sample { label: trial.name.to_owned(), adapter, facts })
    }

    /// Runs an exchange with the answers that the vendor documents. Returns `None` if an answer is missing or
    /// cannot be read.
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
            exchange = read(Reply::from_fixture(&recorded)?).ok()?;
        }
    }
}

impl Reply {
    /// Reads a documented answer, `{"status": …, "headers": …, "body": …}`; headers and body may be missing. The body
    /// is JSON, or a string if the header `content-type` names another media type. Returns `None` if the document does
    /// not have this form.
    pub fn from_fixture(fixture: &Value) -> Option<Self> {
        let header = |name: &str| fixture["headers"][name].as_str();
        let seconds = header("retry-after").and_then(|seconds| seconds.parse().ok());
        let media_type = header("content-type").filter(|media_type| !media_type.contains("json"));
        let body = match (fixture.get("body"), media_type) {
            (None, _) => Body::Empty,
            (Some(body), None) => Body::Json(body.clone()),
            (Some(body), Some(media_type)) => Body::Bytes(Binary::new(media_type, body.as_str()?)),
        };
        let status = fixture["status"].as_u64()?.try_into().ok()?;
        Some(Self { status, retry_after: seconds.map(Duration::from_secs), body })
    }
}
