//! What became of every record of a collection, also of those that are gone.

use std::collections::{HashMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

use super::Record;

/// Most records remembered; the oldest are forgotten first.
const CAPACITY: usize = 100_000;

/// Who makes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// A vendor request.
    Request,
    /// A control route, in the place of a user of the vendor's console.
    Console,
}

/// The changes of one collection.
#[derive(Clone, Default, Serialize)]
pub(crate) struct History {
    /// Vendor requests that made a record.
    creates: u64,
    /// Vendor requests that changed one, also to what it was.
    updates: u64,
    /// Vendor requests that took one away.
    deletes: u64,
    /// Records that were forgotten here for want of room.
    forgotten: usize,
    /// Every record in order of creation.
    records: VecDeque<Life>,
    /// Where the records are that are still there, counting those forgotten.
    #[serde(skip)]
    living: HashMap<String, usize>,
}

/// One record's life. Its moments are numbers that count the vendor's changes from 1.
#[derive(Clone, Serialize)]
struct Life {
    id: String,
    /// The name that it last had; null when it had none.
    name: Value,
    /// Whether it was made by a control route, and by no vendor request.
    planted: bool,
    created: u64,
    /// Vendor requests that changed it.
    updates: u64,
    /// Null as long as it is there.
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
