//! The common interface of the simulators: answer documented requests out of their own records.

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::Value;

use crate::Vendor;
use crate::contract::Violation;
use crate::records::{Record, Records};

/// A row of [`SIMULATORS`](crate::SIMULATORS): one vendor interface, and the simulator of it.
pub struct Simulated {
    /// The key of the vendor.
    pub vendor: Vendor,
    /// The vendor's documented contract: an OpenAPI 3.1 document.
    pub contract: &'static str,
    /// Makes a simulator that has stored nothing yet.
    pub(crate) simulator: fn() -> Box<dyn Simulator>,
}

/// A vendor's records and behaviour. A simulator has no access to sockets, faults or the contract: the requests that
/// reach [`answer`](Simulator::answer) are authenticated and as documented.
pub(crate) trait Simulator: Send {
    /// Carries out one documented operation.
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer;

    /// Refuses a request with the vendor's own error body. Changes no record.
    fn refuse(&self, refusal: &Refusal<'_>) -> Answer;

    /// Returns the vendor's stored records.
    fn records(&mut self) -> &mut Records;

    /// Returns the current values of the options.
    fn options(&self) -> Value;

    /// Sets the options. Those left out return to their default.
    ///
    /// # Errors
    ///
    /// Returns a message that names the option that is unknown or out of range; no option changes then.
    fn configure(&mut self, options: Value) -> Result<(), String>;
}

/// One documented request.
pub(crate) struct SimulatedRequest<'a> {
    /// The contract's `operationId`.
    pub operation: &'a str,
    /// Path parameters by name.
    pub path: &'a BTreeMap<String, String>,
    /// Query parameters, in order.
    pub query: &'a [(String, String)],
    /// The body; `null` if there is none.
    pub body: &'a Value,
}

impl SimulatedRequest<'_> {
    /// Returns a path parameter; empty if the route has no such parameter.
    pub(crate) fn in_path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// Returns a query parameter.
    pub(crate) fn in_query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as a record; empty if it is not an object.
    pub(crate) fn record(&self) -> Record {
        self.body.as_object().cloned().unwrap_or_default()
    }

    /// Returns a query parameter that is a whole number.
    pub(crate) fn number_in_query(&self, name: &str) -> Option<i64> {
        self.in_query(name)?.parse().ok()
    }
}

/// The reason why a request is refused before any operation runs, or instead of it.
pub(crate) enum Refusal<'a> {
    /// No operation is documented at this method and path.
    UnknownRoute { method: &'a str, path: &'a str },
    /// The key is missing or wrong.
    Unauthenticated,
    /// The request is not as documented.
    Invalid(&'a [Violation]),
    /// The vendor fails with this status, whatever the request.
    Failing(StatusCode),
}

/// A vendor's answer before it is written to the socket.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    /// The body; `None` is an empty body, without a content type.
    pub body: Option<Value>,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(body) }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// Returns a 200 without a body.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, body: None }
    }
}
