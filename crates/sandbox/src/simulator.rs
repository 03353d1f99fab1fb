//! The common interface of the simulators, which answer documented requests from their own records.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::StatusCode;
use serde_json::Value;

use crate::Vendor;
use crate::calls::Calls;
use crate::contract::Violation;
use crate::records::{Record, Records};

/// A row of [`SIMULATORS`](crate::SIMULATORS): one vendor interface and its simulator.
pub struct Simulated {
    /// The vendor interface, which identifies this row.
    pub vendor: Vendor,
    /// The vendor's documented contract: an OpenAPI 3.1 document.
    pub contract: &'static str,
    /// Creates a simulator without records.
    pub(crate) simulator: fn() -> Box<dyn Simulator>,
}

/// A vendor's records and behaviour. A simulator has no access to sockets, faults or the contract. The
/// requests that reach [`answer`](Simulator::answer) are authenticated and satisfy the contract.
pub(crate) trait Simulator: Send {
    /// Carries out one documented operation.
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer;

    /// Builds the vendor's own error answer for a refusal. Changes no record.
    fn refuse(&self, refusal: &Refusal<'_>) -> Answer;

    /// Returns the vendor's stored records.
    fn records(&mut self) -> &mut Records;

    /// Returns the vendor's calls, or `None` if the simulator has no calls.
    fn calls(&mut self) -> Option<&mut Calls> {
        None
    }

    /// Returns the current values of the options.
    fn options(&self) -> Value;

    /// Sets the options. Omitted options return to their defaults.
    ///
    /// # Errors
    ///
    /// A message about the option that is unknown or out of range. No option is changed.
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
    /// The JSON body, as the vendor reads it. `null` if the request has no body.
    pub body: &'a Value,
    /// The origin at which the request reached the sandbox, such as `http://127.0.0.1:4010`.
    pub origin: &'a str,
}

impl SimulatedRequest<'_> {
    /// Returns a path parameter. Returns an empty string if the route has no such parameter.
    pub(crate) fn in_path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// Returns a query parameter, or `None` if the request does not have it.
    pub(crate) fn in_query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as a record. The record is empty if the body is not an object.
    pub(crate) fn record(&self) -> Record {
        self.body.as_object().cloned().unwrap_or_default()
    }

    /// Returns a query parameter as a whole number. Returns `None` if the parameter is missing or not a whole
    /// number.
    pub(crate) fn number_in_query(&self, name: &str) -> Option<i64> {
        self.in_query(name)?.parse().ok()
    }
}

/// The reason why a request is refused. A refusal happens before an operation runs, or replaces its answer.
pub(crate) enum Refusal<'a> {
    /// No operation is documented at this method and path.
    UnknownRoute { method: &'a str, path: &'a str },
    /// The key is missing or wrong.
    Unauthenticated,
    /// The request of this operation violates the contract.
    Invalid { operation: &'a str, violations: &'a [Violation] },
    /// The vendor fails with this status, regardless of the request.
    Failing(StatusCode),
}

/// A vendor's answer before it is written to the socket.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    /// The body. `None` means an empty body without a content type.
    pub body: Option<Content>,
    /// The target of a redirect.
    pub location: Option<String>,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    Json(Value),
    Bytes { media_type: &'static str, bytes: Bytes },
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(Content::Json(body)), location: None }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// Returns an answer with status 200 and no body.
    pub(crate) fn empty() -> Self {
        Self::without_body(StatusCode::OK)
    }

    /// Returns an answer without a body.
    pub(crate) fn without_body(status: StatusCode) -> Self {
        Self { status, body: None, location: None }
    }

    /// Returns a redirect with status 302.
    pub(crate) fn redirect(location: String) -> Self {
        Self { location: Some(location), ..Self::without_body(StatusCode::FOUND) }
    }

    /// Returns an answer with status 200 and these bytes.
    pub(crate) fn bytes(media_type: &'static str, bytes: Bytes) -> Self {
        Self { body: Some(Content::Bytes { media_type, bytes }), ..Self::empty() }
    }
}
