//! One look at the calls of a vendor. One list serves all live calls; calls that are not in the list are read one by
//! one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::AtomicU32,
    time::Duration,
};

use futures::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use switchboard_core::{
    call::CallObservation,
    error::{Kind, Result},
    vendor::{CallWindow, Calls},
};
use switchboard_store::{CallMutation, CallProgress};
use tracing::warn;

use super::{Follower, follower::since, schedule, update::Update};
use crate::{calls::CallRecord, records::Batch, vendors::Vendor};

/// The maximum number of requests that one look sends in addition to its own list: reads of single calls and
/// transcripts, and further lists. The next looks send the other requests.
const MAX_SINGLES: u32 = 20;

/// The maximum number of calls that a look reads and stores concurrently.
const CONCURRENT: usize = 16;

/// The maximum number of ids in one query of the store. Databases limit the number of values in a statement.
const IDS_PER_QUERY: usize = 5_000;

/// The margin before the earliest call that a list must contain. The window of the list begins this much earlier,
/// because the clocks of the vendor and the gateway may differ.
pub(super) const WINDOW_MARGIN: SignedDuration = SignedDuration::from_mins(5);

/// A look at the calls of one vendor.
pub(super) struct Look<'a> {
    pub follower: &'a Follower,
    pub vendor: &'a Vendor,
    pub calls: &'a dyn Calls,
    /// The time of the look.
    pub at: Timestamp,
    /// The number of requests that the look may still send in addition to its own list.
    pub singles: AtomicU32,
}

/// The rows of a vendor's list.
#[derive(Default)]
pub(super) struct Listed {
    /// The rows, by the vendor's id.
    pub rows: BTreeMap<String, CallObservation>,
    /// The rows without an id.
    pub unidentified: Vec<CallObservation>,
    /// The beginning of the window. `None` if no list was read.
    pub since: Option<Timestamp>,
    /// True if the rows contain every call of the window.
    pub is_complete: bool,
}

impl<'a> Look<'a> {
    pub fn new(follower: &'a Follower, vendor: &'a Vendor, calls: &'a dyn Calls, at: Timestamp) -> Self {
        Self { follower, vendor, calls, at, singles: AtomicU32::new(MAX_SINGLES) }
    }

    /// Looks at the calls that are due. If `discovers` is `Some(true)`, also reads the vendor's list and stores the
    /// calls that the gateway did not place. If it is `Some(false)`, stores them only if the due calls need the list
    /// anyway. If it is `None`, stores no such calls.
    ///
    /// # Errors
    /// The errors of reading the vendor's list, after which all due calls are due again later; the errors of the store.
    pub async fn run(&self, due: Vec<CallRecord>, discovers: Option<bool>) -> Result<()> {
        let (signals, own) = (&self.follower.handles.calls, self.window(&due));
        let sweeps = discovers.is_some_and(|must| must || own.is_some());
        let swept = if sweeps { Some(self.sweep_window().await?) } else { None };
        let reach = if sweeps { signals.reach(self.vendor.name()) } else { 1 };
        let listed = self.list([own, swept].into_iter().flatten().min(), reach).await;
        if sweeps {
            signals.note_tried(self.vendor.name());
        }
        let listed = match listed {
            Ok(listed) => listed,
            Err(failure) => {
                self.postpone(&due, failure.retry_after).await?;
                return Err(failure);
            }
        };
        // The store is read after the list. If the list contains the call of a dial, that dial was stored earlier,
        // before it was sent. It is therefore among the unmatched calls or, if its answer has arrived meanwhile, among
        // the known ones.
        let unmatched = self.follower.unmatched(self.vendor.name()).await?;
        let known = self.known(listed.rows.keys()).await?;
        let is_due: BTreeSet<_> = due.iter().map(|call| call.id.clone()).collect();
        let noted = known.values().filter(|call| !is_due.contains(&call.id));
        let noted = noted.map(|call| self.note(call.clone(), &listed)).collect::<Vec<_>>();
        all(noted).await?;
        let bound = due.into_iter().filter(|call| call.tracked.remote_id().is_some());
        let followed = bound.map(|call| self.follow(call, &listed)).collect::<Vec<_>>();
        all(followed).await?;
        let claimed = self.match_up(&unmatched, &known, &listed, &is_due).await?;
        if let Some(since) = swept {
            let decided = self.discover(&listed, &known, &unmatched, &claimed, since).await?;
            self.note_listed(&listed, since, decided).await?;
        }
        Ok(())
    }

    /// Returns the beginning of the window of the list, or `None` if no list is needed. If there are at most
    /// [`MAX_SINGLES`] long calls and the vendor returns single calls, the long calls are read one by one. They then do
    /// not lengthen the list.
    fn window(&self, due: &[CallRecord]) -> Option<Timestamp> {
        let in_list = due.iter().filter(|call| self.is_read_by_list(call));
        let (long, short): (Vec<_>, Vec<_>) =
            in_list.partition(|call| self.is_long(call) && self.can_fetch(call));
        let few = u32::try_from(long.len()).is_ok_and(|long| long <= MAX_SINGLES);
        let long = long.into_iter().filter(|_| !few);
        short.into_iter().chain(long).map(window_of).min()
    }

    /// Returns true if a look at this call needs the vendor's list: the call has not ended, or the vendor does not
    /// return single calls. If the vendor's id is not known and the call was given up, the call is searched for
    /// separately. A long ambiguous call needs a decision, and not the list.
    fn is_read_by_list(&self, call: &CallRecord) -> bool {
        match call.tracked.remote_id() {
            None => call.following.lost_at.is_none() && !(call.is_ambiguous() && self.is_long(call)),
            Some(_) => call.progress == CallProgress::Live || !self.can_fetch(call),
        }
    }

    fn can_fetch(&self, call: &CallRecord) -> bool {
        call.tracked.remote_id().is_some_and(|remote_id| self.calls.fetch(remote_id).is_some())
    }

    fn is_long(&self, call: &CallRecord) -> bool {
        since(call.begun_at(), self.at) >= schedule::LONG_CALL
    }

    /// Reads the vendor's list of the calls since a time, and no list if there is no such time. `reach` multiplies the
    /// maximum number of pages.
    pub async fn list(&self, since: Option<Timestamp>, reach: usize) -> Result<Listed> {
        let window = |since| CallWindow::since(since, self.at).reaching(reach);
        let exchange = since.and_then(|since| self.calls.recent(&window(since)));
        let Some(exchange) = exchange else { return Ok(Listed::default()) };
        let listed = self.vendor.list_calls(exchange).await?;
        if !listed.is_complete {
            warn!(
                vendor = self.vendor.name(),
                since = since.map(tracing::field::display),
                "the vendor's list of calls is longer than one look reads"
            );
        }
        let rows = listed.rows.into_iter().map(|row| (row.remote_id.clone(), row)).collect();
        Ok(Listed { rows, unidentified: listed.unidentified, since, is_complete: listed.is_complete })
    }

    /// Returns the stored calls that have one of these remote ids, by remote id.
    pub async fn known(
        &self,
        remote_ids: impl Iterator<Item = &String>,
    ) -> Result<BTreeMap<String, CallRecord>> {
        let remote_ids: Vec<_> = remote_ids.cloned().collect();
        let mut known = BTreeMap::new();
        for some in remote_ids.chunks(IDS_PER_QUERY) {
            let rows = self.follower.book.store().bound(self.vendor.name(), some).await?;
            let calls = rows.into_iter().filter_map(|found| self.follower.readable(found));
            known.extend(calls.filter_map(|call| Some((call.tracked.remote_id()?.to_owned(), call))));
        }
        Ok(known)
    }

    /// Makes calls due again after a failed look.
    async fn postpone(&self, due: &[CallRecord], wait: Option<Duration>) -> Result<()> {
        let pause = wait.unwrap_or_default().max(self.follower.settings.follow);
        all(due.iter().map(|call| self.follower.put_off(call, pause, self.at)).collect()).await
    }
}

impl Follower {
    /// Makes a call due again after `pause`, because no look at it is possible now. Time passes nevertheless: a call
    /// that can no longer be live is given up, and later over.
    pub(super) async fn put_off(&self, call: &CallRecord, pause: Duration, at: Timestamp) -> Result<()> {
        let mut update = Update::new(self, call.clone(), at);
        if call.following.erasure.is_none() {
            let next = update.wait();
            if update.call.progress != call.progress || update.call.following != call.following {
                return update.commit(next.map(|next| next.max(pause))).await.map(drop);
            }
        }
        self.release(call, pause).await
    }

    /// Releases the hold on a call without changing the call. The call is due again after `pause`.
    pub(super) async fn release(&self, call: &CallRecord, pause: Duration) -> Result<()> {
        let (id, fence) = (call.id.clone(), call.fence);
        let mut batch = Batch::new();
        batch.change_call(Ok(CallMutation::Release { id, fence, due: Some(pause) }));
        match self.book.commit(batch).await {
            // Another process holds the call, or has changed it.
            Err(conflict) if conflict.kind == Kind::StateConflict => Ok(()),
            result => result,
        }
    }
}

/// Returns the beginning of a window that contains a call.
pub(super) fn window_of(call: &CallRecord) -> Timestamp {
    let begun = call.begun_at();
    begun.checked_sub(WINDOW_MARGIN).unwrap_or(begun)
}

/// Runs futures concurrently. Returns the first error after all have ended.
pub(super) async fn all<F: Future<Output = Result<()>>>(futures: Vec<F>) -> Result<()> {
    let results: Vec<_> = stream::iter(futures).buffer_unordered(CONCURRENT).collect().await;
    results.into_iter().collect()
}
