//! Call settings: limits, recording, voicemail, sound, ending, opt-out and the delivery of results.

use switchboard_core_derive::Fields;

use crate::model::{Seconds, VoicemailAction, WebUrl};

/// The maximum duration of calls, and their recording.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(schema_name = "Call")]
pub struct CallLimits {
    /// The maximum duration of a call.
    #[field(min = 1.0, max = 86_400.0)]
    pub max_duration_s: Option<Seconds>,
    /// If true, calls are recorded. The gateway refuses the value `false` if the vendor cannot guarantee that
    /// calls are not recorded.
    #[field(essential_when = false)]
    pub record: Option<bool>,
}

/// The agent's reaction to a voicemail that answers a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Voicemail {
    /// The agent's action when a voicemail answers.
    pub action: Option<VoicemailAction>,
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
    /// If true, background noise of the other party is filtered out.
    pub noise_cancellation: Option<bool>,
    /// If true, the agent fills its pauses with filler words.
    pub fillers: Option<bool>,
    /// The filler words that the agent uses in its pauses.
    #[field(max_items = 50)]
    pub filler_words: Option<Vec<String>>,
}

/// The situations in which the agent ends a call, and the agent's last message.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Ending {
    /// The last message of the agent in a call.
    #[field(max_len = 10_000)]
    pub message: Option<String>,
    /// The situations in which the agent ends the call.
    #[field(max_len = 500)]
    pub instructions: Option<String>,
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

/// The webhook that receives the results of calls.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Webhook {
    /// The URL that receives the results of calls.
    pub url: Option<WebUrl>,
    /// If true, the vendor sends the results of calls to the webhook.
    pub enabled: Option<bool>,
    /// If true, the vendor sends only the results of completed calls.
    pub only_completed: Option<bool>,
    /// If true, the results include the URL of the recording.
    pub include_recording: Option<bool>,
}
