//! The HTTP edge, from the outside.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod app;
mod headers;
mod json_body;
mod log;
mod problems;
mod query;
