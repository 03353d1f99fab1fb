//! The ledger of the calls that vendor requests have placed.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// The maximum number of entries. The oldest entries are dropped first.
const CAPACITY: usize = 100_000;

/// The maximum size of all request bodies in the ledger, in bytes: 64 MiB. The oldest bodies are dropped first.
const CAPACITY_BYTES: usize = 64 << 20;

/// A call that a vendor request has placed. A refused request places no call.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Dial {
    pub call_id: String,
    /// The called number.
    pub number: String,
    /// The time on the vendor's clock.
    pub at: Timestamp,
    /// The body of the request as the vendor read it. Null if it was dropped.
    pub body: Value,
    #[serde(skip)]
    pub bytes: usize,
}

/// The dials, oldest first.
#[derive(Clone, Default, Serialize)]
pub(crate) struct Ledger {
    /// The number of entries that were dropped because the ledger was full.
    forgotten: usize,
    dials: VecDeque<Dial>,
    #[serde(skip)]
    bytes: usize,
    /// The number of oldest entries whose bodies were dropped.
    #[serde(skip)]
    bare: usize,
}

impl Ledger {
    pub(super) fn note(&mut self, mut dial: Dial) {
        dial.bytes = dial.body.to_string().len();
        self.bytes += dial.bytes;
        self.dials.push_back(dial);
        while self.bytes > CAPACITY_BYTES
            && let Some(oldest) = self.dials.get_mut(self.bare)
        {
            self.bytes -= oldest.bytes;
            oldest.bytes = 0;
            oldest.body = Value::Null;
            self.bare += 1;
        }
        if self.dials.len() > CAPACITY
            && let Some(oldest) = self.dials.pop_front()
        {
            self.forgotten += 1;
            self.bytes -= oldest.bytes;
            self.bare = self.bare.saturating_sub(1);
        }
    }
}
