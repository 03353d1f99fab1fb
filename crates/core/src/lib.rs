//! The normalized model, the rules engine, and the contract between the gateway and its adapters.
//!
//! The crate is pure: it has no runtime, no HTTP and no SQL. Three types are central. A
//! [`Change`](rule::Change) is the change that a write makes to one field. A [`Rule`](rule::Rule) defines how
//! one field is written to and read from a vendor. An [`Exchange`](vendor::Exchange) represents the requests
//! and responses of one vendor operation as a value.

// The derive macros generate paths that start with `switchboard_core`. The alias makes these paths valid
// inside this crate too.
extern crate self as switchboard_core;

pub mod call;
pub mod error;
pub mod facts;
pub mod model;
pub mod plan;
pub mod prelude;
pub mod rule;
pub mod vendor;
