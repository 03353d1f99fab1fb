//! Incoming requests: `[server]`.

use std::{net::SocketAddr, ops::RangeInclusive, time::Duration};

use super::{BODY_BYTES, table::Table};

/// Minimum interval between two checks of the configuration file. A shorter interval would only waste processor time.
const MIN_WATCH: Duration = Duration::from_millis(100);
/// Largest permitted value of the limits on connections.
const MAX_CONNECTIONS: u32 = 1_000_000;
/// Largest permitted value of `max_wrong_keys`.
const MAX_WRONG_KEYS: u32 = 1_000_000;
/// Permitted range of `max_body_memory_bytes`.
const BODY_MEMORY_BYTES: RangeInclusive<u32> = 1024..=1024 * 1024 * 1024;
const HOUR: f64 = 3600.0;

/// Settings for incoming requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Address of the API.
    pub listen: SocketAddr,
    /// Address of the health routes and of `/metrics`; `None` if the gateway does not serve them.
    pub admin_listen: Option<SocketAddr>,
    /// Maximum number of connections to the API.
    pub max_connections: usize,
    /// Maximum number of connections to the API from one IPv4 address or one IPv6 /64 network.
    pub max_connections_per_address: usize,
    /// Time limit for the header of a request. For the first request, the time is counted from the start of the
    /// connection. For each further request, it is counted from the end of the previous request. Also the time limit
    /// for the caller to take each 32 KiB of an answer.
    pub header_timeout: Duration,
    /// Time limit for the whole body of a request to arrive.
    pub body_timeout: Duration,
    /// Time limit for each 16 KiB of the body, or for a shorter remainder, to arrive.
    pub body_pause: Duration,
    /// Maximum size of a request body, in bytes.
    pub max_body_bytes: usize,
    /// Maximum combined size of all request bodies in memory, in bytes, including those of writes that continue after
    /// their answer.
    pub max_body_memory: usize,
    /// Maximum number of requests handled concurrently.
    pub max_in_flight: usize,
    /// Maximum number of wrong API keys from one IPv4 address or one IPv6 /64 network within a minute.
    pub max_wrong_keys: u32,
    /// Time after a stop signal during which the process serves requests normally but reports that it is not ready.
    pub drain: Duration,
    /// Time for requests in flight to finish after the drain.
    pub shutdown_grace: Duration,
    /// Interval between checks of the configuration file; if zero, the file is read again only on SIGHUP.
    pub watch_config: Duration,
}

impl Server {
    /// Reads the table. `open` is true if there are no API keys; the API may then listen only on a loopback address.
    pub(super) fn read(mut table: Table<'_>, open: bool) -> Option<Self> {
        let listen = table.must("listen", Table::parse);
        if open && listen.is_some_and(|at: SocketAddr| !at.ip().is_loopback()) {
            let why = "must be a loopback address if auth.keys is empty: otherwise anyone could use the accounts at the vendors";
            table.refuse("listen", why);
        }
        let admin_listen = table.parse("admin_listen");
        let max_connections = table.must("max_connections", |t, key| t.count(key, 1..=MAX_CONNECTIONS));
        let max_connections_per_address =
            table.must("max_connections_per_address", |t, key| t.count(key, 1..=MAX_CONNECTIONS));
        let header_timeout = table.must("header_timeout_s", |t, key| t.seconds(key, 0.1..=300.0));
        let body_timeout = table.must("body_timeout_s", |t, key| t.seconds(key, 0.1..=600.0));
        let max_body_bytes = table.must("max_body_bytes", |t, key| t.count(key, BODY_BYTES));
        let body_pause = table.must("body_pause_s", |t, key| t.seconds(key, 0.1..=600.0));
        let max_body_memory = table.must("max_body_memory_bytes", |t, key| t.count(key, BODY_MEMORY_BYTES));
        if let (Some(body), Some(memory)) = (max_body_bytes, max_body_memory)
            && body > memory
        {
            table.refuse("max_body_memory_bytes", "must not be less than max_body_bytes");
        }
        let max_in_flight = table.must("max_in_flight", |t, key| t.count(key, 1..=65536));
        let max_wrong_keys = table.must("max_wrong_keys", |t, key| t.within(key, 1..=MAX_WRONG_KEYS));
        let drain = table.must("drain_s", |t, key| t.seconds(key, 0.0..=600.0));
        let shutdown_grace = table.must("shutdown_grace_s", |t, key| t.seconds(key, 0.0..=600.0));
        let watch_config = table.must("watch_config_s", |t, key| t.seconds(key, 0.0..=HOUR));
        if watch_config.is_some_and(|every| !every.is_zero() && every < MIN_WATCH) {
            table.refuse("watch_config_s", "must be 0 (never) or from 0.1 to 3600");
        }
        if admin_listen.is_some()
            && admin_listen == listen
            && listen.is_some_and(|at: SocketAddr| at.port() != 0)
        {
            table.refuse("admin_listen", "must not be the same as server.listen");
        }
        table.end();
        Some(Self {
            listen: listen?,
            admin_listen,
            max_connections: max_connections?,
            max_connections_per_address: max_connections_per_address?,
            header_timeout: header_timeout?,
            body_timeout: body_timeout?,
            body_pause: body_pause?,
            max_body_bytes: max_body_bytes?,
            max_body_memory: max_body_memory?,
            max_in_flight: max_in_flight?,
            max_wrong_keys: max_wrong_keys?,
            drain: drain?,
            shutdown_grace: shutdown_grace?,
            watch_config: watch_config?,
        })
    }
}
