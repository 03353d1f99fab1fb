//! The configuration in force, and how another one takes its place while requests are on their way.
//!
//! What is made of a configuration (keys, limits, routes, the [`Service`](switchboard_engine::Service)) never changes. Another
//! configuration is made whole beside it, and then takes its place at once: a request has the one or the other.

mod live;
mod origin;
mod watch;

pub use live::Live;
pub use origin::Origin;
