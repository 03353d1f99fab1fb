//! The way of one vendor request: read, judged against the contract, noted, carried out, answered or spoiled.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{Request, StatusCode};
use jiff::Timestamp;
use serde_json::Value;

use crate::Vendor;
use crate::contract::{Asked, Operation, Violation};
use crate::faults::{Fault, When};
use crate::journal::Entry;
use crate::simulator::{Answer, Call, Refusal};
use crate::wire::{self, Hangup};
use crate::world::{Desk, World};

/// Largest request body that is read.
pub(crate) const LARGEST_BODY: usize = 2 << 20;

/// Longest time that a caller may take to send its body.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Answers every request outside the control routes.
pub(crate) async fn vendor_request(State(world): State<Arc<World>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let Some((vendor, path)) = Vendor::owning(&path) else {
        let known = Vendor::ALL.map(Vendor::base_path).join(", ");
        let hint = format!("no vendor here; the sandbox answers below {known} and /_sandbox\n");
        return (StatusCode::NOT_FOUND, hint).into_response();
    };
    let body = match tokio::time::timeout(BODY_TIME, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return refuse(world.vendor(vendor), StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => return refuse(world.vendor(vendor), StatusCode::REQUEST_TIMEOUT),
    };
    let received = Received::new(&parts, path, &body);
    converse(&world, vendor, received).await
}

fn refuse(desk: &Desk, status: StatusCode) -> Response {
    wire::whole(desk.simulator().refuse(&Refusal::Failing(status)))
}

/// A request that has been read in full.
struct Received<'a> {
    parts: &'a Parts,
    /// Below the vendor's base path.
    path: &'a str,
    query: Vec<(String, String)>,
    /// `None` when there is no body or it is no JSON.
    json: Option<Value>,
    body: &'a Bytes,
}

impl<'a> Received<'a> {
    fn new(parts: &'a Parts, path: &'a str, body: &'a Bytes) -> Self {
        let query = Query::try_from_uri(&parts.uri).map(|Query(pairs)| pairs);
        Self { parts, path, query: query.unwrap_or_default(), json: serde_json::from_slice(body).ok(), body }
    }

    fn violations(&self, operation: &Operation) -> Vec<Violation> {
        if !self.body.is_empty() && self.json.is_none() {
            return vec![Violation::new("", "the body is not JSON")];
        }
        let mut found = operation.violations(&Asked { query: &self.query, body: self.json.as_ref() });
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

    fn entry(&self, vendor: Vendor, operation: Option<&Operation>, found: &[Violation]) -> Entry {
        let text = || Value::String(String::from_utf8_lossy(self.body).into_owned());
        let body = match &self.json {
            Some(json) => json.clone(),
            None if self.body.is_empty() => Value::Null,
            None => text(),
        };
        Entry {
            vendor,
            operation: operation.map(|operation| operation.id().to_owned()),
            method: self.parts.method.to_string(),
            path: self.path.to_owned(),
            query: self.query.iter().cloned().collect(),
            body,
            status: None,
            valid: found.is_empty(),
            violations: found.to_vec(),
            at: Timestamp::now(),
            bytes: self.body.len(),
        }
    }
}

async fn converse(world: &World, vendor: Vendor, received: Received<'_>) -> Response {
    let desk = world.vendor(vendor);
    let route = desk.contract.find(received.parts.method.as_str(), received.path);
    let operation = route.as_ref().map(|(operation, _)| *operation);
    let found = match operation {
        Some(operation) => received.violations(operation),
        None => vec![Violation::new("", "nothing is documented at this method and path")],
    };
    let number = world.journal().note(received.entry(vendor, operation, &found));
    let fault = world.faults().strike(vendor, operation.map(Operation::id));

    wait(fault.as_ref(), When::Before).await;
    let carried_out = if fault.as_ref().is_some_and(Fault::prevents) {
        None
    } else {
        Some(carry_out(desk, vendor, &received, route, &found))
    };
    wait(fault.as_ref(), When::After).await;

    let response = match fault {
        None => wire::whole(carried_out.unwrap_or_else(Answer::empty)),
        Some(fault) => {
            let answer = match (fault.status(), carried_out) {
                (None, Some(answer)) => answer,
                (status, _) => {
                    let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
                    desk.simulator().refuse(&Refusal::Failing(status))
                }
            };
            wire::spoiled(fault, answer)
        }
    };
    if response.extensions().get::<Hangup>().is_none() {
        world.journal().answered(number, response.status().as_u16());
    }
    let operation = operation.map_or("unknown", Operation::id);
    tracing::debug!(%vendor, operation, status = response.status().as_u16(), "request answered");
    response
}

async fn wait(fault: Option<&Fault>, side: When) {
    // Even a sleep of nothing lasts until the timer's next millisecond.
    if let Some(delay) = fault.and_then(|fault| fault.delay(side)) {
        tokio::time::sleep(delay).await;
    }
}

fn carry_out(
    desk: &Desk,
    vendor: Vendor,
    received: &Received<'_>,
    route: Option<(&Operation, BTreeMap<String, String>)>,
    found: &[Violation],
) -> Answer {
    let mut simulator = desk.simulator();
    let Some((operation, path)) = route else {
        return simulator
            .refuse(&Refusal::UnknownRoute { method: received.parts.method.as_str(), path: received.path });
    };
    if !vendor.admits(&received.parts.headers) {
        return simulator.refuse(&Refusal::Unauthenticated);
    }
    if !found.is_empty() {
        return simulator.refuse(&Refusal::Invalid(found));
    }
    simulator.answer(&Call {
        operation: operation.id(),
        path: &path,
        query: &received.query,
        body: received.json.as_ref().unwrap_or(&Value::Null),
    })
}
