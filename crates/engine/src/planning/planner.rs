//! The component that decides where records go and what writes would send. It writes nothing.

use std::sync::Arc;

use switchboard_config::routing::Routing;

use crate::{records::Repository, vendors::Fleet};

/// Decides where records go and what writes would send, under one configuration.
pub struct Planner {
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) routing: Routing,
}

impl Planner {
    /// Makes a planner for the vendors and routes of one configuration.
    pub fn new(repository: Arc<Repository>, fleet: Arc<Fleet>, routing: Routing) -> Self {
        Self { repository, fleet, routing }
    }

    /// Gives the configured vendors.
    pub fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Gives the configured routes.
    pub fn routing(&self) -> &Routing {
        &self.routing
    }
}
