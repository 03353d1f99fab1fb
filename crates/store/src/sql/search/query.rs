//! SQL for queries over the search index.
//!
//! A query starts from one index range and checks the other conditions row by row. If an external reference is given,
//! the query starts from its rows. Otherwise, it starts from the condition that selects the fewest rows, if these are
//! at most [`MAX_DRIVEN`]. If every condition selects more rows, a query in the order of ids starts from a column, a
//! label or the stale routes, because the index of such a condition has this order. Any other query follows the index
//! of its order: each condition selects so many rows that a page of matching ones should be found early in this index.

use jiff::Timestamp;

use super::{Dialect, Statement, values};
use crate::{Collection, Search, SearchKey, SearchPosition};

/// The maximum number of rows from which a query starts if it has to sort them.
pub(crate) const MAX_DRIVEN: u32 = 2000;
/// A character that never occurs in a word and sorts after every character that does.
const AFTER_WORDS: char = '\u{10FFFF}';

/// A condition that selects the rows from which a query can start.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Driver<'s> {
    ExternalRef(&'s str),
    Column(&'static str, &'s str),
    Stale,
    Label(&'s str),
    Word(&'s str),
    UpdatedAfter(Timestamp),
}

impl<'s> Driver<'s> {
    /// Lists the conditions of a search from which a query can start.
    pub(crate) fn all(search: &'s Search) -> Vec<Self> {
        let external_ref = search.external_ref.as_deref().map(Self::ExternalRef);
        let columns = columns(search).into_iter().map(|(column, value)| Self::Column(column, value));
        let stale = search.stale.then_some(Self::Stale);
        let labels = search.labels.iter().map(|label| Self::Label(label));
        let words = search.words.iter().map(|word| Self::Word(word));
        // A query in the order by time already follows an index that selects these rows.
        let times = search.updated_after.filter(|_| search.order.key != SearchKey::UpdatedAt);
        let times = times.map(Self::UpdatedAfter);
        external_ref.into_iter().chain(columns).chain(stale).chain(labels).chain(words).chain(times).collect()
    }

    /// Returns true if the rows of the condition have an index in the order of ids.
    pub(crate) fn is_in_order_of_ids(&self) -> bool {
        !matches!(self, Self::Word(_) | Self::UpdatedAfter(_))
    }

    /// Appends a subquery for the ids of the condition's rows, without duplicates. If the subquery does not return the
    /// rows in the order of ids, it has a limit, which keeps SQLite from reading the whole collection in that order
    /// instead. The limit cuts off no rows, also none that were added since the rows were counted.
    fn select_once(&self, collection: Collection, statement: Statement) -> Statement {
        match self {
            Self::Word(_) => self
                .select(collection, statement.then("SELECT DISTINCT id FROM (", []))
                .then(" LIMIT ?) AS term", values![i64::MAX]),
            Self::UpdatedAfter(_) => self.select(collection, statement).then(" LIMIT ?", values![i64::MAX]),
            _ => self.select(collection, statement),
        }
    }

    /// Appends a subquery for the ids of the condition's rows. An id can occur several times.
    fn select(&self, collection: Collection, statement: Statement) -> Statement {
        let collection = collection.as_str();
        match self {
            Self::ExternalRef(key) => statement.then(
                "SELECT id FROM resources WHERE collection = ? AND external_ref = ?",
                values![collection, *key],
            ),
            Self::Column(column, value) => statement
                .then("SELECT id FROM resource_search WHERE collection = ? AND ", values![collection])
                .then(column, [])
                .then(" = ?", values![*value]),
            Self::Stale => statement.then(
                "SELECT id FROM resource_search WHERE collection = ? AND stale = ?",
                values![collection, true],
            ),
            Self::Label(label) => statement.then(
                "SELECT id FROM resource_terms WHERE collection = ? AND kind = 'label' AND term = ?",
                values![collection, *label],
            ),
            Self::Word(start) => statement.then(
                "SELECT id FROM resource_terms WHERE collection = ? AND kind = 'word' AND term >= ? AND term < ?",
                values![collection, *start, &after_words(start)],
            ),
            Self::UpdatedAfter(time) => statement.then(
                "SELECT id FROM resource_search WHERE collection = ? AND updated_at > ?",
                values![collection, *time],
            ),
        }
    }
}

/// Counts the rows of a condition, at most one more than [`MAX_DRIVEN`].
pub(crate) fn sample(dialect: Dialect, collection: Collection, driver: &Driver<'_>) -> Statement {
    let count = Statement::new(dialect, "SELECT count(*) AS found FROM (", []);
    driver.select(collection, count).then(" LIMIT ?) AS sample", values![MAX_DRIVEN + 1])
}

/// Selects at most `limit` matching rows after a position, in the order of the search.
pub(crate) fn search(
    dialect: Dialect,
    collection: Collection,
    search: &Search,
    driver: Option<&Driver<'_>>,
    after: Option<&SearchPosition>,
    limit: u32,
) -> Statement {
    let mut find = Statement::new(dialect, "SELECT resources.*, entry.name AS sort_name FROM ", []);
    if let Some(driver) = driver {
        find = driver.select_once(collection, find.then("(", [])).then(") AS driver CROSS JOIN ", []);
    }
    // SQLite reads the tables of a cross join in the order in which the statement names them.
    let name = collection.as_str();
    find = find.then(
        "resource_search AS entry CROSS JOIN resources WHERE entry.collection = ? AND resources.collection = ? AND \
         resources.id = entry.id AND NOT resources.hidden",
        values![name, name],
    );
    if driver.is_some() {
        find = find.then(" AND entry.id = driver.id", []);
    }
    find = conditions(find, name, search);
    // If the index of the driver has the order of ids, ordering by the driver's own id column needs no sort.
    let id = if driver.is_some() && search.order.key == SearchKey::Id { "driver.id" } else { "entry.id" };
    find = position(find, id, after, search.order.descending);
    let direction = if search.order.descending { " DESC" } else { "" };
    find = find.then(" ORDER BY ", []);
    if let Some(key) = key_column(search.order.key) {
        find = find.then(key, []).then(direction, []).then(", ", []);
    }
    find.then(id, []).then(direction, []).then(" LIMIT ?", values![limit])
}

/// Appends all conditions of a search. The calls to `coalesce` keep the database from starting at an index other than
/// that of the driver or the order.
fn conditions(mut find: Statement, collection: &str, search: &Search) -> Statement {
    if let Some(external_ref) = &search.external_ref {
        find = find.then(" AND coalesce(resources.external_ref, '') = ?", values![external_ref]);
    }
    for (column, value) in columns(search) {
        find = find.then(" AND coalesce(entry.", []).then(column, []).then(", '') = ?", values![value]);
    }
    if let Some(language) = &search.language {
        let (below, end) = (format!("{language}-"), format!("{language}."));
        find = find.then(
            " AND (entry.language = ? OR entry.language > ? AND entry.language < ?)",
            values![language, &below, &end],
        );
    }
    if search.stale {
        find = find.then(" AND coalesce(entry.stale, false)", []);
    }
    if let Some(time) = search.updated_after {
        find = match search.order.key {
            SearchKey::UpdatedAt => find.then(" AND entry.updated_at > ?", values![time]),
            SearchKey::Id | SearchKey::Name => {
                find.then(" AND coalesce(entry.updated_at, 0) > ?", values![time])
            }
        };
    }
    for label in &search.labels {
        find = find.then(
            " AND EXISTS (SELECT 1 FROM resource_terms AS term WHERE term.collection = ? AND term.id = entry.id AND \
             term.kind = 'label' AND term.term = ?)",
            values![collection, label],
        );
    }
    for word in &search.words {
        find = find.then(
            " AND EXISTS (SELECT 1 FROM resource_terms AS term WHERE term.collection = ? AND term.id = entry.id AND \
             term.kind = 'word' AND term.term >= ? AND term.term < ?)",
            values![collection, word, &after_words(word)],
        );
    }
    find
}

/// Appends the condition that a row follows a position.
fn position(
    find: Statement,
    id_column: &'static str,
    after: Option<&SearchPosition>,
    descending: bool,
) -> Statement {
    let beyond = if descending { " < " } else { " > " };
    match after {
        None => find,
        Some(SearchPosition::Id(id)) => {
            find.then(" AND ", []).then(id_column, []).then(beyond, []).then("?", values![id])
        }
        Some(SearchPosition::UpdatedAt(time, id)) => find
            .then(" AND (entry.updated_at, entry.id)", [])
            .then(beyond, [])
            .then("(?, ?)", values![*time, id]),
        Some(SearchPosition::Name(name, id)) => {
            find.then(" AND (entry.name, entry.id)", []).then(beyond, []).then("(?, ?)", values![name, id])
        }
    }
}

/// Lists the columns for which the search gives a value, each with that value.
fn columns(search: &Search) -> Vec<(&'static str, &str)> {
    let language = search.language.as_deref();
    let primary = language.map(|tag| tag.split_once('-').map_or(tag, |(primary, _)| primary));
    [
        ("vendor", search.vendor.as_deref()),
        ("primary_language", primary),
        ("direction", search.direction.as_deref()),
        ("sync", search.sync.as_deref()),
        ("fidelity", search.fidelity.as_deref()),
    ]
    .into_iter()
    .filter_map(|(column, value)| Some((column, value?)))
    .collect()
}

fn key_column(key: SearchKey) -> Option<&'static str> {
    match key {
        SearchKey::Id => None,
        SearchKey::UpdatedAt => Some("entry.updated_at"),
        SearchKey::Name => Some("entry.name"),
    }
}

/// Returns the exclusive end of the range of words with this prefix.
fn after_words(start: &str) -> String {
    format!("{start}{AFTER_WORDS}")
}
