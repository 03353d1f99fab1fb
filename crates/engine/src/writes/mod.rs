//! Writes that survive a kill at any moment: stored as an intent, sent to the vendor, settled in one commit, answered.
//!
//! ```text
//! request ── begin ──▶ attempt ──▶ settle ──▶ answer          while the caller waits
//!              │          │  └─ the caller's wait ends: accept ──▶ 202; the attempt continues
//!              │          └─ the vendor is down or does not answer: settle as waiting ──▶ 202
//!              ▼
//!         (killed here, or later) ──▶ claimed again ──▶ attempt, which reads first
//! ```
//!
//! * `intent` defines a write in progress: the operation, the record, and the plan.
//! * `begin` stores the operation, the proposed revision and the idempotency key in one commit.
//! * `attempt` sends the requests. Any process may repeat it at any time: it reads the vendor before it repeats a request
//!   that is not safe to repeat.
//! * `settle` stores the result with the record and the answer, in one commit.
//! * The background claims operations that wait or were interrupted.

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
mod steps;
mod sync;
mod update;
mod writer;

use switchboard_core::error::Result;

pub use answer::{Answer, Outcome, RenderProblem};
pub use delete::discard_standbys;
pub use idempotency::{answer_without_vendor, replayed_answer};
pub use import::ImportPreview;
pub use import_request::ImportRequest;
pub use intent::Intent;
pub use resolution::{Resolution, ResolutionRequest};
pub use sync::{OnDrift, SyncRequest};
pub use writer::{Writer, WriterSettings};

/// The check of the revision that a write changes.
pub type Expected<'a> = &'a (dyn Fn(u64) -> Result<()> + Send + Sync);
