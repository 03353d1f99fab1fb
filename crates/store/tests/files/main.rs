//! Properties of a SQLite file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod damage;
mod durability;
#[path = "../fixture/mod.rs"]
mod fixture;
mod folder;
mod holds;
mod keys;
mod preflight;
mod schema;
