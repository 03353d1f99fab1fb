//! The OpenAPI document.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod descriptions;
mod headers;
mod inputs;
mod named;
mod resolved;
