//! Phone calls. A dial is an effect: it is sent at most once, and never repeated.
//!
//! ```text
//! request ── plan, guards ──▶ intended ──▶ sent ──▶ the dial, once ──▶ outcome ──▶ answer
//!                               T1           M1                          T2
//! ```
//!
//! * T1 stores the call as intended, with the idempotency key, within the limits on dials. M1 marks it as sent. Both are
//!   commits that end before the first byte of the dial leaves, so after a crash an intended call was surely not
//!   dialled.
//! * [`CallRecord`] is a call with its state. [`CallBook`] reads and commits calls.

mod book;
mod call_answer;
mod content;
mod peer;
mod record;
mod replay;
mod stored;

pub use book::CallBook;
pub use call_answer::CallAnswer;
pub use content::{CallEnvelope, Placing, RequestedDial};
pub use peer::PeerHash;
pub use record::CallRecord;

/// The prefix of the ids of calls, without the underscore.
pub const ID_PREFIX: &str = "call";
