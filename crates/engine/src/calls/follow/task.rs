//! The task for calls. It claims calls that are due, and looks at the vendors that have such calls.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use switchboard_core::error::Result;
use switchboard_store::FoundCall;
use tokio_util::sync::CancellationToken;
use tracing::{Instrument, info_span, warn};

use super::{Follower, lease, signals::Looking};
use crate::{
    background::{BackgroundTask, Next, Schedule},
    calls::CallRecord,
    records::now,
    vendors::Vendor,
};

/// The longest pause between two claims. Another process may add calls, or may be killed, without a signal to this
/// process.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// The shortest pause between two passes. It is also the pause after a pass that claimed a call or started a look.
const MIN_PAUSE: Duration = Duration::from_millis(50);

/// The pause before the next look at a call whose vendor is not configured in this process.
const UNKNOWN_VENDOR_PAUSE: Duration = Duration::from_secs(60);

/// The maximum number of calls that one pass claims.
const MAX_CLAIMED: u32 = 1000;

/// The task that follows calls. One process at a time follows the calls of a vendor.
pub struct CallsTask {
    /// The component that follows calls.
    pub follower: Arc<Follower>,
}

#[async_trait]
impl BackgroundTask for CallsTask {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn schedule(&self) -> Schedule {
        Schedule {
            first: Duration::ZERO,
            retry: MAX_PAUSE,
            wake: Some(self.follower.handles.calls.wake.clone()),
            debounce: Duration::ZERO,
        }
    }

    async fn run(&self, shutdown: &CancellationToken) -> Result<Next> {
        let (store, signals) = (self.follower.book.store(), &self.follower.handles.calls);
        let vendors = self.follower.fleet.vendors();
        let (looking, idle): (Vec<_>, Vec<_>) = vendors.partition(|vendor| signals.is_looking(vendor.name()));
        let mut except: Vec<_> = looking.iter().map(|vendor| vendor.name().to_owned()).collect();
        let sweeps = idle.iter().filter_map(|vendor| self.sweep_in(vendor));
        let next_sweep = sweeps.min();
        let next_due = store.next_due(&except).await?;
        let pause = [next_due, next_sweep].into_iter().flatten().min().unwrap_or(MAX_PAUSE);
        if !pause.is_zero() {
            return Ok(Next::After(pause.clamp(MIN_PAUSE, MAX_PAUSE)));
        }
        let time = lease::time(self.follower.settings.follow);
        let mut followed = Vec::new();
        for vendor in idle {
            let Some(looking) = signals.begin(vendor.name()) else { continue };
            match store.acquire(&lease::name(vendor.name()), &signals.holder, time).await? {
                true => followed.push((vendor, looking)),
                false => except.push(vendor.name().to_owned()),
            }
        }
        let claimed = store.claim(time, &except, MAX_CLAIMED).await?;
        let mut pause = if claimed.is_empty() { MAX_PAUSE } else { MIN_PAUSE };
        let mut due: BTreeMap<String, Vec<CallRecord>> = BTreeMap::new();
        let claimed = claimed.into_iter().map(|row| FoundCall { position: row.position(), row: Ok(row) });
        for call in claimed.filter_map(|found| self.follower.readable(found)) {
            due.entry(call.vendor.clone()).or_default().push(call);
        }
        for (vendor, looking) in followed {
            let calls = due.remove(vendor.name()).unwrap_or_default();
            let sweeps = self.sweep_in(vendor).is_some_and(|wait| wait.is_zero());
            if !calls.is_empty() || sweeps {
                pause = MIN_PAUSE;
                self.spawn(looking, calls, sweeps, shutdown.clone());
            }
        }
        for calls in due.into_values() {
            self.defer(calls).await?;
        }
        Ok(Next::After(pause))
    }
}

impl CallsTask {
    /// Returns the time until the vendor's list is read even if no call is due. Returns `None` if the gateway follows
    /// only the calls that it placed, if the adapter does not support calls, or if no requests to the vendor are
    /// permitted now.
    fn sweep_in(&self, vendor: &Vendor) -> Option<Duration> {
        let follows = vendor.adapter().calls().is_some() && self.follower.follows_all(vendor);
        let wait = self.follower.handles.calls.sweep_in(vendor.name(), self.follower.settings.sweep);
        (follows && vendor.ready_in().is_none()).then_some(wait)
    }

    /// Starts the look at the calls of one vendor. If the token `shutdown` is triggered, the look ends early and
    /// releases the lease, so another process may follow the vendor's calls.
    fn spawn(&self, looking: Looking, calls: Vec<CallRecord>, sweeps: bool, shutdown: CancellationToken) {
        // `at` comes from the store's clock if there are claimed calls, because the look compares it with times from
        // that clock.
        let at = calls.iter().map(|call| call.updated_at).max().unwrap_or_else(now);
        let follower = self.follower.clone();
        let span = info_span!("calls", vendor = looking.vendor());
        let look = async move {
            let name = looking.vendor().to_owned();
            let signals = &follower.handles.calls;
            let renewal =
                lease::keep(follower.book.store(), &name, &signals.holder, follower.settings.follow);
            let result = tokio::select! {
                result = follower.look_at(&name, calls, at, sweeps) => result,
                never = renewal => match never {},
                () = shutdown.cancelled() => {
                    follower.book.store().release(&lease::name(&name), &signals.holder).await
                }
            };
            if let Err(failure) = result {
                warn!(vendor = name, %failure, "failed to look at the calls of a vendor");
            }
            drop(looking);
            signals.wake.send();
        };
        self.follower.handles.running.spawn(look.instrument(span));
    }

    /// Recovers the interrupted dials among the calls of a vendor that is not configured, and defers the other calls.
    /// The erasure of a call waits longer with each attempt.
    async fn defer(&self, calls: Vec<CallRecord>) -> Result<()> {
        for call in self.follower.recover(calls).await? {
            if call.following.erasure.is_some() {
                let at = call.updated_at;
                self.follower.continue_erasure(call, at).await?;
                continue;
            }
            warn!(call = call.id, vendor = call.vendor, "call waits for a vendor that is not configured");
            let at = call.updated_at;
            self.follower.put_off(&call, UNKNOWN_VENDOR_PAUSE, at).await?;
        }
        Ok(())
    }
}
