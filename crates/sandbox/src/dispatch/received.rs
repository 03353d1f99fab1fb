//! A request as the vendor receives it, with the result of its check against the contract.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::extract::Query;
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use jiff::Timestamp;
use json_patch::jsonptr::Delete;
use serde_json::Value;

use crate::Vendor;
use crate::contract::{Contract, ContractRequest, Operation, Violation};
use crate::faults::Fault;
use crate::journal::Entry;
use crate::simulator::{Answer, Refusal, SimulatedRequest, Simulator};

/// A request that has been read in full.
pub(super) struct Received {
    pub vendor: Vendor,
    parts: Parts,
    /// The path below the vendor's base path.
    path: String,
    query: Vec<(String, String)>,
    body: Bytes,
    /// The JSON body. `None` if there is no body or the body is not JSON.
    json: Option<Value>,
    /// The documented route. `None` if no operation is documented at this method and path.
    route: Option<Route>,
    violations: Vec<Violation>,
    /// The violations for which the vendor refuses the request: all violations, except those for unknown members if the
    /// vendor drops such members.
    refused: Vec<Violation>,
}

/// The requested operation and the path parameters.
type Route = (&'static Operation, BTreeMap<String, String>);

impl Received {
    pub(super) fn new(
        (vendor, contract): (Vendor, &'static Contract),
        parts: Parts,
        path: String,
        body: Bytes,
    ) -> Self {
        let query = Query::try_from_uri(&parts.uri).map(|Query(pairs)| pairs).unwrap_or_default();
        let json = serde_json::from_slice(&body).ok();
        let route = contract.find(parts.method.as_str(), &path);
        let mut received = Self {
            vendor,
            parts,
            path,
            query,
            body,
            json,
            route,
            violations: Vec::new(),
            refused: Vec::new(),
        };
        received.violations = received.found(received.json.as_ref());
        received.refused = received.found(received.read_by_vendor().as_deref());
        received
    }

    /// Returns the `operationId` of the requested operation. Returns `None` if no operation is documented for
    /// the request.
    pub(super) fn operation(&self) -> Option<&str> {
        self.route.as_ref().map(|(operation, _)| operation.id())
    }

    /// Returns the operation to carry out, or the reason why the vendor refuses the request.
    pub(super) fn admitted(&self) -> Result<&Route, Refusal<'_>> {
        let Some(route) = &self.route else {
            return Err(Refusal::UnknownRoute { method: self.parts.method.as_str(), path: &self.path });
        };
        if !route.0.is_open() && !self.has_key() {
            return Err(Refusal::Unauthenticated);
        }
        match self.refused.as_slice() {
            [] => Ok(route),
            violations => Err(Refusal::Invalid { operation: route.0.id(), violations }),
        }
    }

    fn has_key(&self) -> bool {
        self.vendor.admits(&self.parts.headers)
    }

    /// Returns the origin from the request's `Host` header.
    fn origin(&self) -> String {
        let host = self.parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        format!("http://{}", host.unwrap_or("localhost"))
    }

    /// Returns the body as the vendor reads it, or `None` if the request has no JSON body.
    fn read_by_vendor(&self) -> Option<Cow<'_, Value>> {
        let body = self.json.as_ref()?;
        Some(self.route.as_ref().map_or(Cow::Borrowed(body), |(operation, _)| operation.read_by_vendor(body)))
    }

    /// Lets the simulator carry out and answer the request. For a `forget` fault, first removes the fault's fields from
    /// the body. Returns the vendor's refusal if the request is not admitted.
    pub(super) fn carry_out(&self, simulator: &mut dyn Simulator, fault: Option<&Fault>) -> Answer {
        let (operation, path) = match self.admitted() {
            Ok(route) => route,
            Err(refusal) => return simulator.refuse(&refusal),
        };
        let mut body = self.read_by_vendor().unwrap_or(Cow::Owned(Value::Null));
        if let Some(Fault::Forget { fields }) = fault {
            for field in fields {
                body.to_mut().delete(field);
            }
        }
        simulator.answer(&SimulatedRequest {
            operation: operation.id(),
            path,
            query: &self.query,
            body: &body,
            origin: &self.origin(),
        })
    }

    /// Builds the journal entry for the request.
    pub(super) fn entry(&self) -> Entry {
        let text = || Value::String(String::from_utf8_lossy(&self.body).into_owned());
        let body = match &self.json {
            Some(json) => json.clone(),
            None if self.body.is_empty() => Value::Null,
            None => text(),
        };
        Entry {
            vendor: self.vendor,
            operation: self.operation().map(str::to_owned),
            method: self.parts.method.to_string(),
            path: self.path.clone(),
            query: self.query.iter().cloned().collect(),
            body,
            has_key: self.has_key(),
            status: None,
            valid: self.violations.is_empty(),
            violations: self.violations.clone(),
            at: Timestamp::now(),
            bytes: self.body.len(),
        }
    }

    /// Lists the violations of the request, with `body` as its JSON body.
    fn found(&self, body: Option<&Value>) -> Vec<Violation> {
        let Some((operation, _)) = &self.route else {
            return vec![Violation::new("", "nothing is documented at this method and path")];
        };
        if !self.body.is_empty() && self.json.is_none() {
            return vec![Violation::new("", "the body is not JSON")];
        }
        let mut found = operation.violations(&ContractRequest { query: &self.query, body });
        if self.json.is_some() && !self.says_json() {
            found.push(Violation::new("", "content-type is not application/json"));
        }
        found
    }

    fn says_json(&self) -> bool {
        let kind = self.parts.headers.get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let essence = kind.split(';').next().unwrap_or("").trim();
        essence.eq_ignore_ascii_case("application/json")
    }
}
