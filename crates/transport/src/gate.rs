//! The circuit as requests meet it: they are let through, held back or sent away, and tell how they fared.

use std::{future::pending, sync::Arc, time::Duration};

use switchboard_core::{Error, Reply, Result};
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

/// The circuit as requests meet it.
pub(crate) struct Gate {
    name: Arc<str>,
    circuit: watch::Sender<Circuit>,
}

impl Gate {
    pub fn new(name: Arc<str>, settings: Settings) -> Self {
        Self { name, circuit: watch::Sender::new(Circuit::new(settings)) }
    }

    /// Ends as soon as it is known that a request with this deadline cannot be sent; else never.
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

    /// Waits out the rest that the vendor asked for.
    pub async fn wait_out_throttle(&self) {
        let until = self.circuit.borrow().throttled_until();
        if let Some(until) = until {
            sleep_until(until).await;
        }
    }

    /// Lets a request through; `None` where the vendor asked for rest meanwhile.
    ///
    /// # Errors
    /// Why the vendor is left alone.
    pub fn enter(&self) -> Result<Option<Permit<'_>>, Failure> {
        let mut entry = Ok(None);
        self.circuit.send_if_modified(|circuit| {
            entry = circuit.enter();
            matches!(entry, Ok(Some(Ticket { probe: true, .. })))
        });
        Ok(entry?.map(|ticket| Permit { gate: self, ticket: Some(ticket) }))
    }

    /// How long until a request may be sent; `None` where it may be at once.
    pub fn ready_in(&self) -> Option<Duration> {
        self.circuit.borrow().ready_in()
    }

    /// What can be told of this vendor, with so many requests in flight.
    pub fn health(&self, in_flight: usize) -> Health {
        self.circuit.borrow().health(in_flight)
    }

    fn settle(&self, ticket: Ticket, verdict: Verdict, error: Option<&Error>) {
        let mut turned = None;
        self.circuit.send_if_modified(|circuit| {
            let (before, _) = circuit.state();
            let changed = circuit.settle(ticket, verdict, error);
            let (after, _) = circuit.state();
            turned = (changed && before != after).then_some((after, circuit.ready_in()));
            changed
        });
        match turned {
            Some((State::Ok, _)) => info!(vendor = %self.name, "the vendor is back"),
            Some((state, wait)) => warn!(vendor = %self.name, ?state, ?wait, "the vendor is left alone"),
            None => {}
        }
    }
}

/// Leave to send one request. Dropped without a word, it says nothing of the vendor and makes room for the next.
#[must_use = "how the request fared is what the next ones go by"]
pub(crate) struct Permit<'a> {
    gate: &'a Gate,
    ticket: Option<Ticket>,
}

impl Permit<'_> {
    /// Tells how the request fared.
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
