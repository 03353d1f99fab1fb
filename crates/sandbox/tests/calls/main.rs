//! The calls of the simulators: stories, clocks, ledgers, and the answers of each vendor.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[expect(dead_code, reason = "the tests of each simulator use a part of it")]
#[path = "../sandbox/support.rs"]
mod support;

mod autocalls;
mod bland;
mod elevenlabs;
mod framework;
mod opencx;
mod qcall;
mod retell;
mod stage;
mod vapi;
