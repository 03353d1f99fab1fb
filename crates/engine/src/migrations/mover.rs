//! The component that moves agents between vendors.

use std::sync::Arc;

use crate::{background::Handles, planning::Planner, records::Repository, vendors::Fleet};

/// The component that moves agents between vendors, under one configuration.
pub struct Mover {
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) planner: Arc<Planner>,
    pub(super) handles: Arc<Handles>,
}

impl Mover {
    /// Creates a mover.
    pub fn new(
        repository: Arc<Repository>,
        fleet: Arc<Fleet>,
        planner: Arc<Planner>,
        handles: Arc<Handles>,
    ) -> Self {
        Self { repository, fleet, planner, handles }
    }
}
