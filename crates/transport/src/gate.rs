//! The gate: lets requests through to a vendor, holds them back or refuses them, and records their results.

use std::{future::pending, sync::Arc, time::Duration};

use switchboard_core::{
    error::{Error, Result},
    vendor::Reply,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};
use tracing::{info, warn};

use crate::{
    Health, Settings, State,
    circuit::{Circuit, Ticket},
    failure::Failure,
    verdict::Verdict,
};

/// The circuit with the requests that wait for its changes.
pub(crate) struct Gate {
    name: Arc<str>,
    circuit: watch::Sender<Circuit>,
}

impl Gate {
    pub fn new(name: Arc<str>, settings: Settings) -> Self {
        Self { name, circuit: watch::Sender::new(Circuit::new(settings)) }
    }

    /// Waits until it is certain that a request with this deadline cannot be sent. Otherwise never returns.
    pub async fn refusal(&self, deadline: Instant) -> Failure {
        let mut refusal = None;
        let mut changes = self.circuit.subscribe();
        let refused = changes.wait_for(|circuit| {
            refusal = circuit.refusal(deadline);
            refusal.is_some()
        });
        drop(refused.await);
        match refusal {
            Some(failure) => failure,
            None => pending().await,
        }
    }

    /// Waits until the pause ends that the vendor requested.
    pub async fn wait_out_throttle(&self) {
        let until = self.circuit.borrow().throttled_until();
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    /// Lets a request through. Returns `None` if the vendor requested a pause meanwhile.
    ///
    /// # Errors
    /// The cause of the open circuit.
    pub fn enter(&self) -> Result<Option<Permit<'_>>, Failure> {
        let mut entry = Ok(None);
        self.circuit.send_if_modified(|circuit| {
            entry = circuit.enter();
            matches!(entry, Ok(Some(Ticket { probe: true, .. })))
        });
        Ok(entry?.map(|ticket| Permit { gate: self, ticket: Some(ticket) }))
    }

    /// Returns the time until a request may be sent; `None` if it may be sent immediately.
    pub fn ready_in(&self) -> Option<Duration> {
        self.circuit.borrow().ready_in()
    }

    /// Returns the vendor's health, with this number of requests in flight.
    pub fn health(&self, in_flight: usize) -> Health {
        self.circuit.borrow().health(in_flight)
    }

    fn settle(&self, ticket: Ticket, verdict: Verdict, error: Option<&Error>) {
        let mut transition = None;
        self.circuit.send_if_modified(|circuit| {
            let (before, _) = circuit.state();
            let changed = circuit.settle(ticket, verdict, error);
            let (after, _) = circuit.state();
            transition = (changed && before != after).then_some((after, circuit.ready_in()));
            changed
        });
        match transition {
            Some((State::Ok, _)) => info!(vendor = %self.name, "requests to the vendor resumed"),
            Some((state, wait)) => warn!(vendor = %self.name, ?state, ?wait, "requests to the vendor paused"),
            None => {}
        }
    }
}

/// Permission to send one request. Dropped without a result, it does not affect the state and lets the next one probe.
#[must_use = "the circuit needs the request's result"]
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    ticket: Option<Ticket>,
}

impl Permit<'_> {
    /// Records the result of the request.
    pub fn settle(mut self, result: &Result<Reply>) {
        if let Some(ticket) = self.ticket.take() {
            self.gate.settle(ticket, Verdict::from_result(result), result.as_ref().err());
        }
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        if let Some(ticket) = self.ticket.take() {
            self.gate.settle(ticket, Verdict::Unclear, None);
        }
    }
}
