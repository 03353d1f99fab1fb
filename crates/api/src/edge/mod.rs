//! The HTTP edge: the layers between the callers and the handlers, which every request and every answer passes.
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

/// The state of the layers. All listeners and all successive configurations share the limit of requests in flight, so that the
/// limit applies to the whole process.
#[derive(Debug, Clone)]
pub struct Edge {
    keys: Arc<Keys>,
    in_flight: Arc<Semaphore>,
}

impl Edge {
    /// Creates an edge that admits callers with one of these keys, and at most `max_in_flight` concurrent requests. Requests to
    /// the health routes do not count.
    pub fn new(keys: Keys, max_in_flight: usize) -> Self {
        Self { keys: Arc::new(keys), in_flight: Arc::new(Semaphore::new(max_in_flight)) }
    }

    /// Creates an edge that admits callers with one of these keys and shares the limit of requests in flight with `self`.
    pub fn with_keys(&self, keys: Keys) -> Self {
        Self { keys: Arc::new(keys), in_flight: self.in_flight.clone() }
    }
}

/// Wraps a complete router in the layers, from the outermost to the innermost:
///
/// 1. The envelope assigns the request's id and opens its span. It converts failed answers into problem documents, sets
///    the headers that every answer has, and logs the request and its failure once.
/// 2. The panic layer answers a panic of a handler with an `internal` problem instead of dropping the connection.
/// 3. Admission requires a key for every path under `/v1`. It immediately refuses a request above `max_in_flight` as
///    `overloaded`.
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
