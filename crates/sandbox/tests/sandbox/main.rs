//! The sandbox over real sockets.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod answers;
mod autocalls;
mod control;
mod faults;
mod opencx;
mod qcall;
mod support;
