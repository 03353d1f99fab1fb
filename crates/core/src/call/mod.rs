//! Phone calls: the request to dial, the state of a call, and the pure functions that follow a call.
//!
//! A [`Dial`] is a record with rules, like an agent: each adapter declares [`Rules`](crate::rule::Rules) for it, and
//! the module [`plan`](crate::plan) translates both in the same way. The vendor's answers become [`CallObservation`]s. [`TrackedCall::fold`] adds an
//! observation to a call, and [`match_calls`] finds the vendor's call for a dial whose answer had no id.
//!
//! ```text
//! Dial ──plan──▶ body ──Calls::place──▶ vendor
//!                                          │ list, single read, signed webhook
//!                     TrackedCall ◀──fold── CallObservation
//! ```

mod analysis;
mod cost;
mod dial;
mod fold;
mod latest;
mod longest;
mod matching;
mod members;
mod observation;
mod overrides;
mod person;
mod placeholders;
mod recording;
mod state;
mod status;
mod tracked;
mod transcript;
mod usual;

pub use analysis::CallAnalysis;
pub use cost::{CallCost, CostUnit};
pub use dial::{
    Dial, DialFrom, DialFromRules, DialRules, DialTo, DialToRules, EMAIL_PATTERN, MAX_VARIABLE_BYTES,
    NUMBER_PER_CALL, RESERVED_VARIABLES, VARIABLE_PATTERN,
};
pub use fold::{CallChange, Folded};
pub use matching::{CallCandidate, MatchResult, MatchRound, Suspicion, UnmatchedCall, match_calls};
pub use members::{number_in, text_at};
pub use observation::{AgentRef, CallObservation, CallTimes, Trust};
pub use overrides::{
    AnalysisOverrides, AnalysisOverridesRules, CallOverrides, CallOverridesRules, GreetingOverrides,
    GreetingOverridesRules, Overrides, OverridesRules, PromptOverrides, PromptOverridesRules,
    SilenceOverrides, SilenceOverridesRules, VoiceOverrides, VoiceOverridesRules,
};
pub use person::variables_beside_person;
pub use placeholders::missing_variables;
pub use recording::{Recording, RecordingState};
pub use state::{Call, CallMatch, CallOrigin, CallParty, CallTranscript};
pub use status::{AnsweredBy, CallStatus, EndedReason};
pub use tracked::TrackedCall;
pub use transcript::{
    MAX_TRANSCRIPT_BYTES, Transcript, TranscriptSegment, TranscriptSpeaker, TranscriptState,
};
