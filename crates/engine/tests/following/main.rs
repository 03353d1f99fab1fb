//! Calls are followed to their end: looks, matching, recovery, discovery, and the requests about one call.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

#[path = "../../../conformance/tests/toys/bare.rs"]
mod bare;
mod discovery;
mod drain;
mod looks;
mod matching;
mod processes;
mod recovery;
mod requests;
mod server;
mod terse;
mod toy;
mod world;
