//! The shared state of one sandbox.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::{self, Contract, Unusable};
use crate::faults::Faults;
use crate::holds::Holds;
use crate::journal::Journal;
use crate::simulator::{Simulated, Simulator};
use crate::{SIMULATORS, SandboxOptions, Vendor};

/// The vendors, their journal, and the pending faults.
pub(crate) struct SandboxState {
    pub options: SandboxOptions,
    vendors: Vec<VendorSlot>,
    journal: Mutex<Journal>,
    faults: Mutex<Faults>,
    holds: Mutex<Holds>,
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
    /// Fails if a contract document cannot be used.
    pub(crate) fn new(options: SandboxOptions) -> Result<Self, Unusable> {
        Ok(Self {
            vendors: SIMULATORS.iter().zip(contract::all()).map(VendorSlot::new).collect::<Result<_, _>>()?,
            journal: Mutex::new(Journal::new(options.journal)),
            faults: Mutex::default(),
            holds: Mutex::default(),
            options,
        })
    }

    /// Finds a vendor by its name.
    pub(crate) fn named(&self, name: &str) -> Option<&VendorSlot> {
        self.vendors.iter().find(|slot| slot.vendor.name() == name)
    }

    /// Finds the vendor that owns `path`, and the rest of the path below the vendor's base path.
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

    /// Forgets records, options, faults and requests, held ones included.
    pub(crate) fn reset(&self) {
        self.holds().drop_all();
        for slot in &self.vendors {
            *slot.simulator() = (slot.fresh)();
        }
        self.faults().clear();
        self.journal().clear();
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
