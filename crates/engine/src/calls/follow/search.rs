//! The search of the vendor's calls for the call of a dial.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_core::{
    call::{CallObservation, CallOrigin, UnmatchedCall},
    error::Error,
    model::PhoneNumber,
    vendor::{AnswersId, CallWindow, Marks},
};
use tracing::debug;

use super::{
    look::{Listed, Look, window_of},
    one::Single,
};
use crate::calls::CallRecord;

/// The part of the vendor's calls that was searched for a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Nothing: the call was not due, the search failed or exceeded the look's limit, or the list does not reach back
    /// to the dial.
    Nothing,
    /// Some of the calls since the dial, because the vendor's list is too long.
    Part,
    /// All calls since the dial.
    All,
}

impl Look<'_> {
    /// Reads a longer list for all unmatched calls that are due. This is needed if the vendor cannot filter its list
    /// and the look's own list begins after one of these calls. Returns `None` if no longer list is needed, or if it
    /// cannot be read.
    pub(super) async fn widened(&self, due: &[&CallRecord], listed: &Listed) -> Option<Listed> {
        let since = due.iter().map(|call| window_of(call)).min()?;
        let is_covered = listed.since.is_some_and(|begin| begin <= since);
        if is_covered || self.calls.filters_list() || !self.may_read() {
            return None;
        }
        let failed = |failure: &Error| debug!(%failure, "failed to look for calls");
        self.list(Some(since), 1).await.inspect_err(failed).ok()
    }

    /// Searches for one call, in `listed` or in a separate list. Returns the part of the vendor's calls that was
    /// searched, and the rows of the separate list.
    ///
    /// The separate list is filtered by the phone number and, if the vendor may return markers, by the marker. It is
    /// read only if the vendor can filter its list, `listed` does not contain the call's marker, and such a search is
    /// rare. It is rare if the vendor always answers a dial with an id, or if the call was given up.
    pub(super) async fn search(&self, call: &CallRecord, listed: &Listed) -> (Reach, Vec<CallObservation>) {
        let is_rare = self.calls.answers_id() == AnswersId::Always || call.following.lost_at.is_some();
        let is_found = listed.rows.values().any(|row| row.marker.as_deref() == Some(&call.id));
        let Some(peer) = call.call().peer.filter(|_| self.calls.filters_list() && is_rare && !is_found)
        else {
            let covers = listed.since.is_some_and(|since| since <= window_of(call));
            return (reach(covers, listed.is_complete), Vec::new());
        };
        let window = CallWindow::since(window_of(call), self.at).with_peer(peer).outbound();
        let window = if self.calls.marks() == Marks::Never { window } else { window.with_marker(&call.id) };
        let Some(exchange) = self.calls.recent(&window).filter(|_| self.may_read()) else {
            return (Reach::Nothing, Vec::new());
        };
        match self.vendor.list_calls(exchange).await {
            Ok(found) => (reach(true, found.is_complete), found.rows),
            Err(failure) => {
                debug!(call = call.id, %failure, "failed to look for a call");
                (Reach::Nothing, Vec::new())
            }
        }
    }

    /// Replaces incomplete rows with the whole calls, which are read one by one. A row is incomplete if it may be the
    /// call of a dial and omits the value that decides this: the phone number or, if the vendor certainly returns
    /// markers, the marker. `unmatched` also contains the dials in progress.
    pub(super) async fn detailed(
        &self,
        rows: BTreeMap<String, CallObservation>,
        unmatched: &[CallRecord],
        listed: &Listed,
    ) -> Vec<CallObservation> {
        let (signals, vendor) = (&self.follower.handles.calls, self.vendor.name());
        let is_certain = self.calls.marks() == Marks::Certain;
        let dialled: BTreeSet<_> = unmatched.iter().filter_map(|call| call.call().peer).collect();
        let is_dialled = |row: &CallObservation| row.peer.as_ref().is_none_or(|peer| dialled.contains(peer));
        // A later list may contain the call of a dial that began after `unmatched` was read. Only a row in the list of
        // the look, which was read before `unmatched`, certainly does not belong to such a dial.
        let is_of_others = |single: &CallObservation| match (is_certain, &single.marker) {
            (true, None) => true,
            (true, Some(_)) => {
                listed.rows.contains_key(&single.remote_id) && !has_marker_of(single, unmatched)
            }
            (false, _) => listed.rows.contains_key(&single.remote_id) && !is_dialled(single),
        };
        let mut seen = Vec::with_capacity(rows.len());
        for (remote_id, row) in rows {
            let lacks_marker = row.marker.is_none() && is_certain;
            let is_open = row.is_excerpt && is_dialled(&row) && (row.peer.is_none() || lacks_marker);
            if !is_open || signals.is_other(vendor, &remote_id) {
                seen.push(row);
                continue;
            }
            match self.single(&remote_id).await {
                Single::Seen(single) => {
                    if is_of_others(&single) {
                        signals.note_other(vendor, &remote_id);
                    }
                    seen.push(*single);
                }
                Single::Absent | Single::Impossible | Single::Unread => seen.push(row),
            }
        }
        seen
    }

    /// Returns true if `holder`, a stored call with the vendor's id in `row`, is a discovered call that may in fact be
    /// the call of a dial. This requires that the vendor certainly returns markers, that the row is an excerpt without
    /// a marker, and that the phone number fits or is not known.
    pub(super) fn may_give_way(
        &self,
        holder: &CallRecord,
        row: &CallObservation,
        dials: &[UnmatchedCall],
    ) -> bool {
        let call = holder.call();
        let is_dialled = |peer: &PhoneNumber| dials.iter().any(|dial| dial.peer == *peer);
        self.calls.marks() == Marks::Certain
            && row.is_excerpt
            && row.marker.is_none()
            && call.origin == CallOrigin::Vendor
            && holder.following.erasure.is_none()
            && row.peer.as_ref().or(call.peer.as_ref()).is_none_or(is_dialled)
    }
}

/// Returns true if the vendor's call has the marker of one of these calls.
pub(super) fn has_marker_of(row: &CallObservation, calls: &[CallRecord]) -> bool {
    row.marker.as_ref().is_some_and(|marker| calls.iter().any(|call| call.id == *marker))
}

fn reach(covers: bool, is_complete: bool) -> Reach {
    match (covers, is_complete) {
        (false, _) => Reach::Nothing,
        (true, false) => Reach::Part,
        (true, true) => Reach::All,
    }
}
