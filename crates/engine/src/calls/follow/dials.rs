//! The dials whose calls may be among the vendor's calls that the gateway did not place.

use std::collections::BTreeSet;

use switchboard_core::{
    call::{CallCandidate, CallObservation},
    model::{Direction, PhoneNumber},
};

use crate::calls::CallRecord;

/// The dials for which the vendor's id of the call is not known.
pub(super) struct Dials<'a> {
    pub unmatched: &'a [CallRecord],
    /// The called numbers of the dials that are in progress or whose calls are being looked for.
    open: BTreeSet<PhoneNumber>,
    /// True if any of these dials is not ambiguous. The call of an ambiguous dial is one of its candidates.
    are_undecided: bool,
    /// The called numbers of the dials that were given up and whose calls are still recognized.
    pub given_up: BTreeSet<PhoneNumber>,
    /// The dials that were given up and erased.
    pub erased: Vec<&'a CallRecord>,
}

impl<'a> Dials<'a> {
    pub fn new(unmatched: &'a [CallRecord]) -> Self {
        let (mut open, mut given_up) = (BTreeSet::new(), BTreeSet::new());
        for call in unmatched {
            let numbers = if call.following.lost_at.is_none() { &mut open } else { &mut given_up };
            numbers.extend(call.call().peer);
        }
        let erased = unmatched.iter().filter(|call| call.tracked.is_erased()).collect();
        let is_undecided = |call: &CallRecord| call.following.lost_at.is_none() && !call.is_ambiguous();
        let are_undecided = unmatched.iter().any(is_undecided);
        Self { unmatched, open, are_undecided, given_up, erased }
    }

    /// Returns true if the row may be the call of an open dial. A row that omits the number may be the call of any open dial
    /// that is not ambiguous, unless the call came in.
    pub fn may_have_open(&self, row: &CallObservation) -> bool {
        may_be_among(row, &self.open) && (row.peer.is_some() || self.are_undecided)
    }

    /// Returns true if the row is a candidate of an ambiguous dial.
    pub fn have_candidate(&self, row: &CallObservation) -> bool {
        let has_candidate = |candidates: &[CallCandidate]| {
            candidates.iter().any(|candidate| candidate.remote_id == row.remote_id)
        };
        self.unmatched.iter().any(|dial| has_candidate(&dial.call().candidates))
    }
}

/// Returns true if the row may be a call to one of these numbers. A row that omits the number may be a call to any of
/// them, unless the call came in.
pub(super) fn may_be_among(row: &CallObservation, numbers: &BTreeSet<PhoneNumber>) -> bool {
    match &row.peer {
        _ if row.direction == Some(Direction::Inbound) => false,
        Some(peer) => numbers.contains(peer),
        None => !numbers.is_empty(),
    }
}
