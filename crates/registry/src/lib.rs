//! The list of built-in adapters.
//!
//! An adapter is registered by a dependency on its crate in this crate's `Cargo.toml`. The build script generates
//! [`ADAPTERS`] from these dependencies.

include!(concat!(env!("OUT_DIR"), "/adapters.rs"));
