//! The search index: the columns and terms by which lists find rows, and the queries over them.

use std::fmt;

use jiff::Timestamp;

use crate::{Collection, Row};

/// The entry of a row in the search index. Only rows that are not hidden have an entry. The engine decides the values,
/// and the store only compares them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchEntry {
    /// The row's collection.
    pub collection: Collection,
    /// The row's id.
    pub id: String,
    /// The row's sort key in the order by name.
    pub name: String,
    /// Name of the configured vendor that runs the record.
    pub vendor: String,
    /// The language tag, in lower case.
    pub language: Option<String>,
    /// The part of the language tag before the first hyphen.
    pub primary_language: Option<String>,
    /// The direction of calls, as the engine names it. `None` if the record has none.
    pub direction: Option<String>,
    /// The sync state, as the engine names it.
    pub sync: String,
    /// The fidelity of the translation, as the engine names it.
    pub fidelity: String,
    /// The row's [`updated_at`](Row::updated_at).
    pub updated_at: Timestamp,
    /// The route of the record.
    pub route: IndexedRoute,
    /// The terms of the row.
    pub terms: Vec<Term>,
}

/// The route of a record in the search index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexedRoute {
    /// The vendor to which the route leads. `None` if there is no route or if the route is not known yet.
    pub vendor: Option<String>,
    /// True if the route leads to a vendor other than the current one, or if the route is unknown because the record
    /// cannot be read.
    pub stale: bool,
    /// Fingerprint of the routing that found this route, greater than 0. A number below 1 marks a record that has not
    /// been routed since its last change. The record has to be routed again if the current routing has another
    /// fingerprint.
    pub routed_by: i64,
}

/// A label, a word, a reference or a mark of a row in the search index. A row can have several terms.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// A label, as `NAME=VALUE`.
    Label(String),
    /// A word, in lower case.
    Word(String),
    /// The id of an agent to which the row's agent hands calls over.
    Handover(String),
    /// The mark of a row whose document cannot be read.
    Damaged,
}

impl Term {
    /// Returns the stored kind.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Label(_) => "label",
            Self::Word(_) => "word",
            Self::Handover(_) => "handover",
            Self::Damaged => "damaged",
        }
    }

    /// Returns the stored value.
    pub(crate) fn value(&self) -> &str {
        match self {
            Self::Label(value) | Self::Word(value) | Self::Handover(value) => value,
            Self::Damaged => "",
        }
    }
}

/// A change to the search index. No change is refused.
#[derive(Debug, Clone)]
pub enum SearchChange {
    /// Replaces the entry of a row, with its terms.
    Replace(Box<SearchEntry>),
    /// Changes only the time, the sync state and, if given, `routed_by`, because most writes change no other column.
    /// Does nothing if the row has no entry.
    Touch {
        /// The row's collection.
        collection: Collection,
        /// The row's id.
        id: String,
        /// The new time.
        updated_at: Timestamp,
        /// The new sync state.
        sync: String,
        /// The new value of [`IndexedRoute::routed_by`] if the record has to be routed again. `None` keeps the stored
        /// value.
        routed_by: Option<i64>,
    },
    /// Removes the entry of a row, with its terms. Does nothing if the row has no entry.
    Remove {
        /// The row's collection.
        collection: Collection,
        /// The row's id.
        id: String,
    },
    /// Adds the entry of a row that has none, with its terms. Does nothing if the row is hidden or no longer has this
    /// version. Keeps an existing entry.
    Add {
        /// The entry.
        entry: Box<SearchEntry>,
        /// The row's version from which the entry was built.
        version: u64,
    },
    /// Stores the route of a record. Does nothing if [`IndexedRoute::routed_by`] is no longer the number `seen`, for
    /// example because a concurrent write changed the record, which then has to be routed again.
    Route {
        /// The row's collection.
        collection: Collection,
        /// The row's id.
        id: String,
        /// The number that the caller read.
        seen: i64,
        /// The new route.
        route: IndexedRoute,
    },
    /// Marks the index as complete: every row that is not hidden has an entry.
    Complete,
}

/// A query over the search index. A row matches if it meets every given condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Search {
    /// Name of the configured vendor that runs the record.
    pub vendor: Option<String>,
    /// The caller's own key of the record.
    pub external_ref: Option<String>,
    /// The language tag in lower case. Also selects more specific tags: `de` selects `de-at`.
    pub language: Option<String>,
    /// The direction that the record must have.
    pub direction: Option<String>,
    /// The sync state that the record must have.
    pub sync: Option<String>,
    /// The fidelity that the record must have.
    pub fidelity: Option<String>,
    /// True to select only rows whose entry has a [stale](IndexedRoute::stale) route.
    pub stale: bool,
    /// Labels that the row must have, each as `NAME=VALUE`.
    pub labels: Vec<String>,
    /// Prefixes of words, in lower case. For each prefix, the row must have a word that starts with it.
    pub words: Vec<String>,
    /// Selects only rows whose [`updated_at`](Row::updated_at) is after this time.
    pub updated_after: Option<Timestamp>,
    /// The order of the rows.
    pub order: SearchOrder,
}

/// The order of the rows that a search finds. Rows with equal keys are ordered by id, in the same direction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SearchOrder {
    /// The key by which the rows are ordered.
    pub key: SearchKey,
    /// True for the greatest key first.
    pub descending: bool,
}

/// The key by which found rows are ordered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SearchKey {
    /// The id.
    #[default]
    Id,
    /// The row's [`updated_at`](Row::updated_at).
    UpdatedAt,
    /// The name.
    Name,
}

/// A position in an ordered list: the id of a row and, except in the order of ids, its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchPosition {
    /// A position in the order of ids: the id.
    Id(String),
    /// A position in the order of times: the time and the id.
    UpdatedAt(Timestamp, String),
    /// A position in the order of names: the name and the id.
    Name(String, String),
}

impl SearchPosition {
    /// Reads a position in an order by this key. Returns `None` if the string does not have the format that
    /// [`Display`](fmt::Display) writes for this key.
    pub fn read(key: SearchKey, text: &str) -> Option<Self> {
        match key {
            SearchKey::Id => Some(Self::Id(text.to_owned())),
            SearchKey::UpdatedAt => {
                let (id, time) = text.split_once(':')?;
                let time = Timestamp::from_microsecond(time.parse().ok()?).ok()?;
                Some(Self::UpdatedAt(time, id.to_owned()))
            }
            SearchKey::Name => {
                let (id, name) = text.split_once(':')?;
                Some(Self::Name(name.to_owned(), id.to_owned()))
            }
        }
    }
}

/// Writes `ID` in the order of ids, `ID:MICROSECONDS` in the order of times, and `ID:NAME` in the order of names. No id
/// has a colon.
impl fmt::Display for SearchPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Id(id) => f.write_str(id),
            Self::UpdatedAt(time, id) => write!(f, "{id}:{}", time.as_microsecond()),
            Self::Name(name, id) => write!(f, "{id}:{name}"),
        }
    }
}

/// A row that a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The row.
    pub row: Row,
    /// The row's sort key in the order by name.
    pub name: String,
}

impl Found {
    /// Returns the row's position in an order by this key.
    pub fn position(&self, key: SearchKey) -> SearchPosition {
        let id = self.row.id.clone();
        match key {
            SearchKey::Id => SearchPosition::Id(id),
            SearchKey::UpdatedAt => SearchPosition::UpdatedAt(self.row.updated_at, id),
            SearchKey::Name => SearchPosition::Name(self.name.clone(), id),
        }
    }
}

/// A row whose record has to be routed.
#[derive(Debug, Clone)]
pub struct Unrouted {
    /// The row.
    pub row: Row,
    /// The number [`IndexedRoute::routed_by`] of the row.
    pub routed_by: i64,
}
