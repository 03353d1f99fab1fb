//! Every vendor request that the sandbox has seen.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::Vendor;
use crate::contract::Violation;

/// Most bytes of request bodies kept; the oldest requests go first.
const CAPACITY_BYTES: usize = 64 << 20;

/// One request. Headers are not kept, so that no credential is; bodies are.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub vendor: Vendor,
    /// The contract's `operationId`; null when nothing is documented there.
    pub operation: Option<String>,
    pub method: String,
    /// Below the vendor's base path.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// The JSON body, the text of a body that is not JSON, or null.
    pub body: Value,
    /// What was answered; null until then, and for good when the connection was closed without an answer.
    pub status: Option<u16>,
    /// Whether the request was as documented.
    pub valid: bool,
    pub violations: Vec<Violation>,
    /// When it arrived.
    pub at: Timestamp,
    #[serde(skip)]
    pub bytes: usize,
}

/// The requests, oldest first.
pub(crate) struct Journal {
    /// Most requests kept; older ones are forgotten first.
    capacity: usize,
    entries: VecDeque<Entry>,
    /// How many were dropped from the front: the number of the first entry.
    forgotten: usize,
    bytes: usize,
}

/// An entry's number, for the status that comes later.
#[derive(Clone, Copy)]
pub(crate) struct Number(usize);

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: VecDeque::new(), forgotten: 0, bytes: 0 }
    }

    /// Notes a request on its arrival.
    pub(crate) fn note(&mut self, entry: Entry) -> Number {
        let number = Number(self.forgotten + self.entries.len());
        self.bytes += entry.bytes;
        self.entries.push_back(entry);
        while self.entries.len() > self.capacity || self.bytes > CAPACITY_BYTES {
            let Some(oldest) = self.entries.pop_front() else {
                break;
            };
            self.forgotten += 1;
            self.bytes -= oldest.bytes;
        }
        number
    }

    /// Adds what was answered; nothing when the entry is forgotten.
    pub(crate) fn answered(&mut self, number: Number, status: u16) {
        let entry = number.0.checked_sub(self.forgotten).and_then(|position| self.entries.get_mut(position));
        if let Some(entry) = entry {
            entry.status = Some(status);
        }
    }

    /// The requests to one vendor, or to all.
    pub(crate) fn entries(&self, vendor: Option<Vendor>) -> Vec<Entry> {
        let wanted = |entry: &&Entry| vendor.is_none_or(|vendor| entry.vendor == vendor);
        self.entries.iter().filter(wanted).cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.forgotten += self.entries.len();
        self.entries.clear();
        self.bytes = 0;
    }
}
