//! The names by which a plan checks a value that a caller sets.

use std::{collections::BTreeMap, sync::Arc};

use super::CatalogueEntry;
use crate::error::closest_match;

/// The names that a plan accepts for one kind of catalogue: the entries of the vendor's list, and the aliases of the
/// configuration.
#[derive(Debug, Clone, Default)]
pub struct KnownNames {
    /// The configured name of the vendor, for messages.
    pub vendor: String,
    /// The entries of the vendor's list. `None` if the list could not be read.
    pub entries: Option<Arc<Vec<CatalogueEntry>>>,
    /// The vendor's id for each alias. The operator vouches for these ids, so they count as listed.
    pub aliases: Arc<BTreeMap<String, String>>,
}

/// The member of a catalogue entry by which a field identifies the entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListedBy {
    /// The vendor's id.
    Id,
    /// The vendor's name.
    Name,
    /// The vendor's id or the vendor's name.
    IdOrName,
}

impl KnownNames {
    /// Returns true if an alias stands for this id.
    pub fn has_alias_for(&self, id: &str) -> bool {
        self.aliases.values().any(|known| known == id)
    }

    /// Returns the known name that `wrong` most likely means. An entry whose id or name is `wrong`, regardless of ASCII
    /// case, takes precedence. Otherwise, returns the closest alias or entry, or `None` if none is similar. For an
    /// entry, returns its id if `by` is `Id`, and its name otherwise.
    pub fn suggestion(&self, by: ListedBy, wrong: &str) -> Option<&str> {
        let entries = || self.entries.iter().flat_map(|entries| entries.iter());
        let same = |entry: &&CatalogueEntry| {
            entry.id.eq_ignore_ascii_case(wrong) || entry.name.eq_ignore_ascii_case(wrong)
        };
        let of_entries = entries().map(|entry| by.key(entry));
        entries()
            .find(same)
            .map(|entry| by.key(entry))
            .or_else(|| closest_match(wrong, self.aliases.keys().map(String::as_str).chain(of_entries)))
    }
}

impl ListedBy {
    /// Returns true if the value identifies the entry.
    pub fn identifies(self, value: &str, entry: &CatalogueEntry) -> bool {
        match self {
            Self::Id => entry.id == value,
            Self::Name => entry.name == value,
            Self::IdOrName => entry.id == value || entry.name == value,
        }
    }

    fn key(self, entry: &CatalogueEntry) -> &str {
        match self {
            Self::Id => &entry.id,
            Self::Name | Self::IdOrName => &entry.name,
        }
    }
}
