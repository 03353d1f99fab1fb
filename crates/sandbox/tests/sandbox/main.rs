//! The sandbox over real sockets.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod answers;
mod autocalls;
mod changes;
mod control;
mod faults;
mod forget;
mod hold;
mod kill;
mod opencx;
mod qcall;
mod support;
