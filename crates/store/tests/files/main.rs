//! Properties of a SQLite file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod durability;
#[path = "../fixture/mod.rs"]
mod fixture;
mod keys;
mod preflight;
