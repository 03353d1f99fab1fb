//! The active configuration, and its replacement while requests are in flight.
//!
//! Everything built from a configuration (keys, limits, routes, the [`Engine`](switchboard_engine::Engine)) is immutable.
//! A new configuration is built completely beside the active one, which it then replaces in one step: a request sees
//! either the old one or the new one.

mod live;
mod origin;
mod watch;

pub use live::Live;
pub use origin::Origin;
