//! The component that decides placements and plans writes. It writes neither to vendors nor to the store.

use std::sync::Arc;

use switchboard_config::routing::Routing;

use crate::{records::Repository, vendors::Fleet};

/// The component that decides placements and plans writes, under one configuration.
pub struct Planner {
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) routing: Routing,
}

impl Planner {
    /// Creates a planner for the vendors and routes of one configuration.
    pub fn new(repository: Arc<Repository>, fleet: Arc<Fleet>, routing: Routing) -> Self {
        Self { repository, fleet, routing }
    }

    /// Returns the configured vendors.
    pub(crate) fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Returns the configured routing.
    pub fn routing(&self) -> &Routing {
        &self.routing
    }
}
