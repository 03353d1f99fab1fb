//! The circuit, which decides from earlier results whether the next request to a vendor may be sent, and
//! whether that request is a probe.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_core::error::Error;
use tokio::time::Instant;

use crate::{
    Health, LastError, Settings, State,
    failure::Failure,
    verdict::{Cause, Verdict},
};

/// Longest pause after a refused credential.
const LONGEST_AUTH_PAUSE: Duration = Duration::from_secs(10 * 60);

/// A circuit breaker. It opens after consecutive failures or after a refused credential. It also enforces the pauses
/// that the vendor requests.
pub(crate) struct Circuit {
    settings: Settings,
    /// Number of times that the circuit was opened or closed. The result of a request that was permitted in an earlier
    /// epoch does not open or close the circuit, and does not change the number of failures.
    epoch: u64,
    failures: u32,
    open: Option<OpenCircuit>,
    throttle: Option<Throttle>,
    closed_since: Timestamp,
    last_error: Option<LastError>,
}

/// State of an open circuit.
struct OpenCircuit {
    cause: Cause,
    since: Timestamp,
    /// Length of the current pause, before it is shortened randomly.
    length: Duration,
    until: Instant,
    probing: bool,
}

/// A pause that the vendor requested.
struct Throttle {
    since: Timestamp,
    until: Instant,
}

/// Permission to send one request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket {
    epoch: u64,
    /// True if this request probes the vendor while the circuit is open.
    pub probe: bool,
}

impl Circuit {
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            epoch: 0,
            failures: 0,
            open: None,
            throttle: None,
            closed_since: Timestamp::now(),
            last_error: None,
        }
    }

    /// Returns the reason why a request with this deadline must fail. Returns `None` if the request may be sent, or may
    /// wait for the end of a pause.
    pub fn refusal(&self, deadline: Instant) -> Option<Failure> {
        if let Some((cause, rest)) = self.blocked_for() {
            return Some(Failure::CircuitOpen(cause, rest));
        }
        let until = self.throttled_until().filter(|until| *until > deadline)?;
        Some(Failure::Throttled(until.saturating_duration_since(Instant::now())))
    }

    /// Returns the end of the pause that the vendor requested. Returns `None` if no such pause is in effect.
    pub fn throttled_until(&self) -> Option<Instant> {
        self.throttle.as_ref().map(|hold| hold.until).filter(|until| *until > Instant::now())
    }

    /// Returns the time until a request may be sent, or `None` if it may be sent immediately. While a probe is running,
    /// the time is an estimate.
    pub fn ready_in(&self) -> Option<Duration> {
        let held = self.throttled_until().map(|until| until.saturating_duration_since(Instant::now()));
        self.blocked_for().map(|(_, rest)| rest).max(held)
    }

    /// Permits a request. If the circuit is open and its pause is over, the request is a probe. Returns `None` if a
    /// pause that the vendor requested is in effect.
    ///
    /// # Errors
    /// [`Failure::CircuitOpen`] if the circuit is open and the request may not probe.
    pub fn enter(&mut self) -> Result<Option<Ticket>, Failure> {
        if let Some((cause, rest)) = self.blocked_for() {
            return Err(Failure::CircuitOpen(cause, rest));
        }
        if self.throttled_until().is_some() {
            return Ok(None);
        }
        let probe = self.open.as_mut().map(|open| open.probing = true).is_some();
        Ok(Some(Ticket { epoch: self.epoch, probe }))
    }

    /// Records the result of an attempt. Returns true if waiting requests must check the state again.
    pub fn settle(&mut self, ticket: Ticket, verdict: Verdict, error: Option<&Error>) -> bool {
        if let (Verdict::Failed | Verdict::Throttled(_) | Verdict::Refused, Some(error)) = (verdict, error) {
            self.last_error = Some(LastError::from_error(error));
        }
        // A requested pause applies even if the circuit was opened or closed after the request was permitted.
        let held = matches!(verdict, Verdict::Throttled(Some(wait)) if self.throttle_for(wait));
        let current = ticket.epoch == self.epoch;
        let changed = current && self.judge(ticket.probe, verdict);
        held || changed
    }

    fn judge(&mut self, probe: bool, verdict: Verdict) -> bool {
        match verdict {
            Verdict::Healthy => {
                self.failures = 0;
                if probe {
                    self.close();
                }
                probe
            }
            Verdict::Failed => {
                self.failures = self.failures.saturating_add(1);
                let enough = probe || self.failures >= self.settings.breaker_failures.max(1);
                if enough {
                    self.open(Cause::Failing);
                }
                enough
            }
            Verdict::Refused => {
                self.failures = 0;
                self.open(Cause::Unauthorised);
                true
            }
            Verdict::Throttled(_) | Verdict::Unclear => {
                // A probe with this verdict decides nothing, so the next request may probe instead.
                if let Some(open) = self.open.as_mut().filter(|_| probe) {
                    open.probing = false;
                }
                false
            }
        }
    }

    fn open(&mut self, cause: Cause) {
        let (first, longest) = match cause {
            Cause::Failing => (self.settings.breaker_open, self.settings.breaker_longest),
            Cause::Unauthorised => (self.settings.auth_pause, LONGEST_AUTH_PAUSE),
        };
        let (length, since) = match &self.open {
            Some(open) if open.cause == cause => (open.length * 2, open.since),
            _ => (first, Timestamp::now()),
        };
        let length = length.min(longest);
        let until = Instant::now() + length.mul_f64(1.0 - fastrand::f64() / 5.0);
        self.epoch += 1;
        self.open = Some(OpenCircuit { cause, since, length, until, probing: false });
    }

    fn close(&mut self) {
        self.epoch += 1;
        self.open = None;
        self.closed_since = Timestamp::now();
    }

    /// Starts a pause that the vendor requested, or extends the current one. Returns true if the pause now ends later
    /// than before.
    fn throttle_for(&mut self, wait: Duration) -> bool {
        let until = Instant::now() + wait;
        let before = self.throttled_until();
        let longer = !wait.is_zero() && before.is_none_or(|before| before < until);
        if longer {
            let since = self.throttle.take().filter(|_| before.is_some()).map(|hold| hold.since);
            self.throttle = Some(Throttle { since: since.unwrap_or_else(Timestamp::now), until });
        }
        longer
    }

    /// Returns the cause of an open circuit and the time until a request may probe. Returns `None` if the circuit is
    /// closed, or if the next request may probe now.
    fn blocked_for(&self) -> Option<(Cause, Duration)> {
        let open = self.open.as_ref()?;
        // The duration of the running probe is unknown. The caller should check again after `breaker_open`.
        let rest = if open.probing {
            self.settings.breaker_open
        } else {
            open.until.saturating_duration_since(Instant::now())
        };
        (open.probing || !rest.is_zero()).then_some((open.cause, rest))
    }

    /// Returns the current state and the time at which it began. If the circuit is open, this is the time at which it
    /// opened, even while a probe is running. In the state `ok`, it is the time at which the circuit last closed or, if
    /// it never opened, was created.
    pub fn state(&self) -> (State, Timestamp) {
        match (&self.open, &self.throttle) {
            (Some(open), _) if open.probing => (State::Probing, open.since),
            (Some(open), _) if open.cause == Cause::Failing => (State::Open, open.since),
            (Some(open), _) => (State::Paused, open.since),
            (None, Some(hold)) if self.throttled_until().is_some() => (State::Throttled, hold.since),
            (None, _) => (State::Ok, self.closed_since),
        }
    }

    /// Returns the vendor's health. `in_flight` is the number of requests in flight.
    pub fn health(&self, in_flight: usize) -> Health {
        let (state, since) = self.state();
        Health {
            state,
            since,
            retry_in: self.ready_in(),
            consecutive_failures: self.failures,
            in_flight,
            concurrency: self.settings.concurrency.max(1),
            last_error: self.last_error.clone(),
        }
    }
}
