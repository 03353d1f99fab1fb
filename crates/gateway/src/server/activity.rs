//! The activity of one connection, from which its deadlines follow.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use switchboard_api::edge::authenticated::Authenticated;
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

/// The requests of a connection and the deadlines that follow from them.
///
/// A connection without requests must send the next complete header within the header timeout. A caller must take each
/// piece of an answer within the header timeout, which starts when the piece is ready. While the gateway still produces
/// the next piece, no deadline applies. Nothing else that the peer sends extends a deadline. In particular, a partial
/// header or an HTTP/2 ping does not.
#[derive(Debug)]
pub struct Activity {
    /// A flag that is set once a request with a valid key has arrived on the connection.
    pub authenticated: Authenticated,
    header: Duration,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    next: u64,
    requests: BTreeMap<u64, Phase>,
    /// The time at which the last request ended, or at which the connection was accepted.
    idle_since: Instant,
    /// The deadline while there are no requests.
    idle_until: Instant,
}

/// The phase of a request.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Phase {
    /// The handler is running, or the answer waits for its next piece. Their own limits apply.
    Handled,
    /// A piece of the answer is ready. The caller must take it by `until`.
    Answered { until: Instant },
}

/// The deadline that a connection has missed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// No complete header arrived in time.
    Header,
    /// The caller did not take an answer in time.
    Answer,
}

impl Activity {
    /// Creates the activity of a connection that has just been accepted.
    pub fn new(header: Duration) -> Self {
        let now = Instant::now();
        let state = State { next: 0, requests: BTreeMap::new(), idle_since: now, idle_until: now + header };
        Self {
            authenticated: Authenticated::default(),
            header,
            state: Mutex::new(state),
            changed: Notify::new(),
        }
    }

    /// Records that the header of a request has arrived.
    pub fn begin(self: &Arc<Self>) -> OpenRequest {
        let mut state = self.lock();
        let id = state.next;
        state.next += 1;
        state.requests.insert(id, Phase::Handled);
        drop(state);
        self.changed.notify_one();
        OpenRequest { activity: self.clone(), id }
    }

    /// Returns true if a handler is running for a request of the connection, or an answer waits for its next piece.
    pub fn is_handling(&self) -> bool {
        self.lock().requests.values().any(|phase| *phase == Phase::Handled)
    }

    /// Returns the time at which the last request ended, or at which the connection was accepted.
    pub fn idle_since(&self) -> Instant {
        self.lock().idle_since
    }

    /// Sets the time for which the connection may stay open without requests.
    pub fn allow(&self, time: Duration) {
        self.lock().idle_until = Instant::now() + time;
    }

    /// Waits until the connection misses a deadline.
    pub async fn missed(&self) -> Missed {
        loop {
            let changed = self.changed.notified();
            let Some((deadline, missed)) = self.deadline() else {
                changed.await;
                continue;
            };
            tokio::select! {
                () = changed => {}
                () = sleep_until(deadline) => return missed,
            }
        }
    }

    fn deadline(&self) -> Option<(Instant, Missed)> {
        let state = self.lock();
        if state.requests.is_empty() {
            return Some((state.idle_until, Missed::Header));
        }
        let answered = state.requests.values().filter_map(|phase| match phase {
            Phase::Handled => None,
            Phase::Answered { until } => Some((*until, Missed::Answer)),
        });
        answered.min_by_key(|(until, _)| *until)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request of a connection, from its header to the end of its answer.
#[derive(Debug)]
pub struct OpenRequest {
    activity: Arc<Activity>,
    id: u64,
}

impl OpenRequest {
    /// Records that the handler has returned an answer, that the next piece of the answer is ready, or that hyper has
    /// taken a piece.
    pub fn progress(&self) {
        self.enter(Phase::Answered { until: Instant::now() + self.activity.header });
    }

    /// Records that the next piece of the answer is not ready yet.
    pub fn wait(&self) {
        self.enter(Phase::Handled);
    }

    fn enter(&self, phase: Phase) {
        self.activity.lock().requests.insert(self.id, phase);
        self.activity.changed.notify_one();
    }
}

impl Drop for OpenRequest {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut state = self.activity.lock();
        state.requests.remove(&self.id);
        state.idle_since = now;
        state.idle_until = now + self.activity.header;
        drop(state);
        self.activity.changed.notify_one();
    }
}
