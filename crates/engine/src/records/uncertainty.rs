//! The uncertainty about a vendor's record after requests without a conclusive answer.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The maximum number of unanswered requests that are stored separately, by revision. The oldest requests beyond this number
/// share one entry for revision 0, whose content counts as unknown.
const MAX_UNANSWERED: usize = 32;

/// The possible states of the vendor's record after requests without a conclusive answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Uncertainty {
    /// The revisions other than the observed one that the vendor's record may have, entirely or in part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<u64>,
    /// The earliest time at which a creation request without a conclusive answer may have been sent. `None` if there is
    /// no such request.
    #[serde(default, rename = "asked_to_make", skip_serializing_if = "Option::is_none")]
    pub creation_requested_at: Option<Timestamp>,
    /// The requests without a conclusive answer. Each revision that was sent maps to the time until which the vendor may
    /// still apply the request.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unanswered: BTreeMap<u64, Timestamp>,
}

impl Uncertainty {
    /// Notes that the vendor's record may have a revision, entirely or in part.
    pub fn note_revision(&mut self, revision: u64) {
        if !self.revisions.contains(&revision) {
            self.revisions.push(revision);
        }
    }

    /// Notes a request without a conclusive answer. The vendor may apply the request until the time `until`.
    pub fn note_unanswered(&mut self, revision: u64, until: Timestamp) {
        self.note_revision(revision);
        let latest = self.unanswered.entry(revision).or_insert(until);
        *latest = until.max(*latest);
        if self.unanswered.len() > MAX_UNANSWERED {
            let oldest: Vec<_> = self.unanswered.keys().take(2).copied().collect();
            let until = oldest.iter().filter_map(|known| self.unanswered.remove(known)).max();
            self.revisions.retain(|known| !oldest.contains(known));
            self.unanswered.extend(until.map(|until| (0, until)));
            self.note_revision(0);
        }
    }

    /// Notes that the vendor has applied a revision in an attempt that began at `began`. A creation request is then no
    /// longer uncertain. A request for another revision remains uncertain if the vendor could still apply it at the
    /// time `began`.
    pub fn note_applied(&mut self, revision: u64, began: Timestamp) {
        self.creation_requested_at = None;
        self.unanswered.retain(|_, until| *until > began);
        self.revisions = self.unanswered.keys().copied().filter(|other| *other != revision).collect();
    }

    /// Returns the time after which the vendor can no longer apply an unanswered request for an uncertain revision. Returns
    /// `None` if there is no such request.
    pub fn settles_at(&self) -> Option<Timestamp> {
        self.revisions.iter().filter_map(|revision| self.unanswered.get(revision)).max().copied()
    }

    /// Returns the time until which the vendor may still apply an unanswered request. Returns `None` if that time has
    /// passed at `now`, or if there is no such request.
    pub fn open_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.unanswered.values().max().copied().filter(|until| *until > now)
    }
}
