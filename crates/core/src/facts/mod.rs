//! A vendor's own lists, and the facts that a plan looks up in them.

mod kind;

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use kind::CatalogueKind;

/// An entry of a list that the vendor keeps.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CatalogueEntry {
    /// The vendor's id.
    pub id: String,
    /// The name that the vendor gives it.
    pub name: String,
    /// The language (BCP 47), if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// The kind among its like: a voice's gender, a model's engine.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kind: Option<String>,
    /// The vendor's own row.
    #[serde(skip)]
    pub document: Value,
}

/// Lists that a plan may look up but must not fetch.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The rows of each catalogue, by the name of its kind.
    catalogues: BTreeMap<&'static str, Arc<Vec<CatalogueEntry>>>,
}

impl Facts {
    /// Facts without lists.
    pub const NONE: Self = Self { catalogues: BTreeMap::new() };

    /// Adds the catalogue of a kind.
    pub fn with(mut self, kind: CatalogueKind, entries: impl Into<Arc<Vec<CatalogueEntry>>>) -> Self {
        self.catalogues.insert(kind.name(), entries.into());
        self
    }

    /// Returns the rows of a catalogue; none if it was not fetched.
    pub fn entries(&self, kind: CatalogueKind) -> &[CatalogueEntry] {
        self.catalogues.get(kind.name()).map_or(&[], |entries| entries.as_slice())
    }

    /// Finds the row with this id.
    pub fn by_id(&self, kind: CatalogueKind, id: &str) -> Option<&CatalogueEntry> {
        self.entries(kind).iter().find(|entry| entry.id == id)
    }
}
