//! The journal of the vendor requests that the sandbox has received.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::Vendor;
use crate::contract::Violation;

/// The maximum size of all request bodies in the journal, in bytes: 64 MiB. The oldest requests are dropped
/// first.
const CAPACITY_BYTES: usize = 64 << 20;

/// A recorded request. The journal records bodies but no headers, because headers contain credentials.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub vendor: Vendor,
    /// The contract's `operationId`. Null if no operation is documented for the request.
    pub operation: Option<String>,
    pub method: String,
    /// The path below the vendor's base path.
    pub path: String,
    pub query: BTreeMap<String, String>,
    /// The body: a JSON value, a string if the body is not JSON, or null if there is no body.
    pub body: Value,
    /// True if the request has the vendor's key.
    pub has_key: bool,
    /// The status of the answer. Null until the sandbox answers. If the connection is closed without an answer,
    /// the status remains null.
    pub status: Option<u16>,
    /// True if the request satisfied the documented contract.
    pub valid: bool,
    pub violations: Vec<Violation>,
    /// The time of arrival.
    pub at: Timestamp,
    #[serde(skip)]
    pub bytes: usize,
}

/// The requests by sequence number, oldest first.
pub(crate) struct Journal {
    /// The maximum number of requests in the journal. The oldest requests are dropped first.
    capacity: usize,
    entries: BTreeMap<u64, Entry>,
    /// The sequence number of the next request.
    next: u64,
    bytes: usize,
}

/// The sequence number of an entry. The status of the answer is added later under this number.
#[derive(Clone, Copy)]
pub(crate) struct Number(u64);

impl Journal {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { capacity, entries: BTreeMap::new(), next: 0, bytes: 0 }
    }

    /// Records a request on its arrival.
    pub(crate) fn note(&mut self, entry: Entry) -> Number {
        let number = Number(self.next);
        self.next += 1;
        self.bytes += entry.bytes;
        self.entries.insert(number.0, entry);
        while self.entries.len() > self.capacity || self.bytes > CAPACITY_BYTES {
            let Some((_, oldest)) = self.entries.pop_first() else {
                break;
            };
            self.bytes -= oldest.bytes;
        }
        number
    }

    /// Adds the status of the answer, unless the entry was dropped.
    pub(crate) fn answered(&mut self, number: Number, status: u16) {
        if let Some(entry) = self.entries.get_mut(&number.0) {
            entry.status = Some(status);
        }
    }

    /// Lists the requests to one vendor or to all vendors.
    pub(crate) fn entries(&self, vendor: Option<Vendor>) -> Vec<Entry> {
        let wanted = |entry: &&Entry| vendor.is_none_or(|vendor| entry.vendor == vendor);
        self.entries.values().filter(wanted).cloned().collect()
    }

    /// Drops the requests to one vendor or to all vendors.
    pub(crate) fn clear(&mut self, vendor: Option<Vendor>) {
        self.entries.retain(|_, entry| vendor.is_some_and(|vendor| entry.vendor != vendor));
        self.bytes = self.entries.values().map(|entry| entry.bytes).sum();
    }
}
