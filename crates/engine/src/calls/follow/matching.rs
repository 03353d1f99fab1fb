//! The search for the vendor's calls of the dials whose answers had no id.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_core::{
    call::{
        CallCandidate, CallMatch, CallObservation, CallOrigin, MatchResult, MatchRound, UnmatchedCall,
        match_calls,
    },
    error::{Error, Kind, Result},
    vendor::{AnswersId, CallWindow, Marks},
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::{debug, info, warn};

use super::{
    look::{Listed, Look, window_of},
    one::Single,
    update::{Finding, Update},
};
use crate::{
    calls::CallRecord,
    records::{Batch, RecordedError},
};

/// The things that a look has found about unmatched calls.
#[derive(Clone, Copy)]
struct Looked<'a> {
    /// The rows among which the calls are searched for.
    seen: &'a [CallObservation],
    /// The stored calls that have the vendor's id of a row.
    holders: &'a BTreeMap<String, CallRecord>,
    /// True if the call is due.
    is_due: bool,
    /// The part of the vendor's calls in which the call was searched for.
    reach: Reach,
}

/// The part of the vendor's calls in which a call was searched for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Nothing: the call was not due, or the search failed.
    Nothing,
    /// Some of the calls since the dial, because the vendor's list is too long.
    Part,
    /// All calls since the dial.
    All,
}

impl Look<'_> {
    /// Decides for each unmatched call which of the vendor's calls it is, and stores the decisions. Returns the vendor's
    /// ids of all calls that may belong to an unmatched call.
    pub(super) async fn match_up(
        &self,
        unmatched: &[CallRecord],
        known: &BTreeMap<String, CallRecord>,
        listed: &Listed,
        is_due: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>> {
        let open: Vec<_> = unmatched.iter().filter(|call| call.progress >= CallProgress::Live).collect();
        let dials: Vec<_> = open.iter().filter_map(|call| dial(call)).collect();
        if dials.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut rows = listed.rows.clone();
        let mut reaches = BTreeMap::new();
        for call in open.iter().filter(|call| is_due.contains(&call.id)) {
            let (reach, found) = self.search(call, listed).await;
            reaches.insert(&call.id, reach);
            rows.extend(found.into_iter().map(|row| (row.remote_id.clone(), row)));
        }
        let found: Vec<_> = rows.keys().filter(|id| !listed.rows.contains_key(*id)).cloned().collect();
        let mut holders = self.known(found.iter()).await?;
        holders.extend(known.clone());
        let bound: Vec<_> = holders.keys().cloned().collect();
        let is_ours = |row: &CallObservation| {
            row.marker.as_ref().is_some_and(|marker| dials.iter().any(|dial| dial.id == *marker))
        };
        // A call with the marker of a dial is that dial's, even if it was stored as a call of others.
        rows.retain(|id, row| !holders.contains_key(id) || is_ours(row));
        let seen = self.detailed(rows, &dials).await;
        let round = MatchRound {
            at: self.at,
            marks: self.calls.marks(),
            bound: &bound,
            lost_after: self.follower.settings.lost_after,
        };
        let mut results = match_calls(&dials, &seen, &round);
        let mut claimed = BTreeSet::new();
        for call in open {
            let Some(result) = results.remove(&call.id) else { continue };
            claimed.extend(remote_ids(&result));
            let reach = reaches.get(&call.id).copied().unwrap_or(Reach::Nothing);
            let is_due = is_due.contains(&call.id);
            let looked = Looked { seen: &seen, holders: &holders, is_due, reach };
            self.decide(call.clone(), result, looked).await?;
        }
        Ok(claimed)
    }

    /// Looks for one call by its marker and its phone number, if the list of the look does not serve it: its vendor
    /// always answers an id, so that an unmatched call is rare, or the call was given up. Returns the rows that the list
    /// does not have.
    async fn search(&self, call: &CallRecord, listed: &Listed) -> (Reach, Vec<CallObservation>) {
        let is_rare = self.calls.answers_id() == AnswersId::Always || call.following.lost_at.is_some();
        let is_found = listed.rows.values().any(|row| row.marker.as_deref() == Some(&call.id));
        let Some(peer) = call.call().peer.filter(|_| is_rare && !is_found) else {
            let covers = listed.since.is_some_and(|since| since <= window_of(call));
            return (reach(covers, listed.is_complete), Vec::new());
        };
        let window = CallWindow::since(window_of(call), self.at).with_peer(peer);
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

    /// Reads the rows one by one that leave out what decides whether they are the call of a dial: the phone number or,
    /// if the marker is certain to come back, the marker.
    async fn detailed(
        &self,
        rows: BTreeMap<String, CallObservation>,
        dials: &[UnmatchedCall],
    ) -> Vec<CallObservation> {
        let (signals, vendor) = (&self.follower.handles.calls, self.vendor.name());
        let is_dialled = |row: &CallObservation| {
            row.peer.as_ref().is_none_or(|peer| dials.iter().any(|dial| dial.peer == *peer))
        };
        let mut seen = Vec::with_capacity(rows.len());
        for (remote_id, row) in rows {
            let lacks_marker = row.marker.is_none() && self.calls.marks() == Marks::Certain;
            let is_open = row.is_excerpt && is_dialled(&row) && (row.peer.is_none() || lacks_marker);
            if !is_open || signals.is_other(vendor, &remote_id) {
                seen.push(row);
                continue;
            }
            match self.single(&remote_id).await {
                Single::Seen(single) => {
                    if !is_dialled(&single) || single.marker.is_none() && self.calls.marks() == Marks::Certain
                    {
                        signals.note_other(vendor, &remote_id);
                    }
                    seen.push(*single);
                }
                Single::Absent | Single::Impossible | Single::Unread => seen.push(row),
            }
        }
        seen
    }

    /// Stores the decision about one call.
    async fn decide(&self, call: CallRecord, result: MatchResult, looked: Looked<'_>) -> Result<()> {
        let is_ambiguous = call.call().matched == CallMatch::Ambiguous;
        let mut update = Update::new(self.follower, call, self.at);
        match result {
            MatchResult::Bound { remote_id, matched } if matched == CallMatch::Marked => {
                return self.bind(update, &remote_id, matched, looked).await;
            }
            _ if looked.reach == Reach::Nothing => {}
            MatchResult::Ambiguous(candidates) => update.doubt_between(candidates),
            // A decision between several calls never expires into a guess.
            _ if is_ambiguous => {}
            MatchResult::Lost => update.lose(),
            // Outside of what was searched, another call may fit as well.
            _ if looked.reach == Reach::Part => {}
            MatchResult::Bound { remote_id, matched } => {
                return self.bind(update, &remote_id, matched, looked).await;
            }
            MatchResult::Suspected(suspicion) => update.call.suspicion = Some(suspicion),
            MatchResult::NotSeen => update.call.suspicion = None,
        }
        if !looked.is_due {
            return Ok(());
        }
        let finding = if looked.reach == Reach::Nothing { Finding::Incomplete } else { Finding::Seen };
        // A call that waits for a decision of a person is not due: no look changes anything.
        let pause = update.advance(finding).filter(|_| !is_waiting(&update.call));
        update.commit(pause).await.map(drop)
    }

    /// Binds a call to the vendor's call. A record of the vendor's call as a call of others is removed.
    async fn bind(
        &self,
        mut update: Update<'_>,
        remote_id: &str,
        matched: CallMatch,
        looked: Looked<'_>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        if let Some(holder) = looked.holders.get(remote_id) {
            if holder.call().origin == CallOrigin::Api {
                warn!(call = update.call.id, other = holder.id, "the vendor's call belongs to another call");
                return Ok(());
            }
            give_way(&mut batch, holder);
        }
        info!(call = update.call.id, ?matched, "found the vendor's call of a dial");
        update.bind(remote_id, matched);
        looked.seen.iter().filter(|row| row.remote_id == remote_id).for_each(|row| update.fold(row));
        let pause = update.progress();
        match update.commit_with(batch, pause).await {
            // Another process has stored the vendor's call since this look read the store. The next look decides again.
            Err(conflict) if conflict.kind == Kind::AlreadyExists => Ok(()),
            result => result.map(drop),
        }
    }
}

impl Update<'_> {
    /// Records that several calls of the vendor may be this call.
    fn doubt_between(&mut self, candidates: Vec<CallCandidate>) {
        self.call.suspicion = None;
        if !is_waiting(&self.call) {
            warn!(call = self.call.id, "several calls of the vendor may be this call");
            self.call.error = Some(RecordedError::now(&ambiguous()));
        }
        self.call.tracked.doubt_between(candidates);
    }

    /// Records that the vendor has no such call, and that the time for looking is over.
    fn lose(&mut self) {
        self.call.suspicion = None;
        self.give_up();
    }

    /// Records the vendor's id of the call.
    pub(super) fn bind(&mut self, remote_id: &str, matched: CallMatch) {
        self.call.tracked.bind(remote_id, matched);
        self.call.suspicion = None;
        self.call.error = None;
    }
}

/// Adds the removal of a call of others to a batch, so that a call of the gateway can take its vendor's id.
pub(super) fn give_way(batch: &mut Batch, other: &CallRecord) {
    let CallRecord { id, version, fence, .. } = other.clone();
    batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
}

fn reach(covers: bool, is_complete: bool) -> Reach {
    match (covers, is_complete) {
        (false, _) => Reach::Nothing,
        (true, false) => Reach::Part,
        (true, true) => Reach::All,
    }
}

/// Returns true if the call waits for a decision of a person.
fn is_waiting(call: &CallRecord) -> bool {
    call.call().matched == CallMatch::Ambiguous
}

fn dial(call: &CallRecord) -> Option<UnmatchedCall> {
    Some(UnmatchedCall {
        id: call.id.clone(),
        peer: call.call().peer?,
        agent: call.placing.as_ref().map(|placing| placing.agent()).unwrap_or_default(),
        sent_at: call.sent_at?,
        before: call.placing.as_ref().map(|placing| placing.before.clone()).unwrap_or_default(),
        suspicion: call.suspicion.clone(),
    })
}

fn remote_ids(result: &MatchResult) -> Vec<String> {
    match result {
        MatchResult::Bound { remote_id, .. } => vec![remote_id.clone()],
        MatchResult::Suspected(suspicion) => vec![suspicion.remote_id.clone()],
        MatchResult::Ambiguous(candidates) => {
            candidates.iter().map(|candidate| candidate.remote_id.clone()).collect()
        }
        MatchResult::NotSeen | MatchResult::Lost => Vec::new(),
    }
}

fn ambiguous() -> Error {
    let detail =
        "Several calls of the vendor may be this call. Name the right one by POST /v1/calls/{id}/resolve.";
    Error::new(Kind::StateConflict, detail)
}
