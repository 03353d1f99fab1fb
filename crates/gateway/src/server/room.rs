//! The bound on the connections of one listener, in total and per address.

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use switchboard_api::edge::peer::Network;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::activity::Activity;

/// The divisor that limits an eviction: one step evicts at most a 64th of the bound, but at least one connection. If
/// connections were evicted one at a time, a peer that floods the listener would cause a search for idle connections
/// with each connection.
const EVICTED_SHARE: usize = 64;

/// The connections of one listener.
///
/// If the room is full, a new connection replaces a connection that has sent no valid key or that has no running
/// handler. If the bound of the new connection's address is reached, the new connection replaces such a connection from
/// that address. Connections without a valid key are evicted first. Among equals, the one that has been idle for
/// longest is evicted first.
#[derive(Debug)]
pub struct Room {
    max: usize,
    max_per_address: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    connections: HashMap<u64, Connection>,
    per_address: HashMap<Network, usize>,
}

#[derive(Debug)]
struct Connection {
    address: Network,
    activity: Arc<Activity>,
    evicted: CancellationToken,
}

/// The order in which connections are evicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Unknown,
    UnknownButHandled,
    Idle,
}

impl Room {
    /// Creates a room for `max` connections, of which `max_per_address` may come from one address.
    pub fn new(max: usize, max_per_address: usize) -> Self {
        Self { max, max_per_address, state: Mutex::default() }
    }

    /// Admits a connection. Evicts others if the room is full or the bound of the address is reached. Returns `None` if
    /// no connection may be evicted to make room.
    pub fn enter(self: &Arc<Self>, address: Network, activity: Arc<Activity>) -> Option<Slot> {
        let mut state = self.lock();
        let from_address = state.per_address.get(&address).copied().unwrap_or_default();
        let has_left = if from_address >= self.max_per_address {
            state.evict(Some(address), self.max_per_address)
        } else if state.connections.len() >= self.max {
            state.evict(None, self.max)
        } else {
            true
        };
        if !has_left {
            return None;
        }
        let (id, evicted) = (state.next, CancellationToken::new());
        state.next += 1;
        *state.per_address.entry(address).or_default() += 1;
        state.connections.insert(id, Connection { address, activity, evicted: evicted.clone() });
        Some(Slot { room: self.clone(), id, evicted })
    }

    /// Evicts connections after the server failed to accept one, for example because the process has no file
    /// descriptor left. Returns true if there was a connection to evict.
    pub fn relieve(&self) -> bool {
        self.lock().evict(None, self.max)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Evicts connections that have sent no valid key and have no running handler: at least one, and up to `bound`
    /// divided by [`EVICTED_SHARE`]. If there are none, evicts one other connection that may be evicted. If `address`
    /// is given, considers only connections from that address. Returns true if a connection was evicted.
    fn evict(&mut self, address: Option<Network>, bound: usize) -> bool {
        let eligible =
            self.connections.iter().filter(|(_, connection)| address.is_none_or(|a| a == connection.address));
        let mut ranked: Vec<(Rank, Instant, u64)> = eligible
            .filter_map(|(id, connection)| Some((connection.rank()?, connection.activity.idle_since(), *id)))
            .collect();
        ranked.sort_unstable_by_key(|(rank, idle_since, _)| Reverse((*rank, *idle_since)));
        let mut evicted = 0;
        while let Some((rank, _, id)) = ranked.pop() {
            if evicted > 0 && (rank != Rank::Unknown || evicted >= bound / EVICTED_SHARE) {
                break;
            }
            if let Some(connection) = self.leave(id) {
                connection.evicted.cancel();
            }
            evicted += 1;
        }
        evicted > 0
    }

    fn leave(&mut self, id: u64) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        if let Some(count) = self.per_address.get_mut(&connection.address) {
            *count -= 1;
            if *count == 0 {
                self.per_address.remove(&connection.address);
            }
        }
        Some(connection)
    }
}

impl Connection {
    /// Returns the rank of the connection; `None` if it must not be evicted.
    fn rank(&self) -> Option<Rank> {
        match (self.activity.authenticated.is_set(), self.activity.is_handling()) {
            (false, false) => Some(Rank::Unknown),
            (false, true) => Some(Rank::UnknownButHandled),
            (true, false) => Some(Rank::Idle),
            (true, true) => None,
        }
    }
}

/// The place of a connection in its room. Dropping the slot frees the place.
#[derive(Debug)]
pub struct Slot {
    room: Arc<Room>,
    id: u64,
    /// The token that is triggered when the connection must end to make room for another one.
    pub evicted: CancellationToken,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.room.lock().leave(self.id);
    }
}
