//! Everything that one sandbox holds.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::contract::{self, Contract, Unusable};
use crate::faults::Faults;
use crate::holds::Holds;
use crate::journal::Journal;
use crate::simulator::{Simulator, simulator};
use crate::{SandboxOptions, Vendor};

/// The vendors, what they were asked, and what is to go wrong.
pub(crate) struct SandboxState {
    pub options: SandboxOptions,
    vendors: [VendorSlot; Vendor::ALL.len()],
    journal: Mutex<Journal>,
    faults: Mutex<Faults>,
    holds: Mutex<Holds>,
}

/// One vendor: what it documents and how it behaves.
pub(crate) struct VendorSlot {
    pub contract: &'static Contract,
    simulator: Mutex<Box<dyn Simulator>>,
}

impl SandboxState {
    /// Vendors without records, no faults, an empty journal.
    ///
    /// # Errors
    ///
    /// When a contract document cannot be used.
    pub(crate) fn new(options: SandboxOptions) -> Result<Self, Unusable> {
        let slot = |vendor| {
            Ok::<_, Unusable>(VendorSlot {
                contract: contract::for_vendor(vendor)?,
                simulator: Mutex::new(simulator(vendor)),
            })
        };
        let [qcall, autocalls_2025, autocalls_2026, opencx] = Vendor::ALL;
        Ok(Self {
            vendors: [slot(qcall)?, slot(autocalls_2025)?, slot(autocalls_2026)?, slot(opencx)?],
            journal: Mutex::new(Journal::new(options.journal)),
            faults: Mutex::default(),
            holds: Mutex::default(),
            options,
        })
    }

    pub(crate) fn vendor(&self, vendor: Vendor) -> &VendorSlot {
        let [qcall, autocalls_2025, autocalls_2026, opencx] = &self.vendors;
        match vendor {
            Vendor::Qcall => qcall,
            Vendor::Autocalls2025 => autocalls_2025,
            Vendor::Autocalls2026 => autocalls_2026,
            Vendor::Opencx => opencx,
        }
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

    /// Forgets records, options, faults and requests, also those that are being held.
    pub(crate) fn reset(&self) {
        self.holds().drop_all();
        for vendor in Vendor::ALL {
            *self.vendor(vendor).simulator() = simulator(vendor);
        }
        self.faults().clear();
        self.journal().clear();
    }
}

impl VendorSlot {
    pub(crate) fn simulator(&self) -> MutexGuard<'_, Box<dyn Simulator>> {
        self.simulator.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
