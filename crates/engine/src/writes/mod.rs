//! Writes to vendors. A write is stored as an intent, sent to the vendor, settled in one commit, and answered. No write
//! is lost if the process is killed, even in the middle of an attempt.
//!
//! ```text
//! request ── begin ──▶ attempt ──▶ settle ──▶ answer          while the caller waits
//!              │          │  └─ the caller's wait ends: accept ──▶ 202; the attempt continues
//!              │          └─ the vendor is down or does not answer: settle as waiting ──▶ 202
//!              ▼
//!         (killed here, or later) ──▶ claimed again ──▶ attempt, which reads first
//! ```
//!
//! * `admission` bounds the number of writes in progress.
//! * `intent` defines a write in progress: the operation, the record, and the plan.
//! * `begin` stores the operation, the proposed revision and the idempotency key in one commit.
//! * `attempt` runs the operation against the vendor once. Any process may repeat an attempt at any time. A repeated
//!   attempt reads from the vendor before it repeats a request that is not safe to repeat.
//! * `steps` sends the requests of an attempt, `binding` stores a binding before it is requested, and `read_back` reads the
//!   record after the last request.
//! * `recovery` searches for the record of a lost creation, and `lost_parts` for its parts. `lease` lets the searches at a
//!   vendor, and the bindings of an object, run one after another in all processes.
//! * `settle` stores the result with the record and the answer, in one commit.
//! * `resume` sends the accepted revision again after a later write was refused.
//! * `drain` delays the removal of an agent's old copy until its live calls have ended.
//! * `claimed` continues operations that wait or were interrupted. A background task claims these operations from the
//!   store.

mod admission;
mod answer;
mod attempt;
mod begin;
mod binding;
mod claimed;
mod classify;
mod delete;
mod drain;
mod hold;
mod idempotency;
mod import;
mod import_request;
mod intent;
mod lease;
mod lost_parts;
mod read_back;
mod recovery;
mod resolution;
mod resolve;
mod result;
mod resume;
mod rivals;
mod settle;
mod steps;
mod sync;
mod update;
mod writer;

use switchboard_core::error::Result;

pub use answer::{Answer, Outcome, RenderProblem};
pub use delete::discard_standbys;
pub use idempotency::{answer_without_vendor, begin_batch, replayed_answer, store_refusal};
pub use import::ImportPreview;
pub use import_request::ImportRequest;
pub use intent::Intent;
pub use resolution::Resolution;
pub use sync::{OnDrift, SyncRequest};
pub use writer::{Writer, WriterSettings};

/// A check of the record's present revision. The check runs before a write changes the record.
pub type Expected<'a> = &'a (dyn Fn(u64) -> Result<()> + Send + Sync);
