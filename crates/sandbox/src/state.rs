//! The shared state of one sandbox.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::contract::{self, Contract, Unusable};
use crate::faults::Faults;
use crate::holds::Holds;
use crate::journal::Journal;
use crate::simulator::{Simulated, Simulator};
use crate::{SIMULATORS, SandboxOptions, Vendor};

/// The vendors, the journal, the pending faults, and the held and late requests of a sandbox.
pub(crate) struct SandboxState {
    pub options: SandboxOptions,
    vendors: Vec<VendorSlot>,
    journal: Mutex<Journal>,
    faults: Mutex<Faults>,
    holds: Mutex<Holds>,
    /// The tasks that carry out requests late.
    late: Mutex<JoinSet<()>>,
    /// Ends the delays of the late requests.
    pub late_delays: Arc<Notify>,
}

/// One vendor: its contract and its simulator.
pub(crate) struct VendorSlot {
    pub vendor: Vendor,
    pub contract: &'static Contract,
    fresh: fn() -> Box<dyn Simulator>,
    simulator: Mutex<Box<dyn Simulator>>,
}

impl SandboxState {
    /// Creates vendors without records, no faults, and an empty journal.
    ///
    /// # Errors
    ///
    /// The error of a contract document that cannot be used.
    pub(crate) fn new(options: SandboxOptions) -> Result<Self, Unusable> {
        Ok(Self {
            vendors: SIMULATORS.iter().zip(contract::all()).map(VendorSlot::new).collect::<Result<_, _>>()?,
            journal: Mutex::new(Journal::new(options.journal)),
            faults: Mutex::default(),
            holds: Mutex::default(),
            late: Mutex::default(),
            late_delays: Arc::default(),
            options,
        })
    }

    /// Finds a vendor by its name. Returns `None` if no vendor has the name.
    pub(crate) fn named(&self, name: &str) -> Option<&VendorSlot> {
        self.vendors.iter().find(|slot| slot.vendor.name() == name)
    }

    /// Finds the vendor whose base path contains `path`. Returns the vendor with the rest of `path` below the base
    /// path, or `None` if there is no such vendor.
    pub(crate) fn owning<'a>(&self, path: &'a str) -> Option<(&VendorSlot, &'a str)> {
        self.vendors.iter().find_map(|slot| Some((slot, slot.vendor.below(path)?)))
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn holds(&self) -> MutexGuard<'_, Holds> {
        self.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the tasks that are to carry out requests late. Removes completed tasks first.
    pub(crate) fn late(&self) -> MutexGuard<'_, JoinSet<()>> {
        let mut late = self.late.lock().unwrap_or_else(PoisonError::into_inner);
        while late.try_join_next().is_some() {}
        late
    }

    /// Deletes records, changes, calls, faults and journal entries, and resets the options and the clocks. Held and
    /// late requests end without an answer.
    pub(crate) fn reset(&self) {
        self.late().abort_all();
        self.holds().drop_all();
        for slot in &self.vendors {
            *slot.simulator() = (slot.fresh)();
        }
        self.faults().clear();
        self.journal().clear(None);
    }
}

impl VendorSlot {
    fn new(
        (simulated, contract): (&Simulated, Result<&'static Contract, Unusable>),
    ) -> Result<Self, Unusable> {
        let Simulated { vendor, simulator, .. } = *simulated;
        Ok(Self { vendor, contract: contract?, fresh: simulator, simulator: Mutex::new(simulator()) })
    }

    pub(crate) fn simulator(&self) -> MutexGuard<'_, Box<dyn Simulator>> {
        self.simulator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
