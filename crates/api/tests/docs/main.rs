//! The documentation as readers and browsers receive it: over HTTP, through the real edge.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where it fails")]

mod app;
mod caching;
mod guides;
mod html;
mod model;
mod moving;
mod operations;
mod policy;
mod problems;
mod routes;
mod samples;
mod search;
mod translations;
mod trial;
