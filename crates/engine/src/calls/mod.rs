//! Phone calls. A dial is an effect: it is sent at most once, and never repeated.
//!
//! ```text
//! request ── plan, guards ──▶ intended ──▶ sent ──▶ the dial, once ──▶ outcome ──▶ answer
//!                               T1           M1                          T2
//! ```
//!
//! * T1 stores the call as intended, with the idempotency key, if the limits on dials permit it. M1 marks the call as
//!   sent. Both commits end before the first byte of the dial leaves. Therefore, a call that is still intended after a
//!   crash was certainly not dialled.
//! * `prepare` reads the body, checks the agent and translates the dial. `guard` decides whether the number may be
//!   called. `begin` commits T1, `send` commits M1 and dials, and `settle` commits T2: the outcome and the answer.
//! * [`Dialer`] places calls. Only a caller's request has the right to dial ([`DialRight`](crate::vendors::DialRight)).
//! * [`CallRecord`] is a call with its state. [`CallBook`] reads and commits calls.

mod agent_settings;
mod begin;
mod book;
mod call_answer;
mod content;
mod dial_body;
mod dialer;
mod dialling;
mod follow;
mod guard;
mod inherit;
mod metrics;
mod outcome;
mod overridden;
mod peer;
mod plan;
mod prepare;
mod record;
mod replay;
mod send;
mod settle;
mod stored;
mod trunk;

pub use book::CallBook;
pub use call_answer::CallAnswer;
pub use content::{CallEnvelope, Placing, RequestedDial};
pub use dialer::Dialer;
pub use follow::{
    CallResolution, CallRetentionTask, CallSignals, CallsTask, ErasedHere, Erasure, ErasureAnswer,
    ErasureState, Follower, Following, ForwardedRecording, HangUp, MAX_RECORDINGS, RecordingAnswer,
    TranscriptAnswer,
};
pub use guard::{Guard, GuardVerdict, Guards, refusal};
pub use peer::PeerHash;
pub use plan::DialPlan;
pub use record::CallRecord;

/// The prefix of the ids of calls, without the underscore.
pub const ID_PREFIX: &str = "call";
