//! Writes that survive a kill at any moment: intended durably, carried to the vendor, settled durably, answered.
//!
//! ```text
//! request ── begin ──▶ attempt ──▶ settle ──▶ answer          while the caller waits
//!              │          │  └─ the caller's wait is over: accept ──▶ 202; the attempt goes on
//!              │          └─ vendor down or silent: settle as waiting ──▶ 202
//!              ▼
//!         (killed here, or later) ──▶ claimed again ──▶ attempt, which looks first
//! ```
//!
//! * [`intent`] is a write on its way: the operation, the record, and the plan.
//! * [`begin`] stores the operation, the proposed revision and the idempotency key in one commit.
//! * [`attempt`] asks the vendor; it may be repeated at any time, by any process, and looks before it repeats what
//!   cannot be repeated blindly.
//! * [`settle`] stores the result with the record and the answer, in one commit.
//! * The background claims what waits, and what was interrupted.

mod answer;
mod attempt;
mod begin;
mod claimed;
mod classify;
mod delete;
mod idempotency;
mod import;
mod import_request;
mod intent;
mod recovery;
mod resolution;
mod resolve;
mod result;
mod settle;
mod sync;
mod update;
mod writer;

use switchboard_core::Result;

pub use answer::{Answer, Outcome, RenderProblem};
pub use idempotency::answer_without_vendor;
pub use import::ImportPreview;
pub use import_request::ImportRequest;
pub use intent::Intent;
pub use resolution::{Resolution, ResolutionRequest};
pub use sync::{OnDrift, SyncRequest};
pub use writer::{Writer, WriterSettings};

/// The check of the revision that a write changes.
pub type Expected<'a> = &'a (dyn Fn(u64) -> Result<()> + Send + Sync);
