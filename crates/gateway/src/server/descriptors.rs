//! The file descriptors of the process. Connections must leave some of them for everything else.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{debug, warn};

/// Number of file descriptors that connections leave for vendors, the store and the process itself.
const RESERVED: u64 = 256;
/// Maximum number of connections of the health listener.
const HEALTH_CONNECTIONS: usize = 32;

/// The numbers of connections for which the process has file descriptors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capacity {
    /// Maximum number of connections of the API.
    pub api: usize,
    /// Maximum number of connections of the health listener. The API cannot use them.
    pub health: usize,
}

impl Capacity {
    /// Raises the limit on file descriptors as far as the system permits, and returns the numbers of connections that
    /// it allows: at most `wanted` for the API.
    pub fn ensure(wanted: usize) -> Self {
        let capacity = raise().map_or(Self { api: wanted, health: HEALTH_CONNECTIONS }, |limit| {
            let limit = usize::try_from(limit).unwrap_or(usize::MAX);
            let health = HEALTH_CONNECTIONS.min(limit / 16).max(1);
            let reserved = (RESERVED as usize).min(limit / 2) + health;
            Self { api: wanted.min(limit.saturating_sub(reserved)).max(1), health }
        });
        if capacity.api < wanted {
            warn!(
                max_connections = wanted,
                used = capacity.api,
                "the limit on file descriptors permits fewer connections than configured"
            );
        }
        capacity
    }
}

/// Raises the soft limit to the hard one, if the system permits it. Returns the limit in force, or `None` if there is
/// no limit.
fn raise() -> Option<u64> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    match setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        Ok(()) => maximum,
        Err(error) => {
            debug!(%error, "failed to raise the limit on file descriptors");
            current
        }
    }
}
