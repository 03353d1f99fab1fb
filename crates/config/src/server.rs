//! Incoming requests: `[server]`.

use std::{net::SocketAddr, time::Duration};

use super::{BODY_BYTES, table::Table};

/// Shortest interval between two checks of the file; a shorter one would only cost time.
const MIN_WATCH: Duration = Duration::from_millis(100);
const HOUR: f64 = 3600.0;

/// Settings for incoming requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Address of the API.
    pub listen: SocketAddr,
    /// Address of health and metrics; `None` if they are not served.
    pub admin_listen: Option<SocketAddr>,
    /// Time limit from the accepted connection to the end of its first header.
    pub header_timeout: Duration,
    /// Time limit for a body to arrive.
    pub body_timeout: Duration,
    /// Maximum size of a body in bytes.
    pub max_body_bytes: usize,
    /// Maximum number of requests handled concurrently.
    pub max_in_flight: usize,
    /// Time for requests in flight to finish after a stop signal.
    pub shutdown_grace: Duration,
    /// Interval between checks of the configuration file; zero disables them.
    pub watch_config: Duration,
}

impl Server {
    /// Reads the table. `open` is true if the API needs no key.
    pub(super) fn read(mut table: Table<'_>, open: bool) -> Option<Self> {
        let listen = table.must("listen", Table::parse);
        if open && listen.is_some_and(|at: SocketAddr| !at.ip().is_loopback()) {
            let why = "must be a loopback address if auth.keys is empty: otherwise everyone could use the vendors' accounts";
            table.refuse("listen", why);
        }
        let admin_listen = table.parse("admin_listen");
        let header_timeout = table.must("header_timeout_s", |t, key| t.seconds(key, 0.1..=300.0));
        let body_timeout = table.must("body_timeout_s", |t, key| t.seconds(key, 0.1..=600.0));
        let max_body_bytes = table.must("max_body_bytes", |t, key| t.count(key, BODY_BYTES));
        let max_in_flight = table.must("max_in_flight", |t, key| t.count(key, 1..=65536));
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
            header_timeout: header_timeout?,
            body_timeout: body_timeout?,
            max_body_bytes: max_body_bytes?,
            max_in_flight: max_in_flight?,
            shutdown_grace: shutdown_grace?,
            watch_config: watch_config?,
        })
    }
}
