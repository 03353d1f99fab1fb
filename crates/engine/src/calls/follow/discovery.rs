//! The discovery of calls that the gateway did not place: incoming calls, and calls placed directly at the vendor.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use switchboard_core::{
    call::{AgentRef, CallObservation, CallStatus, CallTimes},
    error::{Kind, Result},
    model::{Agent, Direction, VendorTime},
    vendor::Marks,
};
use switchboard_store::{CallSearch, Collection, Filter};
use tracing::{error, info};

use super::{
    dials::{Dials, may_be_among},
    look::{Listed, Look, WINDOW_MARGIN},
    one::Single,
    search::has_marker_of,
    update::Update,
};
use crate::{calls::CallRecord, records::Item, vendors::visible_id};

/// The overlap of successive windows of the list. A vendor can list a call late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// The number of agents, or of calls, per query of the store.
const PAGE_SIZE: u32 = 100;

impl Look<'_> {
    /// Returns the start of the window in which the vendor's list is searched for calls that the gateway did not place.
    /// The window starts 10 minutes before this process's latest complete look at the list. If there was none yet, the
    /// window starts 10 minutes before the latest complete look of any process. If there was none either, for example
    /// because an earlier version did not store its time, or if that time is damaged, the window starts 10 minutes before
    /// the vendor's newest readable call. If there is no such call, the window starts when the process started. Calls from
    /// before the first start are therefore not stored.
    pub(super) async fn sweep_window(&self) -> Result<Timestamp> {
        let (signals, vendor) = (&self.follower.handles.calls, self.vendor.name());
        if let Some(since) = signals.unread_since(vendor) {
            return Ok(since);
        }
        let store = self.follower.book.store();
        let search = CallSearch { vendor: Some(vendor.to_owned()), ..CallSearch::default() };
        let newest = store.list(&search, None, PAGE_SIZE).await?;
        let newest = newest.iter().find_map(|found| Some(found.row.as_ref().ok()?.created_at));
        let latest = match store.listed_at(vendor).await {
            // The look stores the time again.
            Err(damaged) if damaged.kind == Kind::Internal => {
                if self.follower.handles.damage.is_new("listed", vendor, &damaged) {
                    error!(vendor, failure = %damaged, "failed to read the time of the latest look at a vendor's list");
                }
                None
            }
            latest => latest?,
        };
        let latest = latest.or(newest);
        let floor = latest.map_or(signals.started_at, earlier).min(self.at);
        signals.note_floor(vendor, floor, latest.is_none());
        Ok(floor)
    }

    /// Notes a look that has stored the listed calls that began before `decided`. If the list was too long, the next looks
    /// read the window from `since` again, each with more pages, until the list is complete or has the maximum length.
    pub(super) async fn note_listed(
        &self,
        listed: &Listed,
        since: Timestamp,
        decided: Timestamp,
    ) -> Result<()> {
        let (signals, vendor) = (&self.follower.handles.calls, self.vendor.name());
        let reach = signals.reach(vendor);
        // Without a list, there are no further pages.
        let is_complete = listed.is_complete || listed.since.is_none();
        if !is_complete {
            if signals.note_too_long(vendor, since, self.at) {
                return Ok(());
            }
            if reach > 1 {
                error!(vendor, %since, "the vendor's list is too long; calls since this time may not be stored");
            }
        }
        if signals.note_listed(vendor, self.at, earlier(decided), is_complete) {
            self.follower.book.store().note_listed(vendor, decided).await?;
            signals.note_stored(vendor, self.at);
        }
        Ok(())
    }

    /// Stores the listed calls that do not belong to any stored call. `claimed` has the vendor's ids of the calls that
    /// may belong to unmatched dials.
    ///
    /// A call that may be that of an open dial is stored after that dial has been matched or given up. Until then, the next
    /// looks must list the call again. Returns the time of the look or, if it is earlier, the time at which the first of
    /// these calls began. `since` is the start of the window.
    pub(super) async fn discover(
        &self,
        listed: &Listed,
        known: &BTreeMap<String, CallRecord>,
        unmatched: &[CallRecord],
        claimed: &BTreeSet<String>,
        since: Timestamp,
    ) -> Result<Timestamp> {
        self.follower.handles.calls.note_dials(self.vendor.name(), unmatched.iter().map(|call| &call.id));
        let rows = listed.rows.values().filter(|row| !known.contains_key(&row.remote_id));
        let (claimed, mut rows): (Vec<_>, Vec<_>) = rows.partition(|row| claimed.contains(&row.remote_id));
        rows.retain(|row| self.is_recent(row));
        // If a row has the number of an unmatched dial, it may be the call of that dial.
        let dials = Dials::new(unmatched);
        let mut waiting: Vec<_> = claimed.into_iter().filter(|row| !dials.have_candidate(row)).collect();
        let agents = if rows.is_empty() { Agents::default() } else { self.agents(&rows).await? };
        for row in rows {
            match self.distinguish(row, &dials).await {
                Some(row) => {
                    let agent = row.agent.as_ref().and_then(|agent| agents.find(agent));
                    self.store_discovered(&row, agent).await?;
                }
                None if dials.may_have_open(row) => waiting.push(row),
                None => {}
            }
        }
        let begun = |row: &CallObservation| row.times.begun_at.and_then(VendorTime::exact);
        let begun = waiting.into_iter().map(|row| begun(row).unwrap_or_else(|| later(since)));
        Ok(begun.min().map_or(self.at, |begun| begun.min(self.at)))
    }

    /// Returns true if the vendor's call did not begin before the floor, the time from which the gateway stores calls
    /// that it did not place. A call begins before its answer and its end. If the vendor's times are missing or too
    /// inexact to decide this, returns true unless the very first look listed the call or, if it has ended and has no
    /// time at all, the first look of this process.
    fn is_recent(&self, row: &CallObservation) -> bool {
        let (signals, vendor) = (&self.follower.handles.calls, self.vendor.name());
        let CallTimes { begun_at, answered_at, ended_at } = row.times;
        let (floor, is_ended) = (signals.floor(vendor), row.status == Some(CallStatus::Ended));
        let ended_at = ended_at.filter(|_| is_ended);
        let known = || [begun_at, answered_at, ended_at].into_iter().flatten();
        if known().any(|time| time.latest() < floor) {
            return false;
        }
        let is_undated = known().next().is_none() && is_ended;
        begun_at.and_then(VendorTime::exact).is_some() || signals.is_new(vendor, &row.remote_id, is_undated)
    }

    /// Returns the row, or `None` if it may be the call of an unmatched dial: it has the phone number of an open dial,
    /// the marker of any unmatched dial, or the erased number of a dial that was given up. If the vendor certainly returns
    /// markers, a call without one belongs to no dial. If the row omits the value that decides this, reads the call itself
    /// and returns its observation instead. Also returns `None` if that read fails, or if the row omits the number, may be
    /// the call of an open dial, and the vendor does not return the call.
    async fn distinguish(&self, row: &CallObservation, dials: &Dials<'_>) -> Option<CallObservation> {
        let (signals, vendor) = (&self.follower.handles.calls, self.vendor.name());
        let lacks_number = row.peer.is_none() && dials.may_have_open(row);
        let is_certain = self.calls.marks() == Marks::Certain;
        let lacks_marker = row.marker.is_none()
            && is_certain
            && (dials.may_have_open(row)
                || may_be_among(row, &dials.given_up)
                || self.may_be_erased(row, dials))
            && !signals.is_other(vendor, &row.remote_id);
        let lacks_erased = row.peer.is_none() && !is_certain && self.may_be_erased(row, dials);
        let is_known = signals.is_other(vendor, &row.remote_id);
        let row = match row.is_excerpt && (lacks_number || lacks_marker || lacks_erased) {
            true => match self.single(&row.remote_id).await {
                Single::Seen(seen) => *seen,
                Single::Absent | Single::Impossible if !lacks_number => row.clone(),
                Single::Absent | Single::Impossible | Single::Unread => return None,
            },
            false => row.clone(),
        };
        let is_erased = !is_certain && row.peer.is_some() && self.may_be_erased(&row, dials);
        let is_unmarked = is_certain && row.marker.is_none() && (!row.is_excerpt || is_known);
        let is_dialled = !is_unmarked && dials.may_have_open(&row) || has_marker_of(&row, dials.unmatched);
        (!is_dialled && !is_erased).then_some(row)
    }

    /// Returns true if the row may be the call of a dial that was given up and erased. Of the number of such a dial, only
    /// the hash is known.
    fn may_be_erased(&self, row: &CallObservation, dials: &Dials<'_>) -> bool {
        let peer = row.peer.as_ref().map(|peer| self.follower.book.peers().hash(peer));
        let begun = row.times.begun_at.and_then(VendorTime::exact);
        let is_later = |dial: &CallRecord| match (dial.sent_at, begun) {
            (Some(sent), Some(begun)) => sent.duration_since(begun) <= WINDOW_MARGIN,
            _ => true,
        };
        let has_peer = |dial: &CallRecord| peer.is_none() || peer == dial.erased_peer;
        row.direction != Some(Direction::Inbound)
            && dials.erased.iter().any(|dial| has_peer(dial) && is_later(dial))
    }

    async fn store_discovered(&self, row: &CallObservation, agent: Option<String>) -> Result<()> {
        let adapter = self.vendor.adapter().descriptor().adapter;
        let mut call = CallRecord::discovered(self.vendor.name(), adapter, &row.remote_id);
        call.agent = agent;
        let mut update = Update::new(self.follower, call, self.at);
        update.fold(row);
        let pause = update.progress();
        let must_be_read = row.is_excerpt && self.calls.fetch(&row.remote_id).is_some();
        let due =
            pause.map(|pause| if must_be_read { pause.min(self.follower.settings.follow) } else { pause });
        let call = update.call.id.clone();
        match update.add(due).await {
            // Another process has stored the call.
            Err(conflict) if conflict.kind == Kind::AlreadyExists => Ok(()),
            result => {
                result?;
                info!(call, vendor = self.vendor.name(), "found a call that the gateway did not place");
                Ok(())
            }
        }
    }

    /// Reads the gateway's agents at this vendor, indexed by the vendor's ids and by their names. Omits an index that
    /// no row needs.
    async fn agents(&self, rows: &[&CallObservation]) -> Result<Agents> {
        let named: Vec<_> = rows.iter().filter_map(|row| row.agent.as_ref()).collect();
        let (store, vendor) = (self.follower.repository.store(), self.vendor.name());
        let mut agents = Agents::default();
        if named.iter().any(|agent| agent.remote_id.is_some()) {
            for bound in store.bound_ids(Collection::Agents, vendor).await? {
                let remote_id = bound.remote_id.clone();
                if let Some(id) = visible_id::<Agent>(&self.follower.repository, bound).await? {
                    agents.by_remote_id.insert(remote_id, id);
                }
            }
        }
        if named.iter().any(|agent| agent.remote_id.is_none() && agent.name.is_some()) {
            let filter = Filter { vendor: Some(vendor.to_owned()), external_ref: None };
            let mut after: Option<String> = None;
            loop {
                let page = store.list(Collection::Agents, &filter, after.as_deref(), PAGE_SIZE).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.id.clone());
                for item in page.into_iter().filter_map(|row| Item::<Agent>::from_row(row).ok()) {
                    if let Some(name) = item.body.desired.record.name.clone() {
                        agents.by_name.entry(name.to_string()).or_default().push(item.id);
                    }
                }
            }
        }
        Ok(agents)
    }
}

/// Returns the time at which a window starts that overlaps with the one of an earlier look.
fn earlier(look: Timestamp) -> Timestamp {
    look.checked_sub(OVERLAP).unwrap_or(look)
}

/// Returns the time of a look whose next window starts at a time.
fn later(window: Timestamp) -> Timestamp {
    window.checked_add(OVERLAP).unwrap_or(window)
}

/// The agents of the gateway at one vendor.
#[derive(Default)]
struct Agents {
    by_remote_id: BTreeMap<String, String>,
    by_name: BTreeMap<String, Vec<String>>,
}

impl Agents {
    /// Returns the gateway's id of an agent. Finds the agent by the vendor's id or, if the vendor does not return that
    /// id, by its name, which must be unique.
    fn find(&self, agent: &AgentRef) -> Option<String> {
        match (&agent.remote_id, &agent.name) {
            (Some(remote_id), _) => self.by_remote_id.get(remote_id).cloned(),
            (None, Some(name)) => match self.by_name.get(name).map(Vec::as_slice) {
                Some([only]) => Some(only.clone()),
                _ => None,
            },
            (None, None) => None,
        }
    }
}
