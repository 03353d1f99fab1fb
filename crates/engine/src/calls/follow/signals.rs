//! The state that this process keeps while it follows calls. It survives a change to the configuration.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use switchboard_core::error::{Error, Kind, Result};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::follower::since;
use crate::{background::WakeSignal, metrics::Limit, records::now};

/// The state that this process keeps while it follows calls: the signal that wakes the task, the looks at each vendor,
/// and the limit on forwarded recordings.
pub struct CallSignals {
    /// The signal that wakes the task for calls.
    pub wake: WakeSignal,
    /// The name under which this process holds leases.
    pub(super) holder: String,
    /// The time at which this process began to follow calls.
    pub(super) started_at: Timestamp,
    started: Instant,
    vendors: Arc<Mutex<BTreeMap<String, VendorLooks>>>,
    recordings: Arc<Semaphore>,
}

/// The state of the looks at the calls of one vendor.
#[derive(Default)]
struct VendorLooks {
    is_looking: bool,
    /// The time of the latest look that has stored the calls in the vendor's list.
    listed: Option<Timestamp>,
    /// The start of the next window of the vendor's list. `None` before the first such look.
    unread_since: Option<Timestamp>,
    /// The number of looks at the present window whose list was too long. [`GIVEN_UP`] if the calls beyond the longest
    /// list were given up, until a list is complete again.
    too_long: u32,
    /// The time of the latest complete look in the store, as far as this process has stored it.
    stored: Option<Timestamp>,
    /// The time at which the latest look at the vendor's list ended, even if it failed.
    tried: Option<Instant>,
    /// The time from which the gateway stores calls that it did not place.
    floor: Option<Timestamp>,
    /// The calls in the list of this process's first look. `None` before that look.
    earlier: Option<EarlierCalls>,
    /// The vendor's ids of calls that were read individually and belong to no dial of the gateway.
    others: BTreeSet<String>,
}

/// The calls in the list of this process's first look that may be older than that look. If it is the very first look,
/// these are the calls without an exact time. Otherwise, these are the calls that have ended and have no time at all.
#[derive(Default)]
struct EarlierCalls {
    /// True if the look is the very first one: the store had no call of the vendor yet.
    is_very_first: bool,
    /// The vendor's ids of the calls.
    remote_ids: BTreeSet<String>,
    /// The gateway's ids of the dials for which the vendor's id was not known at that look. No other dial has its call
    /// among `remote_ids`.
    dials: BTreeSet<String>,
}

/// The value of [`VendorLooks::too_long`] after the longest list. Each look before that doubles the number of pages.
const GIVEN_UP: u32 = 4;

/// The shortest time between two looks whose times are stored. After a restart, the window starts earlier by up to this
/// time.
const STORED_EVERY: Duration = Duration::from_secs(60);

/// The maximum number of remembered ids in [`VendorLooks::others`]. When it is reached, all are forgotten, and these
/// calls are read again.
const MAX_OTHERS: usize = 10_000;

/// The maximum number of recordings that are forwarded concurrently.
pub const MAX_RECORDINGS: usize = 64;

/// The permission to look at the calls of a vendor. Until the value is dropped, no other look at these calls begins in
/// this process.
pub(super) struct Looking {
    vendor: String,
    vendors: Arc<Mutex<BTreeMap<String, VendorLooks>>>,
}

impl Default for CallSignals {
    fn default() -> Self {
        Self {
            wake: WakeSignal::default(),
            holder: format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
            started_at: now(),
            started: Instant::now(),
            vendors: Arc::default(),
            recordings: Arc::new(Semaphore::new(MAX_RECORDINGS)),
        }
    }
}

impl CallSignals {
    /// Takes a place in the limit on recordings that are forwarded concurrently. The recording keeps the place until
    /// its last byte is forwarded, however slowly the caller reads.
    ///
    /// # Errors
    /// `overloaded` if [`MAX_RECORDINGS`] recordings are being forwarded.
    pub fn admit_recording(&self) -> Result<OwnedSemaphorePermit> {
        self.recordings.clone().try_acquire_owned().map_err(|_| {
            Limit::Recordings.count_refusal();
            let detail =
                format!("The gateway already forwards {MAX_RECORDINGS} recordings; try again shortly.");
            Error::new(Kind::Overloaded, detail)
        })
    }

    /// Returns true if a look at the vendor's calls is in progress.
    pub(super) fn is_looking(&self, vendor: &str) -> bool {
        lock(&self.vendors).get(vendor).is_some_and(|looks| looks.is_looking)
    }

    /// Begins a look. Returns `None` if a look at the vendor's calls is in progress.
    pub(super) fn begin(&self, vendor: &str) -> Option<Looking> {
        let mut vendors = lock(&self.vendors);
        let looks = vendors.entry(vendor.to_owned()).or_default();
        if looks.is_looking {
            return None;
        }
        looks.is_looking = true;
        Some(Looking { vendor: vendor.to_owned(), vendors: self.vendors.clone() })
    }

    /// Returns the start of the next window of the vendor's list, if this process has stored the calls of one.
    pub(super) fn unread_since(&self, vendor: &str) -> Option<Timestamp> {
        lock(&self.vendors).get(vendor).and_then(|looks| looks.unread_since)
    }

    /// Returns the factor by which the next look multiplies the maximum number of pages of the vendor's list.
    pub(super) fn reach(&self, vendor: &str) -> usize {
        match lock(&self.vendors).get(vendor).map_or(0, |looks| looks.too_long) {
            GIVEN_UP => 1,
            too_long => 1 << too_long,
        }
    }

    /// Notes a look that has stored the calls in the vendor's list since a time, where the list was too long. Returns
    /// true if the next look reads the same window with more pages. Returns false if this was the longest list, or the
    /// very first look: the calls from before that look are not stored anyway.
    pub(super) fn note_too_long(&self, vendor: &str, since: Timestamp, at: Timestamp) -> bool {
        let mut vendors = lock(&self.vendors);
        let looks = vendors.entry(vendor.to_owned()).or_default();
        let is_very_first = looks.earlier.as_ref().is_some_and(|earlier| earlier.is_very_first);
        if is_very_first && looks.listed.is_none() {
            return false;
        }
        looks.too_long = GIVEN_UP.min(looks.too_long + 1);
        let reads_again = looks.too_long < GIVEN_UP;
        if reads_again {
            (looks.listed, looks.unread_since) = (Some(at), Some(since));
        }
        reads_again
    }

    /// Notes a look that has stored the calls in the vendor's list, and the start of the next window. Returns true if
    /// the caller must store the time of the look.
    pub(super) fn note_listed(
        &self,
        vendor: &str,
        at: Timestamp,
        next: Timestamp,
        is_complete: bool,
    ) -> bool {
        let mut vendors = lock(&self.vendors);
        let looks = vendors.entry(vendor.to_owned()).or_default();
        (looks.listed, looks.unread_since) = (Some(at), Some(next));
        if is_complete {
            looks.too_long = 0;
        }
        looks.stored.is_none_or(|stored| since(stored, at) >= STORED_EVERY)
    }

    /// Notes that the store has the time of a look.
    pub(super) fn note_stored(&self, vendor: &str, at: Timestamp) {
        lock(&self.vendors).entry(vendor.to_owned()).or_default().stored = Some(at);
    }

    /// Notes that a look at the vendor's list has ended, even if it failed.
    pub(super) fn note_tried(&self, vendor: &str) {
        lock(&self.vendors).entry(vendor.to_owned()).or_default().tried = Some(Instant::now());
    }

    /// Returns the time until the vendor's list is read even if no call is due: one interval after the latest look at
    /// the list or, if there was none, one interval after the start of the process.
    pub(super) fn sweep_in(&self, vendor: &str, interval: Duration) -> Duration {
        let tried = lock(&self.vendors).get(vendor).and_then(|looks| looks.tried);
        interval.saturating_sub(tried.unwrap_or(self.started).elapsed())
    }

    /// Notes the time from which the gateway stores calls that it did not place. `is_first` is true if the store has no
    /// call of the vendor, and no earlier process has looked at the vendor's list.
    pub(super) fn note_floor(&self, vendor: &str, floor: Timestamp, is_first: bool) {
        let mut vendors = lock(&self.vendors);
        let looks = vendors.entry(vendor.to_owned()).or_default();
        looks.floor = Some(floor);
        looks.earlier = Some(EarlierCalls { is_very_first: is_first, ..EarlierCalls::default() });
    }

    /// Notes a call that was read individually and does not belong to any dial of the gateway.
    pub(super) fn note_other(&self, vendor: &str, remote_id: &str) {
        let mut vendors = lock(&self.vendors);
        let others = &mut vendors.entry(vendor.to_owned()).or_default().others;
        if others.len() >= MAX_OTHERS {
            others.clear();
        }
        others.insert(remote_id.to_owned());
    }

    /// Returns true if [`Self::note_other`] has noted the call.
    pub(super) fn is_other(&self, vendor: &str, remote_id: &str) -> bool {
        lock(&self.vendors).get(vendor).is_some_and(|looks| looks.others.contains(remote_id))
    }

    /// Notes the dials for which the vendor's id is not known, if this is the first look. The dials must have been
    /// read after the vendor's list.
    pub(super) fn note_dials<'a>(&self, vendor: &str, dials: impl Iterator<Item = &'a String>) {
        let mut vendors = lock(&self.vendors);
        let looks = vendors.entry(vendor.to_owned()).or_default();
        if let (Some(earlier), None) = (&mut looks.earlier, looks.listed) {
            earlier.dials = dials.cloned().collect();
        }
    }

    /// Returns the vendor's ids of calls that cannot be the call of this dial. If the dial began after the first look of
    /// this process, these are the earlier calls in the list of that look. Otherwise, there are none.
    pub(super) fn listed_before(&self, vendor: &str, dial: &str) -> Vec<String> {
        let vendors = lock(&self.vendors);
        let earlier = vendors.get(vendor).filter(|looks| looks.listed.is_some());
        let earlier = earlier.and_then(|looks| looks.earlier.as_ref());
        let earlier = earlier.filter(|earlier| !earlier.dials.contains(dial));
        earlier.map(|earlier| earlier.remote_ids.iter().cloned().collect()).unwrap_or_default()
    }

    /// Returns the time from which the gateway stores calls that it did not place.
    pub(super) fn floor(&self, vendor: &str) -> Timestamp {
        lock(&self.vendors).get(vendor).and_then(|looks| looks.floor).unwrap_or(Timestamp::MIN)
    }

    /// Returns true if this call, which has no exact time, is not among the earlier calls. During the first look, notes
    /// it among them and returns false if the look is the very first one, or if the call has ended and has no time at
    /// all (`is_undated`).
    pub(super) fn is_new(&self, vendor: &str, remote_id: &str, is_undated: bool) -> bool {
        let mut vendors = lock(&self.vendors);
        let looks = vendors.entry(vendor.to_owned()).or_default();
        let is_first_look = looks.listed.is_none();
        match &mut looks.earlier {
            Some(earlier) if is_first_look && (earlier.is_very_first || is_undated) => {
                earlier.remote_ids.insert(remote_id.to_owned());
                false
            }
            Some(earlier) => !earlier.remote_ids.contains(remote_id),
            None => true,
        }
    }
}

impl Looking {
    /// Returns the name of the vendor.
    pub(super) fn vendor(&self) -> &str {
        &self.vendor
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        if let Some(looks) = lock(&self.vendors).get_mut(&self.vendor) {
            looks.is_looking = false;
        }
    }
}

fn lock(vendors: &Mutex<BTreeMap<String, VendorLooks>>) -> MutexGuard<'_, BTreeMap<String, VendorLooks>> {
    // Ignore poisoning: every change to the map is one call, so a panic while the lock is held cannot leave the map
    // half-written.
    vendors.lock().unwrap_or_else(PoisonError::into_inner)
}
