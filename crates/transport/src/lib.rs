//! Runs an exchange with a vendor over HTTP: the only crate that opens a socket to a vendor.
//!
//! An [`Exchange`](switchboard_core::vendor::Exchange) defines the requests to send. [`Transport::run`] adds credentials,
//! limits, timeouts and retries, and classifies a failure by its meaning for the vendor's state. From the outside in:
//!
//! | layer | function |
//! |---|---|
//! | conversation | one deadline for all requests; a failure after an earlier write is never reported as harmless |
//! | retry | repeats only what is safe to repeat, within the deadline and the retry budget |
//! | circuit | after repeated failures, a refused credential or a requested pause, lets only probes through |
//! | concurrency | limits the requests in flight at one vendor |
//! | rate | limits the requests per second to one vendor |
//! | circuit, again | checks the state when the request's turn has come; up to here nothing is sent |
//! | attempt timeout | connecting, sending and reading the complete response |
//! | client | pooled HTTP/1.1 and HTTP/2; no redirects, environment proxies or cookies; bounded responses |
//!
//! [`Direct`] is the client alone, for programs that call a gateway instead of a vendor.

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
