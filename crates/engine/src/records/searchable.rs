//! The values by which lists find a record, and the changes to the search index that a commit needs.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use switchboard_core::{
    model::{Agent, Direction, id},
    rule::Fidelity,
};
use switchboard_store::{Collection, IndexedRoute, Row, SearchChange, SearchEntry, Term};

use super::{Envelope, Item, Managed, SyncState, Visibility, words::words};

/// The values of a record that routing rules compare.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoutingValues {
    /// The vendor to which the caller pinned the record.
    pub pin: Option<String>,
    /// The labels.
    pub labels: BTreeMap<String, String>,
    /// The language (BCP 47).
    pub language: Option<String>,
    /// The direction.
    pub direction: Option<Direction>,
    /// The phone numbers.
    pub phone_numbers: Vec<String>,
}

impl RoutingValues {
    /// Returns the values of a record with this envelope.
    pub fn new<R: Managed>(record: &R, envelope: &Envelope) -> Self {
        Self {
            pin: envelope.vendor.clone(),
            labels: envelope.labels.clone(),
            language: record.language().map(|language| language.as_str().to_owned()),
            direction: record.direction(),
            phone_numbers: record
                .phone_numbers()
                .into_iter()
                .map(|number| number.as_str().to_owned())
                .collect(),
        }
    }
}

/// The part of the routing in force that the search index needs.
pub trait RouteTable: Send + Sync {
    /// Returns the route of a record that runs at the vendor `at`. Returns `None` if the route depends on more than
    /// these values, or if the fingerprint of the routing is not known yet.
    fn route(&self, values: &RoutingValues, at: &str) -> Option<IndexedRoute>;

    /// Returns true if the route of a record can depend on its whole desired state.
    fn depends_on_desired_state(&self) -> bool;
}

/// The values by which lists find a record.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Searchable {
    visible: bool,
    revision: u64,
    updated_at: Timestamp,
    sync: SyncState,
    fixed: FixedValues,
}

/// The values that few writes change.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FixedValues {
    name: Option<String>,
    external_ref: Option<String>,
    vendor: String,
    fidelity: Fidelity,
    /// The ids of the agents to which the record hands calls over.
    handovers: Vec<String>,
    routing: RoutingValues,
}

impl Searchable {
    fn new<R: Managed>(item: &Item<R>) -> Self {
        let (record, envelope) = (&item.body.desired.record, &item.body.envelope);
        Self {
            visible: item.visibility == Visibility::Listed,
            revision: item.revision,
            updated_at: item.updated_at,
            sync: item.sync.state,
            fixed: FixedValues {
                name: record.label().map(ToOwned::to_owned),
                external_ref: envelope.external_ref.clone(),
                vendor: item.placement.vendor.clone(),
                fidelity: item.report.fidelity,
                handovers: record.handovers().iter().map(|handover| handover.agent_id.clone()).collect(),
                routing: RoutingValues::new(record, envelope),
            },
        }
    }
}

/// The values by which the search index finds a record, as of a stored version. A commit compares the new values with
/// these. If only the revision, `updated_at` or the sync state differs, the commit updates the entry in place. If other
/// values differ, or if the values of the replaced version are not known, the commit replaces or removes the whole
/// entry.
#[derive(Debug, Clone, Default)]
pub struct IndexedValues(Option<Arc<StoredValues>>);

#[derive(Debug)]
struct StoredValues {
    id: String,
    version: u64,
    values: Searchable,
}

/// Treats all values as equal, because the item determines them and is compared separately.
impl PartialEq for IndexedValues {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<R: Managed> Item<R> {
    /// Returns the item with the values by which its stored version can be found. The item must be exactly as stored.
    pub(super) fn with_indexed_values(mut self) -> Self {
        let stored =
            StoredValues { id: self.id.clone(), version: self.version, values: Searchable::new(&self) };
        self.indexed = IndexedValues(Some(Arc::new(stored)));
        self
    }

    /// Returns the item as the commit of its update has stored it: with the next version, and with the values by which
    /// that version can be found.
    #[must_use]
    pub fn committed(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }.with_indexed_values()
    }
}

/// A change to the search index that a commit of a record needs. The change depends on the routing at the time of the
/// commit.
pub struct IndexRequest {
    collection: Collection,
    id: String,
    /// The version that the commit makes.
    version: u64,
    /// The values of the version that the commit replaces, if they are known.
    before: Option<Arc<StoredValues>>,
    after: Searchable,
}

impl IndexRequest {
    /// Prepares the change for an inserted record. Returns `None` for a hidden record, which has no entry.
    pub fn insertion<R: Managed>(item: &Item<R>) -> Option<Self> {
        let after = Searchable::new(item);
        let request =
            Self { collection: R::COLLECTION, id: item.id.clone(), version: 1, before: None, after };
        request.after.visible.then_some(request)
    }

    /// Prepares the change for an updated record.
    pub fn update<R: Managed>(item: &Item<R>) -> Self {
        let before = item.indexed.0.clone();
        let before = before.filter(|before| before.id == item.id && before.version == item.version);
        let (id, version) = (item.id.clone(), item.version + 1);
        Self { collection: R::COLLECTION, id, version, before, after: Searchable::new(item) }
    }

    /// Returns the change, or `None` if the index does not change. `complete` is true if every visible record has an
    /// entry.
    pub fn change(self, routes: Option<&dyn RouteTable>, complete: bool) -> Option<SearchChange> {
        let Self { collection, id, version, before, after } = self;
        let before = before.as_deref().map(|before| &before.values).filter(|_| complete);
        let unrouted = to_be_routed(version);
        match before {
            Some(before) if !before.visible && !after.visible => None,
            _ if !after.visible => Some(SearchChange::Remove { collection, id }),
            Some(before) if before.visible && before.fixed == after.fixed => {
                let reroute = before.revision != after.revision
                    && routes.is_none_or(|routes| routes.depends_on_desired_state());
                let same = before.updated_at == after.updated_at && before.sync == after.sync;
                (reroute || !same).then(|| SearchChange::Touch {
                    collection,
                    id,
                    updated_at: after.updated_at,
                    sync: name_of(after.sync),
                    routed_by: reroute.then_some(unrouted),
                })
            }
            _ => {
                let route = routes.and_then(|routes| routes.route(&after.fixed.routing, &after.fixed.vendor));
                let route = route.unwrap_or(IndexedRoute { vendor: None, stale: false, routed_by: unrouted });
                Some(SearchChange::Replace(Box::new(entry(collection, id, after, route))))
            }
        }
    }
}

/// Prepares the index entry of a stored record that does not have one yet. If the record cannot be read, the entry
/// marks it as damaged.
pub fn missing_entry<R: Managed>(row: Row) -> SearchChange {
    let version = row.version;
    let route = IndexedRoute { vendor: None, stale: false, routed_by: to_be_routed(version) };
    let blank = SearchEntry {
        collection: R::COLLECTION,
        id: row.id.clone(),
        name: String::new(),
        vendor: row.vendor.clone(),
        language: None,
        primary_language: None,
        direction: None,
        sync: String::new(),
        fidelity: String::new(),
        updated_at: row.updated_at,
        route: route.clone(),
        terms: vec![Term::Damaged],
    };
    let entry = match Item::<R>::from_row(row) {
        Ok(item) => entry(R::COLLECTION, item.id.clone(), Searchable::new(&item), route),
        Err(failure) => {
            tracing::error!(record = blank.id, %failure, "failed to read a stored record for the search index");
            blank
        }
    };
    SearchChange::Add { entry: Box::new(entry), version }
}

fn entry(collection: Collection, id: String, values: Searchable, route: IndexedRoute) -> SearchEntry {
    let Searchable { updated_at, sync, fixed, .. } = values;
    let FixedValues { name, external_ref, vendor, fidelity, handovers, routing } = fixed;
    let labels = routing.labels;
    let texts = name.as_deref().into_iter().chain(external_ref.as_deref());
    let mut terms: Vec<_> =
        texts.chain(labels.values().map(String::as_str)).flat_map(words).map(Term::Word).collect();
    // Version 0.1 accepted U+0000 in labels. No query can contain it, and PostgreSQL does not store it.
    let labels = labels.iter().map(|(name, value)| format!("{name}={value}"));
    terms.extend(labels.filter(|label| !label.contains('\0')).map(Term::Label));
    // At a vendor without handovers, the gateway stores ids that it has not checked.
    terms.extend(handovers.into_iter().filter(|agent| id::fits::<Agent>(agent)).map(Term::Handover));
    terms.sort_unstable();
    terms.dedup();
    let language = routing.language.map(|language| language.to_ascii_lowercase());
    SearchEntry {
        collection,
        id,
        name: name.unwrap_or_default().to_lowercase().replace('\0', ""),
        vendor,
        primary_language: language.as_deref().map(primary_language),
        language,
        direction: routing.direction.map(name_of),
        sync: name_of(sync),
        fidelity: name_of(fidelity),
        updated_at,
        route,
        terms,
    }
}

/// Returns the value of `routed_by` for a record of this version whose route is not known yet. Each version has its own
/// value, so that a route that was decided for an earlier version is not stored for this one.
fn to_be_routed(version: u64) -> i64 {
    i64::try_from(version).map_or(i64::MIN, |version| -version)
}

fn primary_language(tag: &str) -> String {
    tag.split('-').next().unwrap_or_default().to_owned()
}

/// Returns the name of an enum value in the API.
fn name_of(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        // Every value of these enums is a string.
        _ => String::new(),
    }
}
