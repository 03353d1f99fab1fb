//! Runs a vendor conversation over HTTP: the only crate that opens a socket to a vendor.
//!
//! [`Transport::run`] takes an [`Exchange`](switchboard_core::Exchange), which says *what* to send, and adds the
//! *how*: credentials, limits, time, retries, and a failure told by what it means for the vendor's state. From the
//! outside in:
//!
//! | layer | what it does |
//! |---|---|
//! | conversation | one deadline for all steps; a failure after an earlier write is never called harmless |
//! | retry | repeats only what is safe to repeat, and only while the deadline and the retry budget leave room |
//! | circuit | a vendor that keeps failing, refuses our credential or asked for rest gets nothing but tries |
//! | concurrency | so many requests in flight at one vendor |
//! | rate | so many requests per second to one vendor |
//! | circuit, again | as the vendor fares once the request's turn has come; up to here nothing is sent |
//! | attempt timeout | connecting, sending and reading the whole answer |
//! | client | pooled HTTP/1.1 and HTTP/2; no redirects, environment proxies or cookies; bounded answers |
//!
//! [`Direct`] is the client alone, for whoever talks to a gateway instead of a vendor.

mod circuit;
mod client;
mod delivery;
mod direct;
mod failure;
mod gate;
mod health;
mod pace;
mod protection;
mod reply;
mod retry;
mod secrets;
mod settings;
mod spans;
mod transport;
mod verdict;
mod wire;

pub use direct::{Direct, Unanswered};
pub use health::{Health, LastError, State};
pub use settings::Settings;
pub use transport::Transport;
