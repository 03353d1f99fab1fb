//! Following calls to their end. Nothing here dials.
//!
//! ```text
//! due calls ── claim ──▶ holds that expired: recover
//!                   └──▶ look: one list of the vendor ──▶ calls by id ──▶ fold, next look
//!                                       │                                   └─▶ ended: settle, transcript
//!                                       ├──▶ match: dials without an id
//!                                       └──▶ discover: calls not placed by the gateway
//! ```
//!
//! * `task` claims due calls. A `lease` lets only one process at a time follow the calls of a vendor.
//! * `recover` handles dials whose process was killed.
//! * `look` reads the vendor's calls, `one` looks at one call, `update` adds observations to a stored call, and
//!   `schedule` has the times of the looks.
//! * `matching` finds the vendor's calls that belong to dials without an id, among the rows that `search` reads.
//!   `discovery` stores calls that the gateway did not place. `holder` takes the vendor's id from a call that has it
//!   wrongly.
//! * `sync`, `hang_up`, `resolve`, `transcript`, `recording` and `erase` serve requests about one call.
//! * `retention` removes expired transcripts and calls.

mod dials;
mod discovery;
mod erase;
mod follower;
mod following;
mod hang_up;
mod holder;
mod lease;
mod look;
mod matching;
mod one;
mod recording;
mod recover;
mod resolve;
mod retention;
mod schedule;
mod search;
mod signals;
mod sync;
mod task;
mod transcript;
mod update;

pub use erase::{ErasedHere, ErasureAnswer};
pub use follower::Follower;
pub use following::{Erasure, ErasureState, Following};
pub use hang_up::HangUp;
pub(super) use holder::{release_id, start_again, yields_id};
pub use recording::{ForwardedRecording, RecordingAnswer};
pub use resolve::CallResolution;
pub use retention::CallRetentionTask;
pub(super) use schedule::FIRST_LOOK;
pub use signals::{CallSignals, MAX_RECORDINGS};
pub use task::CallsTask;
pub use transcript::TranscriptAnswer;
