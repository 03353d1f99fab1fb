//! The normalized model, the rules engine and the contracts of Switchboard.
//!
//! Pure: no runtime, no HTTP, no SQL. Three ideas carry everything: a [`Change`](rule::Change) is the request for
//! one field, a [`Rule`](rule::Rule) defines how one field is written to and read from a vendor, an
//! [`Exchange`](vendor::Exchange) is one vendor conversation as a value.

// The derive writes paths to this crate by its name, also inside it.
extern crate self as switchboard_core;

pub mod error;
pub mod facts;
pub mod model;
pub mod plan;
pub mod prelude;
pub mod rule;
pub mod vendor;
