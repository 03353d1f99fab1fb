//! A vendor's own lists, and the facts that a plan looks up in them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::Described;

/// A list that a vendor keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Catalogue {
    /// The voices an agent can have.
    Voices,
    /// The languages an agent can speak.
    Languages,
    /// The language models an agent can use.
    Models,
}

impl Catalogue {
    /// Every catalogue.
    pub const ALL: [Self; 3] = [Self::Voices, Self::Languages, Self::Models];

    /// Returns the name in paths and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voices => "voices",
            Self::Languages => "languages",
            Self::Models => "models",
        }
    }
}

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
    catalogues: BTreeMap<Catalogue, std::sync::Arc<Vec<CatalogueEntry>>>,
}

impl Facts {
    /// Facts without lists.
    pub const NONE: Self = Self { catalogues: BTreeMap::new() };

    /// Adds this catalogue.
    pub fn with(
        mut self,
        catalogue: Catalogue,
        entries: impl Into<std::sync::Arc<Vec<CatalogueEntry>>>,
    ) -> Self {
        self.catalogues.insert(catalogue, entries.into());
        self
    }

    /// Returns the rows of a catalogue; none if it was not fetched.
    pub fn entries(&self, catalogue: Catalogue) -> &[CatalogueEntry] {
        self.catalogues.get(&catalogue).map_or(&[], |entries| entries.as_slice())
    }

    /// Finds the row with this id.
    pub fn by_id(&self, catalogue: Catalogue, id: &str) -> Option<&CatalogueEntry> {
        self.entries(catalogue).iter().find(|entry| entry.id == id)
    }
}
