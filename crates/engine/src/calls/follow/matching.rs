//! The search for the vendor's calls of the dials whose answers had no id.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_core::{
    call::{CallMatch, CallObservation, MatchResult, MatchRound, UnmatchedCall, match_calls},
    error::{Error, Kind, Result},
    vendor::{AnswersId, CallWindow, Marks},
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::{debug, info, warn};

use super::{
    Follower,
    follower::since,
    look::{Listed, Look, Single},
    update::{Finding, Update},
};
use crate::{
    calls::CallRecord,
    records::{Batch, RecordedError},
};

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
        for call in open.iter().filter(|call| is_due.contains(&call.id)) {
            rows.extend(self.search(call, listed).await?);
        }
        let found: Vec<_> = rows.keys().filter(|id| !listed.rows.contains_key(*id)).cloned().collect();
        let bound = self.known(found.iter()).await?;
        let bound: Vec<_> = known.keys().chain(bound.keys()).cloned().collect();
        rows.retain(|id, _| !bound.contains(id));
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
            self.decide(call.clone(), result, &seen, is_due.contains(&call.id)).await?;
        }
        Ok(claimed)
    }

    /// Looks for one call by its marker and its phone number, if the list of the look does not serve it: its vendor
    /// always answers an id, so that an unmatched call is rare, or the call was given up.
    async fn search(&self, call: &CallRecord, listed: &Listed) -> Result<Vec<(String, CallObservation)>> {
        let is_rare = self.calls.answers_id() == AnswersId::Always || call.following.lost_at.is_some();
        let is_found = listed.rows.values().any(|row| row.marker.as_deref() == Some(&call.id));
        let Some(peer) = call.call().peer.filter(|_| is_rare && !is_found && !is_waiting(call)) else {
            return Ok(Vec::new());
        };
        let window = CallWindow::since(self.search_from(call), self.at).with_peer(peer);
        let window = if self.calls.marks() == Marks::Never { window } else { window.with_marker(&call.id) };
        let Some(exchange) = self.calls.recent(&window).filter(|_| self.may_read()) else {
            return Ok(Vec::new());
        };
        match self.vendor.list_calls(exchange).await {
            Ok(found) => Ok(found.rows.into_iter().map(|row| (row.remote_id.clone(), row)).collect()),
            Err(failure) => {
                debug!(call = call.id, %failure, "failed to look for a call");
                Ok(Vec::new())
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
        let mut seen = Vec::with_capacity(rows.len());
        for (remote_id, row) in rows {
            let lacks_marker = row.marker.is_none() && self.calls.marks() == Marks::Certain;
            let is_possible =
                row.peer.as_ref().is_none_or(|peer| dials.iter().any(|dial| dial.peer == *peer));
            if !row.is_excerpt || !is_possible || !(row.peer.is_none() || lacks_marker) {
                seen.push(row);
                continue;
            }
            match self.single(&remote_id).await {
                Single::Seen(single) => seen.push(*single),
                Single::Absent | Single::Impossible | Single::Unread => seen.push(row),
            }
        }
        seen
    }

    /// Stores the decision about one call.
    async fn decide(
        &self,
        call: CallRecord,
        result: MatchResult,
        seen: &[CallObservation],
        is_due: bool,
    ) -> Result<()> {
        let is_ambiguous = call.call().matched == CallMatch::Ambiguous;
        let (before, left) = (call.clone(), call.due_at.map(|due| since(self.at, due)));
        let mut update = Update::new(self.follower, call, self.at);
        match result {
            MatchResult::Bound { remote_id, matched } if matched == CallMatch::Marked || !is_ambiguous => {
                return self.bind(update, &remote_id, matched, seen).await;
            }
            MatchResult::Ambiguous(candidates) => {
                update.call.suspicion = None;
                if !is_ambiguous {
                    warn!(call = update.call.id, "several calls of the vendor may be this call");
                    update.call.error = Some(RecordedError::now(&ambiguous()));
                }
                update.call.tracked.doubt_between(candidates);
            }
            // A decision between several calls never expires into a guess.
            _ if is_ambiguous => {}
            MatchResult::Suspected(suspicion) => update.call.suspicion = Some(suspicion),
            MatchResult::NotSeen => update.call.suspicion = None,
            MatchResult::Lost => {
                update.call.suspicion = None;
                update.give_up();
            }
            MatchResult::Bound { .. } => {}
        }
        let pause = update.advance(Finding::Seen).filter(|_| !is_waiting(&update.call));
        if is_due {
            return update.commit(pause).await.map(drop);
        }
        if update.call == before { Ok(()) } else { update.commit(left.or(pause)).await.map(drop) }
    }

    /// Binds a call to the vendor's call. If the vendor returned the call's marker, a call of the gateway that was
    /// adopted for the same vendor's call gives way.
    async fn bind(
        &self,
        mut update: Update<'_>,
        remote_id: &str,
        matched: CallMatch,
        seen: &[CallObservation],
    ) -> Result<()> {
        info!(call = update.call.id, ?matched, "found the vendor's call of a dial");
        update.bind(remote_id, matched);
        seen.iter().filter(|row| row.remote_id == remote_id).for_each(|row| update.fold(row));
        let pause = update.progress();
        match update.commit(pause).await {
            // Another process has bound or adopted the vendor's call since this look read the store. The next look
            // decides again.
            Err(conflict) if conflict.kind == Kind::AlreadyExists => Ok(()),
            result => result.map(drop),
        }
    }

    /// Returns the beginning of the window in which the call of a dial is looked for.
    fn search_from(&self, call: &CallRecord) -> jiff::Timestamp {
        let begun = call.begun_at();
        begun.checked_sub(super::look::WINDOW_MARGIN).unwrap_or(begun)
    }
}

impl Update<'_> {
    /// Records the vendor's id of the call.
    pub(super) fn bind(&mut self, remote_id: &str, matched: CallMatch) {
        self.call.tracked.bind(remote_id, matched);
        self.call.suspicion = None;
        self.call.error = None;
    }
}

impl Follower {
    /// Adds the removal of a call that was adopted from the vendor's list to a batch, so that a call of the gateway can
    /// take its vendor's id.
    pub(super) fn give_way(batch: &mut Batch, adopted: &CallRecord) {
        let CallRecord { id, version, fence, .. } = adopted.clone();
        batch.change_call(Ok(CallMutation::Drop { id, version, fence }));
    }
}

/// Returns true if the call waits for a decision of a person: no look changes anything.
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
    let detail = "Several calls of the vendor may be this call. Name the right one with `resolve`.";
    Error::new(Kind::StateConflict, detail)
}
