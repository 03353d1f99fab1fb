//! The settings of a transport.

use std::time::Duration;

/// The limits for requests to one vendor.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Time limit of a whole exchange or, for a list, of each request, including retries and waits; 30 seconds by
    /// default.
    pub total_timeout: Duration,
    /// Time limit of one attempt, from connecting to the last byte of the response; 10 seconds by default.
    pub attempt_timeout: Duration,
    /// Combined time limit of name resolution, connection and TLS handshake; 3 seconds by default.
    ///
    /// The limit is at most half of `attempt_timeout`. Therefore, an attempt that exceeds `attempt_timeout` was sent,
    /// and an attempt that cannot connect was not sent.
    pub connect_timeout: Duration,
    /// Maximum size of a response body in bytes after decompression; 4 MiB by default.
    pub max_body: usize,
    /// Maximum number of attempts for each request, including the first; 3 by default. 0 counts as 1.
    pub attempts: u32,
    /// Maximum number of requests in flight; 32 by default. 0 counts as 1. Further requests wait.
    pub concurrency: usize,
    /// Maximum average number of requests per second, above 0 and up to one billion. `None`, the default, means no
    /// limit. Further requests wait for their turn.
    pub rate: Option<f64>,
    /// Maximum number of requests that may begin simultaneously after a pause, if there is a `rate`; 10 by default. 0
    /// counts as 1.
    pub burst: u32,
    /// Number of consecutive failed attempts after which the circuit opens; 5 by default. 0 counts as 1.
    ///
    /// An attempt fails in three cases: there is no connection; the response is late, incomplete, unreadable or a
    /// redirect; or the vendor reports an error of its own (status 500 and above) or leaves the outcome open (status
    /// 408, 409, 423, 425 or 499). Any other refusal of the request is not a failed attempt and resets the count. A
    /// rate-limit response leaves the count unchanged.
    pub breaker_failures: u32,
    /// Time for which the circuit is open before one request probes the vendor; 1 second by default. The time doubles
    /// after each failed probe, up to `breaker_longest`. A random share of up to one fifth is subtracted, so that
    /// several gateways do not probe simultaneously.
    pub breaker_open: Duration,
    /// Longest time between two probes; 15 seconds by default.
    pub breaker_longest: Duration,
    /// True to send the header `traceparent` with the current span; false by default.
    pub propagate_trace: bool,
    /// Pause after the vendor refused the credential; 30 seconds by default. The pause doubles after each further
    /// refusal, up to 10 minutes. A random share is subtracted, as in `breaker_open`. With 0, requests probe
    /// the vendor without a pause, one at a time.
    pub auth_pause: Duration,
}

impl Settings {
    /// Returns the waiting time after which a missing response counts as a failure of the vendor, even if the
    /// exchange's deadline ended the wait before `attempt_timeout` did.
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
            propagate_trace: false,
        }
    }
}
