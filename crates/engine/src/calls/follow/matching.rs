//! Matching the vendor's calls with the dials whose answers had no id.

use std::collections::{BTreeMap, BTreeSet};

use switchboard_core::{
    call::{
        CallCandidate, CallMatch, CallObservation, CallOrigin, MatchResult, MatchRound, UnmatchedCall,
        match_calls,
    },
    error::{Error, Kind, Result},
};
use switchboard_store::CallProgress;
use tracing::{info, warn};

use super::{
    holder::{release_id, yields_id},
    look::{Listed, Look},
    search::{Reach, has_marker_of},
    update::{Finding, Update},
};
use crate::{
    calls::CallRecord,
    records::{Batch, RecordedError, api_word},
};

/// The findings of a look that concern one unmatched call.
#[derive(Clone, Copy)]
struct Looked<'a> {
    /// The rows that were searched for the call.
    seen: &'a [CallObservation],
    /// True if the call is due.
    is_due: bool,
    /// The part of the vendor's calls that was searched.
    reach: Reach,
}

impl Look<'_> {
    /// Decides for each unmatched call which of the vendor's calls it is, and stores the decisions. Returns the
    /// vendor's ids of all calls that may belong to an unmatched dial.
    pub(super) async fn match_up(
        &self,
        unmatched: &[CallRecord],
        known: &BTreeMap<String, CallRecord>,
        listed: &Listed,
        is_due: &BTreeSet<String>,
    ) -> Result<BTreeSet<String>> {
        let open: Vec<_> = unmatched.iter().filter(|call| call.progress >= CallProgress::Live).collect();
        let dials: Vec<_> = open.iter().filter_map(|call| self.dial(call)).collect();
        if dials.is_empty() {
            return Ok(BTreeSet::new());
        }
        let mut rows = listed.rows.clone();
        let mut reaches = BTreeMap::new();
        let due: Vec<_> = open.iter().copied().filter(|call| is_due.contains(&call.id)).collect();
        let widened = self.widened(&due, listed).await;
        rows.extend(widened.iter().flat_map(|widened| widened.rows.clone()));
        let mut unidentified = listed.unidentified.clone();
        unidentified.extend(widened.iter().flat_map(|widened| widened.unidentified.clone()));
        for call in due {
            let (reach, found) = self.search(call, widened.as_ref().unwrap_or(listed)).await;
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
        // A vendor's call with the marker of a dial belongs to that dial, even if discovery has stored the vendor's
        // call as one that the gateway did not place. An erased record keeps the vendor's call.
        let may_take = |holder: &CallRecord, row: &CallObservation| {
            !holder.tracked.is_erased() && (is_ours(row) || self.may_give_way(holder, row, &dials))
        };
        rows.retain(|id, row| holders.get(id).is_none_or(|holder| may_take(holder, row)));
        let seen = self.detailed(rows, unmatched, listed).await;
        let round = MatchRound {
            at: self.at,
            marks: self.calls.marks(),
            bound: &bound,
            unidentified: &unidentified,
            lost_after: self.follower.settings.lost_after,
        };
        // A dial whose answer may still arrive competes for the vendor's calls, but its answer decides.
        let awaited = unmatched.iter().filter(|call| call.progress < CallProgress::Live);
        let competing: Vec<_> =
            dials.iter().cloned().chain(awaited.filter_map(|call| self.dial(call))).collect();
        let mut results = match_calls(&competing, &seen, &round);
        // A vendor's call with the marker of a dial in progress is claimed as well. Discovery must not store such a
        // call before the outcome of that dial is stored.
        let marked = seen.iter().filter(|row| has_marker_of(row, unmatched));
        let mut claimed: BTreeSet<_> = marked.map(|row| row.remote_id.clone()).collect();
        for call in open {
            let Some(result) = results.remove(&call.id) else { continue };
            claimed.extend(remote_ids(&result));
            let reach = reaches.get(&call.id).copied().unwrap_or(Reach::Nothing);
            let is_due = is_due.contains(&call.id);
            let looked = Looked { seen: &seen, is_due, reach };
            self.decide(call.clone(), result, looked).await?;
        }
        Ok(claimed)
    }

    fn dial(&self, call: &CallRecord) -> Option<UnmatchedCall> {
        let mut before = call.placing.as_ref().map(|placing| placing.before.clone()).unwrap_or_default();
        before.extend(self.follower.handles.calls.listed_before(self.vendor.name(), &call.id));
        Some(UnmatchedCall {
            id: call.id.clone(),
            peer: call.call().peer?,
            agent: call.placing.as_ref().map(|placing| placing.agent()).unwrap_or_default(),
            sent_at: call.sent_at?,
            before,
            suspicion: call.suspicion.clone(),
            is_awaited: call.progress < CallProgress::Live,
        })
    }

    /// Stores the decision about one call.
    async fn decide(&self, call: CallRecord, result: MatchResult, looked: Looked<'_>) -> Result<()> {
        let is_ambiguous = call.is_ambiguous();
        // An earlier version gave ambiguous calls no due time.
        let is_due = looked.is_due || is_ambiguous && call.due_at.is_none();
        let mut update = Update::new(self.follower, call, self.at);
        match result {
            MatchResult::Bound { remote_id, matched } if matched == CallMatch::Marked => {
                return self.bind(update, &remote_id, matched, looked).await;
            }
            _ if looked.reach == Reach::Nothing => {}
            MatchResult::Ambiguous(candidates) => update.doubt_between(candidates),
            // A call with several candidates is never given up, and never bound by a guess.
            _ if is_ambiguous => {}
            MatchResult::Lost => update.lose(),
            // Another call outside the searched part may fit as well.
            _ if looked.reach == Reach::Part => {}
            MatchResult::Bound { remote_id, matched } => {
                return self.bind(update, &remote_id, matched, looked).await;
            }
            MatchResult::Suspected(suspicion) => update.call.suspicion = Some(suspicion),
            MatchResult::NotSeen => update.call.suspicion = None,
        }
        if !is_due {
            return Ok(());
        }
        let pause = match looked.reach {
            // The next look at an ambiguous call brings no decision, however much of the list this one has read.
            Reach::Nothing if !update.call.is_ambiguous() => update.advance(Finding::Incomplete),
            _ => update.advance(Finding::Seen),
        };
        update.commit(pause).await.map(drop)
    }

    /// Binds a call to the vendor's call. If discovery has stored a record of the vendor's call, removes that record. If
    /// the match is certain, another call of which the same id was only inferred yields it.
    async fn bind(
        &self,
        mut update: Update<'_>,
        remote_id: &str,
        matched: CallMatch,
        looked: Looked<'_>,
    ) -> Result<()> {
        let mut batch = Batch::new();
        // The holder is read again, because this look may have changed it.
        if let Some(holder) = self.known([remote_id.to_owned()].iter()).await?.get(remote_id) {
            let is_discovered = holder.call().origin == CallOrigin::Vendor;
            if !yields_id(holder) || !(is_discovered || matched == CallMatch::Marked) {
                warn!(call = update.call.id, other = holder.id, "the vendor's call belongs to another call");
                return Ok(());
            }
            release_id(&mut batch, holder, self.follower.book.peers())?;
        }
        info!(call = update.call.id, matched = api_word(matched), "found the vendor's call of a dial");
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
        if !self.call.is_ambiguous() {
            warn!(call = self.call.id, "several calls of the vendor may be this call");
            self.call.error = Some(RecordedError::now(&ambiguous()));
        }
        self.call.tracked.doubt_between(candidates);
    }

    /// Records that the vendor has no such call, and gives the call up.
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
        "Several calls of the vendor may be this call. Name the right one with POST /v1/calls/{id}/resolve.";
    Error::new(Kind::StateConflict, detail)
}
