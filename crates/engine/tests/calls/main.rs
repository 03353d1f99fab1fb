//! Calls: their stored form, the guards, and dials at a toy vendor over a real socket. A dial is sent at most once,
//! whatever fails and wherever the process is killed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod adapter;
#[path = "../../../conformance/tests/toys/bare.rs"]
mod bare;
mod body;
#[expect(dead_code, reason = "the tests of writes use more of it")]
#[path = "../../../gateway/tests/steps/fault.rs"]
mod fault;
mod guards;
mod ids;
mod kills;
mod limits;
mod once;
mod outcomes;
mod plan;
mod process;
mod record;
mod server;
#[path = "../../../gateway/tests/steps/store.rs"]
mod store;
