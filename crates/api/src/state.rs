//! The shared state of handlers.

use std::sync::Arc;
use switchboard_engine::Engine;

use axum::extract::FromRef;

use tokio_util::sync::CancellationToken;

use crate::edge::{body::Limits, fingerprint::Fingerprints, page::Cursors, write_headers::WaitLimits};

/// The shared state of handlers. Clones are cheap.
#[derive(Clone)]
pub struct Api {
    /// The engine of the gateway.
    pub engine: Arc<Engine>,
    /// The signer and verifier of cursors.
    pub cursors: Cursors,
    /// The generator of fingerprints for requests with an idempotency key.
    pub fingerprints: Fingerprints,
    /// The signal that the process is about to stop. After the signal, `/readyz` answers 503.
    pub draining: CancellationToken,
    /// The limits of request bodies.
    pub limits: Limits,
    /// The default and maximum time for which a write waits for the vendor.
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

impl FromRef<Api> for Fingerprints {
    fn from_ref(api: &Api) -> Self {
        api.fingerprints.clone()
    }
}
