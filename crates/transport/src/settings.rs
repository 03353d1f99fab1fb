//! The limits of conversations with one vendor.

use std::time::Duration;

/// The limits of conversations with one vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
        }
    }
}
