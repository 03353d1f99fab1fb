//! The real binary, the simulated vendors and a SQLite file, over real sockets.
//!
//! The sandbox checks every request against the vendors' documented contracts and stores the records. It
//! shares no code with the adapters, so it cannot share their errors.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test stops where it fails")]

mod adoption;
mod architecture;
mod batch;
mod bland;
mod bodies;
mod calls;
mod canaries;
mod capability_loss;
mod cli;
mod economy;
mod elevenlabs;
mod elevenlabs_tools;
mod examples;
mod fence;
mod former_fields;
mod guides;
mod handovers;
mod handovers_to_one;
#[path = "../harness/mod.rs"]
mod harness;
mod health;
mod http_requests;
mod idempotency;
mod import;
mod known_names;
mod language;
mod late;
mod lifecycle;
mod lists;
mod malformed;
mod merge_patch;
mod metrics;
mod migrations;
mod mistakes;
mod model_endpoints;
mod numbers;
mod observability;
mod old_store;
mod operations;
mod overload;
mod overtaken;
mod picture;
mod plan;
mod preconditions;
mod process;
mod recovery;
mod reload;
mod retell;
mod revisions;
mod routing;
mod search;
mod secrets;
mod seed_pages;
mod settling;
mod sources;
mod statuses;
mod stopping;
mod sync;
mod telemetry;
mod vapi;
mod vendor_faults;
