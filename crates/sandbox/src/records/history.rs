//! The history of every record in a collection, including removed records.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::Record;

/// The maximum number of records in a history. The oldest records are dropped first.
const CAPACITY: usize = 100_000;

/// The origin of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A vendor request.
    Request,
    /// A control route, which simulates a user of the vendor's console.
    Console,
}

/// The changes of one collection.
#[derive(Clone, Default, Serialize)]
pub(crate) struct History {
    /// The number of records that vendor requests created.
    creates: u64,
    /// The number of writes of vendor requests to existing records, even if the record did not change. A request that
    /// also writes other records counts for each of them.
    updates: u64,
    /// The number of records that vendor requests removed.
    deletes: u64,
    /// The number of records dropped from this history because it was full.
    forgotten: usize,
    /// The records in order of creation.
    records: VecDeque<Life>,
    /// The position of each existing record in the order of creation, by id. Dropped records still count.
    #[serde(skip)]
    living: HashMap<String, usize>,
}

/// One record's history. `created` and `deleted` are positions in the sequence of all changes at the vendor, counted
/// from 1.
#[derive(Clone, Serialize)]
struct Life {
    id: String,
    /// The latest `name` of the record. Null if the record has no name.
    name: Value,
    /// True if a control route created the record, false if a vendor request did.
    planted: bool,
    created: u64,
    /// The number of vendor requests that wrote the record after its creation, directly or beside another record.
    updates: u64,
    /// The position of the change that removed the record. Null while the record exists.
    deleted: Option<u64>,
}

impl History {
    pub(super) fn created(&mut self, moment: u64, id: &str, record: &Record, by: By) {
        self.creates += u64::from(by == By::Request);
        self.living.insert(id.to_owned(), self.forgotten + self.records.len());
        self.records.push_back(Life {
            id: id.to_owned(),
            name: name(record),
            planted: by == By::Console,
            created: moment,
            updates: 0,
            deleted: None,
        });
        if self.records.len() > CAPACITY {
            self.records.pop_front();
            self.forgotten += 1;
        }
    }

    pub(super) fn updated(&mut self, id: &str, record: &Record, by: By) {
        let requests = u64::from(by == By::Request);
        self.updates += requests;
        if let Some(life) = self.life(id) {
            life.name = name(record);
            life.updates += requests;
        }
    }

    pub(super) fn deleted(&mut self, moment: u64, id: &str, by: By) {
        self.deletes += u64::from(by == By::Request);
        if let Some(life) = self.life(id) {
            life.deleted = Some(moment);
        }
        self.living.remove(id);
    }

    fn life(&mut self, id: &str) -> Option<&mut Life> {
        let place = self.living.get(id)?.checked_sub(self.forgotten)?;
        self.records.get_mut(place)
    }
}

fn name(record: &Record) -> Value {
    record.get("name").cloned().unwrap_or_default()
}
