//! The list of built-in adapters.
//!
//! An adapter is registered by one line in this crate's `Cargo.toml`: the dependency on its crate. The build script
//! makes [`ADAPTERS`] of these lines.

include!(concat!(env!("OUT_DIR"), "/adapters.rs"));
