//! What every simulated vendor does: answer documented requests out of its own records.

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

/// A vendor's memory and manners. It knows neither sockets nor faults nor the contract: what reaches
/// [`answer`](Simulator::answer) is authenticated and as documented.
pub(crate) trait Simulator: Send {
    /// Carries out one documented operation.
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer;

    /// Says no in the vendor's own words. Changes nothing.
    fn refuse(&self, refusal: &Refusal<'_>) -> Answer;

    /// What the vendor has stored.
    fn records(&mut self) -> &mut Records;

    /// The behaviours that can be switched, as they stand.
    fn options(&self) -> Value;

    /// Switches behaviours. What is left out goes back to its default.
    ///
    /// # Errors
    ///
    /// Names the option that is unknown or out of range; nothing changes then.
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
    /// The body; `null` when there is none.
    pub body: &'a Value,
}

impl SimulatedRequest<'_> {
    /// A path parameter; empty when the route has no such parameter.
    pub(crate) fn in_path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// A query parameter.
    pub(crate) fn in_query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The body as a record; empty when it is no object.
    pub(crate) fn record(&self) -> Record {
        self.body.as_object().cloned().unwrap_or_default()
    }

    /// A query parameter that is a whole number.
    pub(crate) fn number_in_query(&self, name: &str) -> Option<i64> {
        self.in_query(name)?.parse().ok()
    }
}

/// Why a request is refused before any operation runs, or instead of it.
pub(crate) enum Refusal<'a> {
    /// Nothing is documented at this method and path.
    UnknownRoute { method: &'a str, path: &'a str },
    /// The key is missing or wrong.
    Unauthenticated,
    /// The request is not as documented.
    Invalid(&'a [Violation]),
    /// The vendor fails with this status, whatever was asked.
    Failing(StatusCode),
}

/// A vendor's answer before it is put on the wire.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub status: StatusCode,
    /// `None` is an empty body, without a content type.
    pub body: Option<Value>,
}

impl Answer {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self { status, body: Some(body) }
    }

    pub(crate) fn ok(body: Value) -> Self {
        Self::json(StatusCode::OK, body)
    }

    /// 200 with no body at all.
    pub(crate) fn empty() -> Self {
        Self { status: StatusCode::OK, body: None }
    }
}
