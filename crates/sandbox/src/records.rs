//! What one simulated vendor has stored.

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// Most records that one collection holds; a vendor's own quota is not documented.
const CAPACITY: usize = 10_000;

/// A stored document, without its id.
pub(crate) type Record = Map<String, Value>;

/// Collections of records by id, each in order of creation.
pub(crate) struct Records {
    ids: Ids,
    collections: Vec<(&'static str, Map<String, Value>)>,
}

/// How the vendor names its records.
enum Ids {
    /// UUID text.
    Uuid,
    /// Whole numbers; the next one to give.
    Number(u64),
}

/// The collection holds no more records, or knows no such id form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    Full,
    ForeignId,
    UnknownCollection,
}

impl Records {
    /// Empty collections whose ids are UUIDs.
    pub(crate) fn with_uuids(collections: &[&'static str]) -> Self {
        Self::empty(Ids::Uuid, collections)
    }

    /// Empty collections whose ids are whole numbers from `first` on.
    pub(crate) fn with_numbers(first: u64, collections: &[&'static str]) -> Self {
        Self::empty(Ids::Number(first), collections)
    }

    fn empty(ids: Ids, collections: &[&'static str]) -> Self {
        let collections = collections.iter().map(|name| (*name, Map::new()));
        Self { ids, collections: collections.collect() }
    }

    /// Stores a new record and answers its id.
    pub(crate) fn insert(&mut self, collection: &str, record: Record) -> Result<String, Refused> {
        let id = match &mut self.ids {
            Ids::Uuid => Uuid::now_v7().to_string(),
            Ids::Number(next) => {
                let id = next.to_string();
                *next = next.saturating_add(1);
                id
            }
        };
        self.put(collection, &id, record)?;
        Ok(id)
    }

    /// Stores a record under an id of the caller's choice, in place of one that is there.
    pub(crate) fn put(&mut self, collection: &str, id: &str, record: Record) -> Result<(), Refused> {
        if let Ids::Number(next) = &mut self.ids {
            let number: u64 = id.parse().map_err(|_| Refused::ForeignId)?;
            *next = (*next).max(number.saturating_add(1));
        }
        let rows = self.rows_mut(collection).ok_or(Refused::UnknownCollection)?;
        if rows.len() >= CAPACITY && !rows.contains_key(id) {
            return Err(Refused::Full);
        }
        rows.insert(id.to_owned(), Value::Object(record));
        Ok(())
    }

    pub(crate) fn get(&self, collection: &str, id: &str) -> Option<&Record> {
        self.rows(collection)?.get(id)?.as_object()
    }

    pub(crate) fn get_mut(&mut self, collection: &str, id: &str) -> Option<&mut Record> {
        self.rows_mut(collection)?.get_mut(id)?.as_object_mut()
    }

    /// Removes a record and says whether it was there.
    pub(crate) fn remove(&mut self, collection: &str, id: &str) -> bool {
        self.rows_mut(collection).is_some_and(|rows| rows.shift_remove(id).is_some())
    }

    /// The records of a collection with their ids, oldest first.
    pub(crate) fn iter(&self, collection: &str) -> impl Iterator<Item = (&str, &Record)> {
        self.rows(collection)
            .into_iter()
            .flat_map(Map::iter)
            .filter_map(|(id, record)| Some((id.as_str(), record.as_object()?)))
    }

    /// The id as it stands in the vendor's JSON.
    pub(crate) fn id_value(&self, id: &str) -> Value {
        match self.ids {
            Ids::Uuid => json!(id),
            Ids::Number(_) => id.parse::<u64>().map_or_else(|_| json!(id), |id| json!(id)),
        }
    }

    /// Everything, as `{collection: {id: record}}`.
    pub(crate) fn everything(&self) -> Value {
        let collections = self.collections.iter();
        collections
            .map(|(name, rows)| ((*name).to_owned(), Value::Object(rows.clone())))
            .collect::<Map<_, _>>()
            .into()
    }

    fn rows(&self, collection: &str) -> Option<&Map<String, Value>> {
        let mut collections = self.collections.iter();
        collections.find(|(name, _)| *name == collection).map(|(_, rows)| rows)
    }

    fn rows_mut(&mut self, collection: &str) -> Option<&mut Map<String, Value>> {
        let mut collections = self.collections.iter_mut();
        collections.find(|(name, _)| *name == collection).map(|(_, rows)| rows)
    }
}
