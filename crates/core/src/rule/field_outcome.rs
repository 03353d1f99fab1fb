//! The result of translating one field, exact fields included.

use crate::rule::{Entry, Verdict};

/// The result of translating one field. Most fields are exact and have no report entry, so they need little memory.
pub(crate) enum FieldOutcome {
    /// The vendor holds the requested value.
    Exact {
        /// The field, as a JSON pointer.
        field: String,
        /// True if the write changes the field.
        changed: bool,
    },
    /// The report has an entry for the field.
    Listed(Box<Entry>),
}

impl FieldOutcome {
    /// Returns the field, as a JSON pointer.
    pub fn field(&self) -> &str {
        match self {
            Self::Exact { field, .. } => field,
            Self::Listed(entry) => &entry.field,
        }
    }

    /// Returns the report entry, or `None` if the field is exact.
    pub fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Exact { .. } => None,
            Self::Listed(entry) => Some(entry),
        }
    }

    /// Returns the report entry. If the field is exact, first adds an entry, whose verdict the caller then replaces.
    pub fn entry_mut(&mut self) -> &mut Entry {
        if let Self::Exact { field, changed } = self {
            let mut entry = Entry::new(field, None, Verdict::Exact);
            entry.changed = *changed;
            *self = Self::Listed(entry);
        }
        match self {
            Self::Listed(entry) => entry,
            Self::Exact { .. } => unreachable!("it has an entry now"),
        }
    }
}
