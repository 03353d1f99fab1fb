//! The HTTP edge: the layers that every request and every answer passes through between the caller and the handler.
//!
//! [`with_layers`] puts the layers around a router; the other modules are the extractors and responses of handlers.

pub mod accept;
mod access;
mod admission;
pub mod authenticated;
pub mod body;
pub mod content;
mod document;
mod envelope;
pub mod fingerprint;
pub mod headers;
mod host;
mod idempotency;
pub mod keys;
mod list;
mod mac;
mod memory;
mod metrics;
pub mod page;
pub mod peer;
pub mod precondition;
pub mod prefer;
pub mod problem;
pub mod query;
pub mod request_id;
mod trace;
mod unread;
pub mod write_headers;
mod wrong_keys;

use std::sync::Arc;

use axum::{Router, middleware, response::IntoResponse};
use switchboard_core::error::{Error, Kind};
use switchboard_engine::{Place, PlaceLimits, Places};
use tower_http::catch_panic::CatchPanicLayer;

use crate::edge::{
    keys::{Caller, Keys},
    memory::BodyMemory,
    wrong_keys::WrongKeys,
};

/// The state of the layers. All listeners and all successive configurations share the limits on requests in flight,
/// body memory and wrong keys, so that the limits apply to the whole process.
#[derive(Debug, Clone)]
pub struct Edge {
    keys: Arc<Keys>,
    bounds: Bounds,
    in_flight: Arc<Places>,
    memory: BodyMemory,
    wrong_keys: WrongKeys,
}

/// The bounds on the requests of the process.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Maximum number of concurrent requests. If there are several keys, each key can use at most half of this number.
    pub max_in_flight: usize,
    /// Maximum combined size of the bodies of all requests, in bytes.
    pub max_body_memory: usize,
    /// Maximum number of wrong keys from one network within a minute.
    pub max_wrong_keys: u32,
}

impl Edge {
    /// Creates an edge that admits callers with one of these keys, or every caller if there are no keys. Requests to
    /// the health routes and to `/metrics` do not count towards the bounds.
    pub fn new(keys: Keys, bounds: Bounds) -> Self {
        metrics::show_zeros();
        let memory = BodyMemory::new(bounds.max_body_memory);
        Self {
            keys: Arc::new(keys),
            bounds,
            in_flight: Arc::default(),
            memory,
            wrong_keys: WrongKeys::new(bounds.max_wrong_keys),
        }
    }

    /// Creates an edge with other keys that shares the limits with `self`.
    pub fn with_keys(&self, keys: Keys) -> Self {
        Self { keys: Arc::new(keys), ..self.clone() }
    }

    /// Takes a place among the concurrent requests for a caller. Returns `None` if no place is free, or if the caller
    /// has used up its share.
    fn admit(&self, caller: &Caller) -> Option<Place> {
        let limits = PlaceLimits::new(self.bounds.max_in_flight, self.keys.are_several());
        self.in_flight.take(caller.as_str(), limits)
    }
}

/// Wraps a complete router in the layers, from the outermost to the innermost:
///
/// 1. The envelope assigns the request's id and opens its span. It converts failed answers into problem documents, sets
///    the headers that every answer has, logs the request and its failure once, counts both unless the request is a
///    probe, and reads the rest of an unread body.
/// 2. The panic layer answers a panic of a handler with an `internal` problem instead of dropping the connection.
/// 3. Admission checks the `Host` header, requires a key for every path under `/v1` if there are keys, and limits the
///    wrong keys of a network. It immediately refuses a request above the limit on concurrent requests as `overloaded`.
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
