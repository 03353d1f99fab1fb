//! The gate in front of a vendor. It permits requests, delays them or refuses them, and records their results.

use std::{future::pending, sync::Arc, time::Duration};

use switchboard_core::error::{Error, Result};
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

/// A circuit that notifies waiting requests of its changes.
pub(crate) struct Gate {
    name: Arc<str>,
    circuit: watch::Sender<Circuit>,
}

impl Gate {
    pub fn new(name: Arc<str>, settings: Settings) -> Self {
        Self { name, circuit: watch::Sender::new(Circuit::new(settings)) }
    }

    /// Waits until the circuit refuses a request with this deadline, and returns the reason. Never returns if the
    /// circuit does not refuse the request.
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

    /// Waits for the end of the pause that the vendor requested, if there is one.
    pub async fn wait_out_throttle(&self) {
        let until = self.circuit.borrow().throttled_until();
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    /// Permits a request. If the circuit is open and its pause is over, the request is a probe. Returns `None` if a
    /// pause that the vendor requested is in effect.
    ///
    /// # Errors
    /// [`Failure::CircuitOpen`] if the circuit is open and the request may not probe.
    pub fn enter(&self) -> Result<Option<Permit<'_>>, Failure> {
        let mut entry = Ok(None);
        self.circuit.send_if_modified(|circuit| {
            entry = circuit.enter();
            matches!(entry, Ok(Some(Ticket { probe: true, .. })))
        });
        Ok(entry?.map(|ticket| Permit { gate: self, ticket: Some(ticket) }))
    }

    /// Returns the time until a request may be sent, or `None` if it may be sent immediately. While a probe is running,
    /// the time is an estimate.
    pub fn ready_in(&self) -> Option<Duration> {
        self.circuit.borrow().ready_in()
    }

    /// Returns the vendor's health. `in_flight` is the number of requests in flight.
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
            Some((state, wait)) => {
                let (state, wait_s) = (state.name(), wait.map(|wait| wait.as_secs_f64()));
                warn!(vendor = %self.name, state, wait_s, "requests to the vendor paused");
            }
            None => {}
        }
    }
}

/// Permission to send one request. A permit that is dropped without a result neither opens nor closes the circuit. If
/// its request was a probe, the next request may probe instead.
#[must_use = "the circuit needs the request's result"]
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    ticket: Option<Ticket>,
}

impl Permit<'_> {
    /// Records the result of the request.
    pub fn settle<T>(mut self, result: &Result<T>) {
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
