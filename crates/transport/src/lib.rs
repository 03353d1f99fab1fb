//! Runs a vendor conversation over HTTP: the only crate that opens a socket to a vendor.
//!
//! [`Transport::run`] takes an [`Exchange`](switchboard_core::Exchange), which says *what* to send, and adds the
//! *how*: credentials, limits, time, retries, and a failure told by what it means for the vendor's state. From the
//! outside in:
//!
//! | layer | what it does |
//! |---|---|
//! | conversation | one deadline for all steps; a failure after an earlier write is never called harmless |
//! | retry | repeats only what is safe to repeat, and only while the deadline leaves room |
//! | concurrency | so many requests in flight at one vendor; waiting here has sent nothing |
//! | attempt timeout | connecting, sending and reading the whole answer |
//! | client | pooled HTTP/1.1 and HTTP/2; no redirects, environment proxies or cookies; bounded answers |

mod client;
mod delivery;
mod failure;
mod reply;
mod retry;
mod secrets;
mod settings;
mod telling;
mod transport;
mod wire;

pub use settings::Settings;
pub use transport::Transport;
