//! The stored records of one simulated vendor.

mod history;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use uuid::Uuid;

pub(crate) use history::{By, History};

/// The maximum number of records in one collection. The vendors do not document their quotas.
const CAPACITY: usize = 10_000;

/// A stored document, without its id.
pub(crate) type Record = Map<String, Value>;

/// Collections of records by id, each in order of creation.
pub(crate) struct Records {
    ids: Ids,
    /// The number of changes so far.
    changes: u64,
    collections: Vec<Collection>,
}

struct Collection {
    name: &'static str,
    rows: Map<String, Value>,
    history: History,
}

/// The format of a vendor's ids.
enum Ids {
    /// UUIDs.
    Uuid,
    /// Whole numbers. The value is the next number to assign.
    Number(u64),
}

/// The reason why a record was not stored.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    ForeignId,
    UnknownCollection,
}

impl Records {
    /// Creates empty collections whose ids are UUIDs.
    pub(crate) fn with_uuids(collections: &[&'static str]) -> Self {
        Self::empty(Ids::Uuid, collections)
    }

    /// Creates empty collections whose ids are consecutive whole numbers, starting with `first`.
    pub(crate) fn with_numbers(first: u64, collections: &[&'static str]) -> Self {
        Self::empty(Ids::Number(first), collections)
    }

    /// Adds a record that the account has from the start.
    pub(crate) fn seeded(mut self, collection: &str, id: &str, record: Value) -> Self {
        let record = record.as_object().cloned().unwrap_or_default();
        // The collection is known and not full, so the record is stored.
        self.put(collection, id, record, By::Console).unwrap_or_default();
        self
    }

    fn empty(ids: Ids, names: &[&'static str]) -> Self {
        let empty = |name: &&'static str| Collection { name, rows: Map::new(), history: History::default() };
        Self { ids, changes: 0, collections: names.iter().map(empty).collect() }
    }

    /// Stores a new record on behalf of a vendor request and returns the record's id.
    pub(crate) fn insert(&mut self, collection: &str, record: Record) -> Result<String, Refused> {
        let id = match &mut self.ids {
            Ids::Uuid => Uuid::now_v7().to_string(),
            Ids::Number(next) => {
                let id = next.to_string();
                *next = next.saturating_add(1);
                id
            }
        };
        self.put(collection, &id, record, By::Request)?;
        Ok(id)
    }

    /// Stores a record under the id that the caller chooses. Replaces an existing record with this id.
    pub(crate) fn put(&mut self, collection: &str, id: &str, record: Record, by: By) -> Result<(), Refused> {
        if let Ids::Number(next) = &mut self.ids {
            let number: u64 = id.parse().map_err(|_| Refused::ForeignId)?;
            *next = (*next).max(number.saturating_add(1));
        }
        let Collection { rows, history, .. } =
            named(&mut self.collections, collection).ok_or(Refused::UnknownCollection)?;
        let is_new = !rows.contains_key(id);
        if is_new && rows.len() >= CAPACITY {
            return Err(Refused::Full);
        }
        self.changes += 1;
        if is_new {
            history.created(self.changes, id, &record, by);
        } else {
            history.updated(id, &record, by);
        }
        rows.insert(id.to_owned(), Value::Object(record));
        Ok(())
    }

    pub(crate) fn get(&self, collection: &str, id: &str) -> Option<&Record> {
        self.rows(collection)?.get(id)?.as_object()
    }

    /// Replaces a record on behalf of a vendor request, and returns whether the record existed.
    pub(crate) fn replace(&mut self, collection: &str, id: &str, record: Record) -> bool {
        let Some(Collection { rows, history, .. }) = named(&mut self.collections, collection) else {
            return false;
        };
        let Some(row) = rows.get_mut(id) else {
            return false;
        };
        self.changes += 1;
        history.updated(id, &record, By::Request);
        *row = Value::Object(record);
        true
    }

    /// Removes a record and returns whether the record existed.
    pub(crate) fn remove(&mut self, collection: &str, id: &str, by: By) -> bool {
        let Some(Collection { rows, history, .. }) = named(&mut self.collections, collection) else {
            return false;
        };
        let was_there = rows.shift_remove(id).is_some();
        if was_there {
            self.changes += 1;
            history.deleted(self.changes, id, by);
        }
        was_there
    }

    /// Iterates over the records of a collection with their ids, oldest first.
    pub(crate) fn iter(&self, collection: &str) -> impl Iterator<Item = (&str, &Record)> {
        self.rows(collection)
            .into_iter()
            .flat_map(Map::iter)
            .filter_map(|(id, record)| Some((id.as_str(), record.as_object()?)))
    }

    /// Returns the id as it appears in the vendor's JSON.
    pub(crate) fn id_value(&self, id: &str) -> Value {
        match self.ids {
            Ids::Uuid => json!(id),
            Ids::Number(_) => id.parse::<u64>().map_or_else(|_| json!(id), |id| json!(id)),
        }
    }

    /// Returns all records, as `{collection: {id: record}}`.
    pub(crate) fn everything(&self) -> Value {
        let collections = self.collections.iter();
        let rows = collections.map(|known| (known.name.to_owned(), Value::Object(known.rows.clone())));
        rows.collect::<Map<_, _>>().into()
    }

    /// Returns the history of each collection.
    pub(crate) fn histories(&self) -> BTreeMap<&'static str, History> {
        self.collections.iter().map(|known| (known.name, known.history.clone())).collect()
    }

    fn rows(&self, collection: &str) -> Option<&Map<String, Value>> {
        self.collections.iter().find(|known| known.name == collection).map(|known| &known.rows)
    }
}

fn named<'a>(collections: &'a mut [Collection], name: &str) -> Option<&'a mut Collection> {
    collections.iter_mut().find(|known| known.name == name)
}
