//! Calls are followed to their end: looks, matching, recovery, adoption, and the requests about one call.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test stops where it fails")]

mod adoption;
#[path = "../../../conformance/tests/toys/bare.rs"]
mod bare;
mod looks;
mod matching;
mod processes;
mod recovery;
mod requests;
mod server;
mod toy;
mod world;
