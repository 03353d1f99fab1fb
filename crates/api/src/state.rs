//! The shared state of handlers.

use std::sync::Arc;
use switchboard_engine::Engine;

use axum::extract::FromRef;

use crate::edge::{body::Limits, page::Cursors, write_headers::WaitLimits};

/// The shared state of handlers. Clones are cheap.
#[derive(Clone)]
pub struct Api {
    /// The engine of the gateway.
    pub engine: Arc<Engine>,
    /// The maker and opener of cursors.
    pub cursors: Cursors,
    /// The bounds of bodies.
    pub limits: Limits,
    /// The limits of the wait for vendors.
    pub wait_limits: WaitLimits,
}

impl FromRef<Api> for WaitLimits {
    fn from_ref(api: &Api) -> Self {
        api.wait_limits
    }
}

impl FromRef<Api> for Limits {
    fn from_ref(api: &Api) -> Self {
        api.limits
    }
}
