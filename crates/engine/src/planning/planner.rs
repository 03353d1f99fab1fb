//! The component that decides placements and plans writes. It never writes to vendors. In the store, it changes only the
//! indexed routes of records.

use std::sync::Arc;

use switchboard_config::{Config, routing::Routing};

use super::route_table::Routes;
use crate::{records::Repository, vendors::Fleet};

/// The component that decides placements and plans writes, under one configuration.
pub struct Planner {
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) routes: Arc<Routes>,
}

impl Planner {
    /// Creates a planner for the vendors and routes of one configuration. From then on, the repository indexes the
    /// routes of records under this configuration.
    pub fn new(repository: Arc<Repository>, fleet: Arc<Fleet>, config: &Config) -> Self {
        let routes = Arc::new(Routes::new(config, &fleet));
        repository.route_by(routes.clone());
        Self { repository, fleet, routes }
    }

    /// Returns true until a planner for another configuration is created.
    pub fn is_in_force(&self) -> bool {
        self.repository.is_routed_by(&*self.routes)
    }

    /// Returns the configured vendors.
    pub(crate) fn fleet(&self) -> &Fleet {
        &self.fleet
    }

    /// Returns the configured routing.
    pub fn routing(&self) -> &Routing {
        &self.routes.routing
    }
}
