//! Settings: the limits for requests to one vendor.

use std::time::Duration;

/// The limits for requests to one vendor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Time limit of a whole exchange, including its retries and waits; 30 s by default.
    pub total_timeout: Duration,
    /// Time limit of one attempt, from connecting to the last byte of the response; 10 s by default.
    pub attempt_timeout: Duration,
    /// Time limit of resolving, connecting and the TLS handshake together; 3 s by default.
    ///
    /// Never more than half of `attempt_timeout`: then an attempt that times out was sent, and one that cannot connect was
    /// not.
    pub connect_timeout: Duration,
    /// Largest response body in bytes, counted after decompression; 4 MiB by default.
    pub max_body: usize,
    /// Maximum number of attempts per request, including the first; 3 by default, 0 counts as 1.
    pub attempts: u32,
    /// Maximum number of requests in flight; further ones wait. 32 by default, 0 counts as 1.
    pub concurrency: usize,
    /// Requests per second that may begin in the long run; further ones wait for their turn. Above 0, up to one billion;
    /// `None`, the default, is unlimited.
    pub rate: Option<f64>,
    /// Requests that may begin together after a pause, if there is a `rate`; 10 by default, 0 counts as 1.
    pub burst: u32,
    /// Consecutive failed attempts after which the circuit opens; 5 by default, 0 counts as 1.
    ///
    /// An attempt fails without a connection, without a response in time, by a response that ends early or cannot be read,
    /// and by a fault of the vendor's own (status 500 and above). A refused request is a response, and ends the sequence.
    pub breaker_failures: u32,
    /// Time for which the circuit is open before one request probes whether the vendor is back; 1 s by default. It doubles
    /// after each failed probe. Up to a fifth is subtracted randomly, so that several gateways do not probe simultaneously.
    pub breaker_open: Duration,
    /// Longest time between two probes; 15 s by default.
    pub breaker_longest: Duration,
    /// Pause after the vendor refused the credential; 30 s by default. It doubles after each further refusal, up to 10
    /// minutes; with 0, one request at a time may try immediately.
    pub auth_pause: Duration,
}

impl Settings {
    /// Returns the wait for a response after which the vendor's silence counts as its failure.
    pub(crate) fn silence_threshold(&self) -> Duration {
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
