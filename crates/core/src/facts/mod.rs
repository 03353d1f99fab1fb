//! A vendor's catalogues, in which plans look up values.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::model::Described;

/// A list of the values that a vendor offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Catalogue {
    /// The voices that an agent can have.
    Voices,
    /// The languages that an agent can speak.
    Languages,
    /// The language models that an agent can use.
    Models,
}

impl Catalogue {
    /// Every catalogue.
    pub const ALL: [Self; 3] = [Self::Voices, Self::Languages, Self::Models];

    /// Returns the catalogue's name in paths and messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voices => "voices",
            Self::Languages => "languages",
            Self::Models => "models",
        }
    }
}

/// An entry of a vendor's catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CatalogueEntry {
    /// The vendor's id of the entry.
    pub id: String,
    /// The vendor's name for the entry.
    pub name: String,
    /// The language of the entry (BCP 47); omitted if the entry has no language.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub language: Option<String>,
    /// A characteristic of the entry: the gender of a voice, or the engine of a model. Omitted if unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub kind: Option<String>,
    /// The entry in the vendor's own format.
    #[serde(skip)]
    pub document: Value,
}

/// The catalogues in which a plan may look up values. A plan does not fetch them.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    catalogues: BTreeMap<Catalogue, std::sync::Arc<Vec<CatalogueEntry>>>,
}

impl Facts {
    /// Facts without catalogues.
    pub const NONE: Self = Self { catalogues: BTreeMap::new() };

    /// Adds the entries of a catalogue, or replaces them if the catalogue was already added.
    pub fn with(
        mut self,
        catalogue: Catalogue,
        entries: impl Into<std::sync::Arc<Vec<CatalogueEntry>>>,
    ) -> Self {
        self.catalogues.insert(catalogue, entries.into());
        self
    }

    /// Returns the entries of a catalogue. The slice is empty if the catalogue was not added.
    pub fn entries(&self, catalogue: Catalogue) -> &[CatalogueEntry] {
        self.catalogues.get(&catalogue).map_or(&[], |entries| entries.as_slice())
    }

    /// Finds the entry with this id in a catalogue.
    pub fn by_id(&self, catalogue: Catalogue, id: &str) -> Option<&CatalogueEntry> {
        self.entries(catalogue).iter().find(|entry| entry.id == id)
    }
}
