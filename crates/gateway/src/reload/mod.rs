//! The active configuration, and its replacement while requests are in flight.
//!
//! Everything built from a configuration (keys, limits, routes, the [`Engine`](switchboard_engine::Engine)) is
//! immutable. The components of a new configuration are built completely. Then they replace the active components in
//! one step. A request uses either the old configuration or the new one.

mod live;
mod metrics;
mod origin;
mod watch;

pub use live::Live;
pub use origin::Origin;
