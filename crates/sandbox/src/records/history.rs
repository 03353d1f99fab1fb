//! The history of every record of a collection, removed ones included.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::Record;

/// The most records in a history; the oldest are forgotten first.
const CAPACITY: usize = 100_000;

/// The origin of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A vendor request.
    Request,
    /// A control route, in place of a user of the vendor's console.
    Console,
}

/// The changes of one collection.
#[derive(Clone, Default, Serialize)]
pub(crate) struct History {
    /// Vendor requests that made a record.
    creates: u64,
    /// Vendor requests that changed a record, even if the result equals what it was.
    updates: u64,
    /// Vendor requests that removed a record.
    deletes: u64,
    /// Records dropped from this history because it was full.
    forgotten: usize,
    /// Every record in order of creation.
    records: VecDeque<Life>,
    /// The positions of the existing records, counting the forgotten ones.
    #[serde(skip)]
    living: HashMap<String, usize>,
}

/// One record's history. Its times are numbers that count the vendor's changes from 1.
#[derive(Clone, Serialize)]
struct Life {
    id: String,
    /// The record's last name; null if it had none.
    name: Value,
    /// True if a control route made the record, rather than a vendor request.
    planted: bool,
    created: u64,
    /// The number of vendor requests that changed the record.
    updates: u64,
    /// The number of the change that removed it; null while the record exists.
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
