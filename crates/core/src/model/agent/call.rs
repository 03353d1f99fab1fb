//! Call settings: limits, recording, voicemail, sound, ending, opt-out, privacy and the delivery of results.

use serde::{Deserialize, Serialize};
use switchboard_core_derive::Fields;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::Violation,
    model::{Component, EventName, Leaf, Seconds, VoicemailAction, WebUrl, leaf::lengths, schema},
};

/// The maximum number of characters of the instructions for hanging up.
const MAX_INSTRUCTIONS: usize = 10_000;

/// The maximum durations of calls and of ringing, and the recording of calls.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct CallLimits {
    /// The maximum duration of a call.
    #[field(min = 1.0, max = 86_400.0)]
    pub max_duration_s: Option<Seconds>,
    /// If true, calls are recorded. The gateway refuses the value `false` if the vendor cannot guarantee that
    /// calls are not recorded.
    #[field(essential_when = false)]
    pub record: Option<bool>,
    /// The maximum duration for which the other party's phone rings in an outbound call. The vendor then ends the call
    /// as unanswered.
    #[field(min = 1.0, max = 600.0)]
    pub ring_timeout_s: Option<Seconds>,
}

/// The agent's reaction to a voicemail that answers a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Voicemail {
    /// The agent's action when a voicemail answers.
    pub action: Option<VoicemailAction>,
    /// The message that the agent leaves if `voicemail.action` is `leave_message`.
    #[field(min_len = 1, max_len = 10_000)]
    pub message: Option<String>,
}

/// Background sound, noise cancellation and filler words.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Audio {
    /// The background sound that simulates the agent's surroundings: `off`, `office`, `cafe`, or another
    /// sound that the vendor offers.
    #[field(min_len = 1, max_len = 100)]
    pub ambient_sound: Option<String>,
    /// The volume of the background sound. 0 is lowest, 1 is highest.
    #[field(min = 0.0, max = 1.0)]
    pub ambient_volume: Option<f64>,
    /// If true, the vendor filters out the background noise of the other party.
    pub noise_cancellation: Option<bool>,
    /// If true, the agent fills its pauses with filler words.
    pub fillers: Option<bool>,
    /// The filler words that the agent uses in its pauses. An update replaces the whole list.
    #[field(max_items = 50)]
    pub filler_words: Option<Vec<String>>,
}

/// The end of a call: the agent's last message, and the agent's ability to hang up.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Ending {
    /// The last message of the agent in a call.
    #[field(max_len = 10_000)]
    pub message: Option<String>,
    /// If set, even to an empty object, the agent can hang up. If omitted, the vendor decides: with most vendors, the
    /// call then ends only when the other party hangs up, or because of another setting such as `call.max_duration_s`.
    pub hang_up: Option<HangUp>,
}

/// The agent's ability to hang up.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HangUp {
    /// The situations in which the agent hangs up. If omitted, `prompt.instructions` can state them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 10_000)]
    pub instructions: Option<String>,
}

impl Leaf for HangUp {
    // An empty object means that the agent can hang up, without instructions about when to do so.
    const EMPTY_IS_A_VALUE: bool = true;

    fn schema() -> RefOr<Schema> {
        schema::reference("HangUp")
    }

    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }

    fn violations(&self, at: &str) -> Vec<Violation> {
        lengths(at, self.instructions.as_deref().map(|text| ("instructions", text, MAX_INSTRUCTIONS)))
    }
}

/// The handling of people who ask not to be called again.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct OptOut {
    /// If true, the agent honours requests not to be called again.
    #[field(essential)]
    pub enabled: Option<bool>,
    /// The instructions for recognizing and handling requests not to be called again.
    #[field(essential, max_len = 10_000)]
    pub script: Option<String>,
}

/// The vendor's storage of personal data from calls.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Privacy {
    /// The number of days after which the vendor deletes the recording and the transcript of a call. If omitted, the
    /// vendor decides; most vendors keep them forever.
    #[field(min = 1.0, max = 36_500.0)]
    pub retention_days: Option<u32>,
    /// If true, the vendor removes personal data, such as names and numbers, from transcripts and other results. The
    /// gateway refuses the value `true` if the vendor cannot do so.
    #[field(essential_when = true)]
    pub redact: Option<bool>,
}

/// The webhook that receives the results of calls.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Webhook {
    /// The URL that receives the results of calls.
    pub url: Option<WebUrl>,
    /// If true, the vendor sends the results of calls to the webhook.
    pub enabled: Option<bool>,
    /// The events of a call that the vendor sends to the webhook, by the gateway's names: `call.ringing`,
    /// `call.answered`, `call.transferred`, `call.ended`, `call.failed` (not answered), `call.transcript_updated`
    /// (during the call), `call.transcript_ready`, `call.recording_ready` and `call.analyzed`. Later versions may add
    /// events. If omitted, the vendor decides. An update replaces the whole list.
    #[field(max_items = 50)]
    pub events: Option<Vec<EventName>>,
    /// The maximum duration for which the vendor waits for the answer of the webhook.
    #[field(min = 1.0, max = 600.0)]
    pub timeout_s: Option<Seconds>,
    /// If true, the vendor sends only the results of completed calls.
    pub only_completed: Option<bool>,
    /// If true, the results include the URL of the recording.
    pub include_recording: Option<bool>,
}
