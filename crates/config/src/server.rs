//! `[server]`.

use std::{net::SocketAddr, time::Duration};

use super::{BODY_BYTES, table::Table};

/// More often, a file is looked at for nothing.
const MIN_WATCH: Duration = Duration::from_millis(100);
const HOUR: f64 = 3600.0;

/// How requests are taken in.
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    /// Where the API is served.
    pub listen: SocketAddr,
    /// Where health and metrics are served, if anywhere.
    pub admin_listen: Option<SocketAddr>,
    /// From the accepted connection to the end of its first header.
    pub header_timeout: Duration,
    /// How long a body may take to arrive.
    pub body_timeout: Duration,
    /// The most bytes of a body.
    pub max_body_bytes: usize,
    /// Requests handled at once.
    pub max_in_flight: usize,
    /// How long requests in flight may go on once the process is told to stop.
    pub shutdown_grace: Duration,
    /// How often it is looked whether the configuration file has changed; never where it is zero.
    pub watch_config: Duration,
}

impl Server {
    /// Reads the table; `open` where everybody is let in.
    pub(super) fn read(mut table: Table<'_>, open: bool) -> Option<Self> {
        let listen = table.must("listen", Table::parse);
        if open && listen.is_some_and(|at: SocketAddr| !at.ip().is_loopback()) {
            let why =
                "must be a loopback address without any auth.keys: everybody could use the vendors' accounts";
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
            table.refuse("watch_config_s", "must be 0 (never), or from 0.1 to 3600");
        }
        if admin_listen.is_some()
            && admin_listen == listen
            && listen.is_some_and(|at: SocketAddr| at.port() != 0)
        {
            table.refuse("admin_listen", "is the same as server.listen");
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
