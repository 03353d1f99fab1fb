//! Facts about a vendor for plans: its catalogues, the names by which values are checked, and whether the vendor is on
//! the internet.

mod kind;
mod known_names;

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use kind::CatalogueKind;
pub use known_names::{KnownNames, ListedBy};

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

impl CatalogueEntry {
    /// Reads a row of a vendor's list. `id`, `name` and `kind` are the names of the members that hold the values of the
    /// entry. Returns `None` if the row has no id or no name.
    pub fn from_row(document: Value, id: &str, name: &str, kind: &str) -> Option<Self> {
        let text = |member: &str| document.get(member).and_then(Value::as_str).map(ToOwned::to_owned);
        let id = text(id).filter(|id| !id.is_empty())?;
        Some(Self { id, name: text(name)?, language: None, kind: text(kind), document })
    }
}

/// The catalogues in which a plan may look up values, and the names by which it checks values. Planning does no I/O, so
/// its caller fetches both beforehand.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The entries of each catalogue, by the name of its kind.
    catalogues: BTreeMap<&'static str, Arc<Vec<CatalogueEntry>>>,
    /// The names against which a plan checks the values that a caller sets. The key is the name of the kind.
    known_names: BTreeMap<&'static str, KnownNames>,
    /// True if the vendor is on the internet, from where it cannot reach a private network.
    remote: bool,
}

impl Facts {
    /// No catalogues and no names. The vendor is assumed to reach private networks.
    pub const NONE: Self = Self { catalogues: BTreeMap::new(), known_names: BTreeMap::new(), remote: false };

    /// Adds the entries of a catalogue, or replaces them if the catalogue was already added.
    pub fn with(mut self, kind: CatalogueKind, entries: impl Into<Arc<Vec<CatalogueEntry>>>) -> Self {
        self.catalogues.insert(kind.name(), entries.into());
        self
    }

    /// Adds the names against which the plan checks the values of this kind, or replaces them if they were
    /// already added.
    pub fn with_known_names(mut self, kind: CatalogueKind, names: KnownNames) -> Self {
        self.known_names.insert(kind.name(), names);
        self
    }

    /// Sets whether the vendor is on the internet, from where it cannot reach a private network.
    pub fn with_remote_vendor(self, remote: bool) -> Self {
        Self { remote, ..self }
    }

    /// Returns true if the vendor is on the internet, from where it cannot reach a private network.
    pub fn has_remote_vendor(&self) -> bool {
        self.remote
    }

    /// Returns the names against which the plan checks values of this kind. Returns `None` if the plan does not check
    /// these values, for example because they are unchanged or an earlier plan has checked them.
    pub fn known_names(&self, kind: CatalogueKind) -> Option<&KnownNames> {
        self.known_names.get(kind.name())
    }

    /// Returns the entries of a catalogue, or an empty slice if the catalogue was not added.
    pub fn entries(&self, kind: CatalogueKind) -> &[CatalogueEntry] {
        self.catalogues.get(kind.name()).map_or(&[], |entries| entries.as_slice())
    }

    /// Finds the entry with this id, in the added catalogue or among the known names.
    pub fn by_id(&self, kind: CatalogueKind, id: &str) -> Option<&CatalogueEntry> {
        let checked = self.known_names(kind).and_then(|names| names.entries.as_deref());
        self.entries(kind).iter().chain(checked.into_iter().flatten()).find(|entry| entry.id == id)
    }
}
