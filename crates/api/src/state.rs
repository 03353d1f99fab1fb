//! What handlers share.

use std::sync::Arc;
use switchboard_engine::Service;

use axum::extract::FromRef;

use crate::edge::{asked::Patience, body::Limits, page::Cursors};

/// What handlers share. Clones are cheap.
#[derive(Clone)]
pub struct Api {
    /// Everything the gateway can do.
    pub service: Arc<Service>,
    /// Makes and opens cursors.
    pub cursors: Cursors,
    /// The bounds of bodies.
    pub limits: Limits,
    /// How long callers wait for vendors.
    pub patience: Patience,
}

impl FromRef<Api> for Patience {
    fn from_ref(api: &Api) -> Self {
        api.patience
    }
}

impl FromRef<Api> for Limits {
    fn from_ref(api: &Api) -> Self {
        api.limits
    }
}
