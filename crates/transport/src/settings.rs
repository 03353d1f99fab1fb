//! The limits of conversations with one vendor.

use std::time::Duration;

/// The limits of conversations with one vendor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// How long a whole conversation may take, its retries and waits included. 30 s.
    pub total_timeout: Duration,
    /// How long one attempt may take, from connecting to the last byte of the answer. 10 s.
    pub attempt_timeout: Duration,
    /// How long resolving, connecting and the TLS handshake may take together. 3 s.
    ///
    /// Never more than half of `attempt_timeout`: an attempt that times out was then sent, one that cannot connect
    /// was not.
    pub connect_timeout: Duration,
    /// The largest answer body in bytes, counted after decompression. 4 MiB.
    pub max_body: usize,
    /// How often one request is tried at most, the first time included. 3; 0 counts as 1.
    pub attempts: u32,
    /// How many requests may be in flight at once; further ones wait. 32; 0 counts as 1.
    pub concurrency: usize,
    /// How many requests per second may begin in the long run; further ones wait for their turn. Above 0, up to a
    /// thousand million; `None` is as many as come.
    pub rate: Option<f64>,
    /// How many requests may begin at once after a pause, where there is a `rate`. 10; 0 counts as 1.
    pub burst: u32,
    /// After how many failed attempts in a row the vendor is left alone. 5; 0 counts as 1.
    ///
    /// Failed are: no connection, no answer in time, an answer that ends early or cannot be read, and a failure of
    /// the vendor's own (500 and above). A refused request is an answer, and ends the row.
    pub breaker_failures: u32,
    /// How long it is left alone before one request tries whether it is back. 1 s, and twice as long after each try
    /// that fails; up to a fifth less, so that several gateways do not come back at once.
    pub breaker_open: Duration,
    /// The longest that it is left alone between two tries. 15 s.
    pub breaker_longest: Duration,
    /// How long the vendor is left alone after it refused our credential. 30 s, and twice as long after each try that
    /// it refuses too, up to 10 minutes; 0 lets one request at a time try at once.
    pub auth_pause: Duration,
}

impl Settings {
    /// How long a vendor must have had for an answer before its silence is held against it.
    pub(crate) fn patience(&self) -> Duration {
        self.attempt_timeout.min(self.total_timeout) / 2
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            total_timeout: Duration::from_secs(30),
            attempt_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(3),
            max_body: 4 * 1024 * 1024,
            attempts: 3,
            concurrency: 32,
            rate: None,
            burst: 10,
            breaker_failures: 5,
            breaker_open: Duration::from_secs(1),
            breaker_longest: Duration::from_secs(15),
            auth_pause: Duration::from_secs(30),
        }
    }
}
