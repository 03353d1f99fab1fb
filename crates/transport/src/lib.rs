//! The transport, which runs exchanges with vendors over HTTP. This is the only crate that opens sockets to vendors.
//!
//! An [`Exchange`](switchboard_core::vendor::Exchange) defines the requests to send. [`Transport::run`] adds
//! credentials, limits, timeouts and retries, and classifies each failure by its effect at the vendor. The layers, from
//! the outermost to the innermost:
//!
//! | layer | function |
//! |---|---|
//! | exchange | sets one deadline for all requests, or one for each request of a list; never reports a failure after an earlier write as harmless |
//! | retry | repeats a request only if that is safe, within the deadline and the retry budget; repeats an effect, such as a dial, only if no byte of it was sent |
//! | circuit | refuses requests, except probes, after repeated failures or a refused credential; delays requests during a requested pause |
//! | concurrency | limits the requests in flight at one vendor |
//! | rate | limits the requests per second to one vendor |
//! | circuit, again | checks the state once more, immediately before the request is sent |
//! | attempt timeout | limits the time to connect, send and read the complete response |
//! | client | uses pooled HTTP/1.1 and HTTP/2 connections; follows no redirects; ignores proxies in the environment; stores no cookies; limits the size of responses |
//!
//! [`Transport::stream`] passes on the body of a response piece by piece, without the retry layer.
//!
//! [`Direct`] is the client with a time limit and without the other layers, for programs that call a gateway instead of
//! a vendor.

mod circuit;
mod client;
mod delivery;
mod destination;
mod direct;
mod disguise;
mod effect;
mod failure;
mod gate;
mod health;
mod metrics;
mod pace;
mod protection;
mod reads;
mod reply;
mod retry;
mod secrets;
mod settings;
mod spans;
mod stream;
mod trace;
mod transport;
mod verdict;
mod wire;

pub use direct::{Direct, OpenAnswer, Unanswered};
pub use health::{Health, LastError, State};
pub use reads::Reads;
pub use settings::Settings;
pub use stream::{ByteStream, Streamed};
pub use trace::{TRACEPARENT, traceparent};
pub use transport::Transport;
