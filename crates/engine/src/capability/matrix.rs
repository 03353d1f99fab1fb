//! Fields by vendors.

use serde::Serialize;
use switchboard_core::{Adapter, Agent, Capability, Factory, Trunk, capabilities};
use utoipa::ToSchema;

/// The fields that one vendor can hold.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Capabilities)]
pub struct Column {
    /// The configured name.
    pub vendor: String,
    /// The adapter of the vendor.
    pub adapter: &'static str,
    /// The generation of the vendor's API.
    pub generation: &'static str,
    /// The fields of agents.
    pub agents: Vec<Capability>,
    /// The fields of trunks; absent where the vendor has no trunks.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub trunks: Option<Vec<Capability>>,
}

impl Column {
    /// What an adapter can hold, under a name.
    pub fn new(vendor: &str, adapter: &dyn Adapter) -> Self {
        let about = adapter.descriptor();
        Self {
            vendor: vendor.to_owned(),
            adapter: about.adapter,
            generation: about.generation,
            agents: capabilities::<Agent>(adapter.agents(), about.adapter),
            trunks: adapter.trunks().map(|trunks| capabilities::<Trunk>(trunks, about.adapter)),
        }
    }

    /// The row of an agent's field.
    pub fn agent(&self, field: &str) -> Option<&Capability> {
        self.agents.iter().find(|row| row.field == field)
    }

    /// The row of a trunk's field.
    pub fn trunk(&self, field: &str) -> Option<&Capability> {
        self.trunks.iter().flatten().find(|row| row.field == field)
    }
}

/// Fields by vendors.
#[derive(Debug, Clone)]
pub struct Matrix(pub Vec<Column>);

impl Matrix {
    /// Every field of agents, in the model's order, then the extensions.
    pub fn agent_fields(&self) -> Vec<&str> {
        fields(self.0.iter().map(|column| column.agents.as_slice()))
    }

    /// Every field of trunks, in the model's order.
    pub fn trunk_fields(&self) -> Vec<&str> {
        fields(self.0.iter().filter_map(|column| column.trunks.as_deref()))
    }
}

/// What every adapter that is built in can hold, each generation on its own.
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
