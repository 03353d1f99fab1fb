//! The capabilities of several vendors, one column for each.

use serde::Serialize;
use switchboard_core::{
    plan::Translator,
    rule::Capability,
    vendor::{Adapter, Factory},
};
use utoipa::ToSchema;

use super::with_calls::note_calls;

/// The capabilities of one vendor for every field.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Capabilities)]
pub struct Column {
    /// The configured name of the vendor.
    pub vendor: String,
    /// The adapter of the vendor.
    pub adapter: &'static str,
    /// The generation of the vendor's API.
    pub generation: &'static str,
    /// The capabilities for the fields of agents.
    pub agents: Vec<Capability>,
    /// The capabilities for the fields of trunks. Omitted if the vendor has no trunks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub trunks: Option<Vec<Capability>>,
    /// The capabilities for the fields of requests to place a call. Omitted if the gateway cannot place calls at the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub calls: Option<Vec<Capability>>,
}

impl Column {
    /// Derives the capabilities from an adapter's rules. `vendor` is the name of the column.
    pub fn new(vendor: &str, adapter: &dyn Adapter) -> Self {
        let about = adapter.descriptor();
        let mut agents = Translator::new(adapter.agents(), about.adapter).capabilities();
        if let Some(calls) = adapter.calls() {
            note_calls(&mut agents, calls, about.adapter);
        }
        Self {
            vendor: vendor.to_owned(),
            adapter: about.adapter,
            generation: about.generation,
            agents,
            trunks: adapter.trunks().map(|trunks| Translator::new(trunks, about.adapter).capabilities()),
            calls: adapter.calls().map(|calls| Translator::new(calls.rules(), about.adapter).capabilities()),
        }
    }

    /// Finds the capability for a field of agents.
    pub fn agent(&self, field: &str) -> Option<&Capability> {
        self.agents.iter().find(|row| row.field == field)
    }

    /// Finds the capability for a field of trunks.
    pub fn trunk(&self, field: &str) -> Option<&Capability> {
        self.trunks.iter().flatten().find(|row| row.field == field)
    }

    /// Finds the capability for a field of requests to place a call.
    pub fn call(&self, field: &str) -> Option<&Capability> {
        self.calls.iter().flatten().find(|row| row.field == field)
    }
}

/// The capabilities of several vendors, one column for each.
#[derive(Debug, Clone)]
pub struct Matrix(pub Vec<Column>);

impl Matrix {
    /// Lists every field of agents: first the fields of the model in the model's order, then the extensions.
    pub fn agent_fields(&self) -> Vec<&str> {
        fields(self.0.iter().map(|column| column.agents.as_slice()))
    }

    /// Lists every field of trunks, in the model's order.
    pub fn trunk_fields(&self) -> Vec<&str> {
        fields(self.0.iter().filter_map(|column| column.trunks.as_deref()))
    }

    /// Lists every field of requests to place a call, in the model's order.
    pub fn call_fields(&self) -> Vec<&str> {
        fields(self.0.iter().filter_map(|column| column.calls.as_deref()))
    }
}

/// Derives the capabilities of these adapters, with one column for each generation.
pub fn built_in(adapters: &[Factory]) -> Matrix {
    let samples = adapters.iter().flat_map(Factory::samples);
    Matrix(samples.map(|sample| Column::new(&sample.label, &*sample.adapter)).collect())
}

fn fields<'a>(columns: impl Iterator<Item = &'a [Capability]>) -> Vec<&'a str> {
    let mut fields: Vec<&str> = Vec::new();
    for row in columns.flatten() {
        if !fields.contains(&row.field.as_str()) {
            fields.push(&row.field);
        }
    }
    let (extensions, mut model): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|field| field.starts_with("/extensions/"));
    model.extend(extensions);
    model
}
