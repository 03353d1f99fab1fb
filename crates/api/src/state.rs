//! What handlers share.

use std::sync::Arc;
use switchboard_engine::Engine;

use axum::extract::FromRef;

use crate::edge::{body::Limits, page::Cursors, write_headers::WaitLimits};

/// What handlers share. Clones are cheap.
#[derive(Clone)]
pub struct Api {
    /// Everything the gateway can do.
    pub engine: Arc<Engine>,
    /// Makes and opens cursors.
    pub cursors: Cursors,
    /// The bounds of bodies.
    pub limits: Limits,
    /// How long callers wait for vendors.
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
