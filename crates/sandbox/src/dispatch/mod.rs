//! The handling of a vendor request. The sandbox reads the request, checks it against the contract, records it
//! in the journal, carries it out and answers it. If a fault is pending for the request, the sandbox applies
//! the fault.

mod late;
mod received;

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{Request, StatusCode};
use jiff::Timestamp;

use crate::Vendor;
use crate::faults::{Fault, When};
use crate::holds::{Held, hold};
use crate::simulator::{Answer, Refusal};
use crate::state::{SandboxState, VendorSlot};
use crate::wire::{self, Hangup};
use received::Received;

/// The maximum size of a request body: 2 MiB.
pub(crate) const MAX_BODY_BYTES: usize = 2 << 20;

/// The maximum time that a caller may take to send its body.
const BODY_TIME: Duration = Duration::from_secs(30);

/// Answers every request outside the control routes.
pub(crate) async fn vendor_request(
    State(state): State<Arc<SandboxState>>,
    request: Request<Body>,
) -> Response {
    let (parts, body) = request.into_parts();
    let Some((slot, path)) = state.owning(parts.uri.path()) else {
        let known = Vendor::ALL.map(Vendor::base_path).join(", ");
        let hint = format!("no vendor here; the sandbox answers below {known} and /_sandbox\n");
        return (StatusCode::NOT_FOUND, hint).into_response();
    };
    let body = match tokio::time::timeout(BODY_TIME, to_bytes(body, MAX_BODY_BYTES)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return refuse(slot, StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => return refuse(slot, StatusCode::REQUEST_TIMEOUT),
    };
    let path = path.to_owned();
    let received = Received::new((slot.vendor, slot.contract), parts, path, body);
    converse(&state, slot, received).await
}

fn refuse(slot: &VendorSlot, status: StatusCode) -> Response {
    wire::intact(slot.simulator().refuse(&Refusal::Failing(status)))
}

async fn converse(state: &Arc<SandboxState>, slot: &VendorSlot, received: Received) -> Response {
    // The future exists before the journal shows the request: a client that sees the request and then ends the delays
    // also ends the delay of this request.
    let late_delays_ended = state.late_delays.clone().notified_owned();
    let number = (state.options.journal > 0).then(|| {
        let entry = received.entry();
        state.journal().note(entry)
    });
    let is_refused = received.admitted().is_err();
    let fault = state.faults().strike(received.vendor, received.operation(), is_refused);
    let (vendor, operation) = (received.vendor, received.operation().unwrap_or("unknown").to_owned());
    let response = match fault {
        Some(Fault::Late { ms }) => {
            late::carry_out(state, received, Duration::from_millis(ms), late_delays_ended).await
        }
        fault => respond(state, slot, &received, fault).await,
    };
    if let Some(number) = number
        && response.extensions().get::<Hangup>().is_none()
    {
        state.journal().answered(number, response.status().as_u16());
    }
    tracing::debug!(%vendor, operation, status = response.status().as_u16(), "request answered");
    response
}

async fn respond(
    state: &SandboxState,
    slot: &VendorSlot,
    received: &Received,
    fault: Option<Fault>,
) -> Response {
    if !passes(state, received, fault.as_ref(), When::Before).await {
        return wire::hang_up();
    }
    let carried_out = if fault.as_ref().is_some_and(Fault::prevents) {
        None
    } else {
        Some(received.carry_out(slot.simulator().as_mut(), fault.as_ref()))
    };
    if !passes(state, received, fault.as_ref(), When::After).await {
        return wire::hang_up();
    }
    let Some(fault) = fault else {
        return wire::intact(carried_out.unwrap_or_else(Answer::empty));
    };
    let answer = match (fault.status(), carried_out) {
        (None, Some(answer)) => answer,
        (status, _) => {
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            slot.simulator().refuse(&Refusal::Failing(status))
        }
    };
    wire::apply_fault(fault, answer)
}

/// Applies a latency, a hold or a kill that is ordered for `side`: before or after the request is carried out. Returns
/// false if the connection must be closed without an answer.
async fn passes(state: &SandboxState, received: &Received, fault: Option<&Fault>, side: When) -> bool {
    match fault {
        // Sleep only on the ordered side. Even a sleep of zero lasts until the timer's next millisecond.
        Some(Fault::Latency { ms, when }) if *when == side => {
            tokio::time::sleep(Duration::from_millis(*ms)).await;
            true
        }
        Some(Fault::Hold { ms, when }) if *when == side => {
            let operation = received.operation().map(str::to_owned);
            let request = Held { vendor: received.vendor, operation, when: side, since: Timestamp::now() };
            hold(state, request, Duration::from_millis(*ms)).await
        }
        Some(Fault::Kill { pid, at }) if at.side() == Some(side) => {
            pid.kill().await;
            false
        }
        _ => true,
    }
}
