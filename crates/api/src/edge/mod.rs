//! The HTTP edge: every request passes it before a handler, and every answer before the caller.
//!
//! [`with_layers`] puts the layers around a router; the other modules are the extractors and responses of handlers.

pub mod accept;
mod access;
mod admission;
pub mod body;
mod document;
mod envelope;
pub mod headers;
mod idempotency;
pub mod keys;
mod list;
pub mod page;
pub mod precondition;
pub mod prefer;
pub mod problem;
pub mod query;
pub mod request_id;
pub mod write_headers;

use std::sync::Arc;

use axum::{Router, middleware, response::IntoResponse};
use switchboard_core::error::{Error, Kind};
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;

use crate::edge::keys::Keys;

/// The state of the layers. All listeners and configurations share one, so that the limits hold for the process.
#[derive(Debug, Clone)]
pub struct Edge {
    keys: Arc<Keys>,
    in_flight: Arc<Semaphore>,
}

impl Edge {
    /// Makes an edge that admits callers with one of these keys, and at most `max_in_flight` concurrent requests (health routes
    /// not counted).
    pub fn new(keys: Keys, max_in_flight: usize) -> Self {
        Self { keys: Arc::new(keys), in_flight: Arc::new(Semaphore::new(max_in_flight)) }
    }

    /// Shares the limits, and admits callers with one of these keys.
    pub fn with_keys(&self, keys: Keys) -> Self {
        Self { keys: Arc::new(keys), in_flight: self.in_flight.clone() }
    }
}

/// Puts the layers around a router that has all its routes and its fallback. From the outside in:
///
/// 1. envelope: gives the request its id and span; on the way back turns failures into problem documents, sets the
///    headers that every answer has, and logs the request (and its failure) once.
/// 2. panics: a handler that panics is an `internal` problem, not a dropped connection.
/// 3. admission: everything under `/v1` needs a key; a request above `max_in_flight` is refused as `overloaded` without
///    waiting.
pub fn with_layers<S: Clone + Send + Sync + 'static>(router: Router<S>, edge: Edge) -> Router<S> {
    router
        .layer(middleware::from_fn_with_state(edge, admission::admit))
        .layer(CatchPanicLayer::custom(|panic: Box<dyn std::any::Any + Send>| {
            panicked(&*panic).into_response()
        }))
        .layer(middleware::from_fn(envelope::wrap))
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> problem::Failure {
    let message = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    Error::new(Kind::Internal, format!("A handler panicked: {}", message.unwrap_or_default())).into()
}
