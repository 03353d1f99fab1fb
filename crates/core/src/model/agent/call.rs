//! The call itself: its limits, its sound, its end and what follows.

use switchboard_core_derive::Fields;

use crate::{PhoneNumber, Seconds, WebUrl};

/// Limits and recording of a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(schema_name = "Call")]
pub struct CallLimits {
    /// The longest a call may take.
    #[field(min = 1.0, max = 86_400.0)]
    pub max_duration_s: Option<Seconds>,
    /// Whether calls are recorded. A vendor that cannot promise `false` refuses it.
    #[field(essential_when = false)]
    pub record: Option<bool>,
    /// Whether the call ends when a voicemail answers.
    pub hang_up_on_voicemail: Option<bool>,
}

/// What is heard beside the voice.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Audio {
    /// The sound of the place the agent seems to be at: `off`, `office`, `cafe` and what else the vendor has.
    #[field(min_len = 1, max_len = 100)]
    pub ambient_sound: Option<String>,
    /// How loud it is.
    #[field(min = 0.0, max = 1.0)]
    pub ambient_volume: Option<f64>,
    /// Whether noise on the other side is filtered out.
    pub noise_cancellation: Option<bool>,
    /// Whether the agent fills its pauses.
    pub fillers: Option<bool>,
    /// With which words.
    #[field(max_items = 50)]
    pub filler_words: Option<Vec<String>>,
}

/// How a call ends.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Ending {
    /// The agent's last words.
    #[field(max_len = 10_000)]
    pub message: Option<String>,
    /// When the agent is to end the call.
    #[field(max_len = 500)]
    pub instructions: Option<String>,
}

/// Handing the call to a person.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Transfer {
    /// The person's number.
    #[field(essential)]
    pub phone_number: Option<PhoneNumber>,
}

/// People who do not want to be called again.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct OptOut {
    /// Whether the agent honours such a wish.
    #[field(essential)]
    pub enabled: Option<bool>,
    /// How the agent tells such a wish, and what it does.
    #[field(essential, max_len = 10_000)]
    pub script: Option<String>,
}

/// Where the result of a call is sent.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Webhook {
    /// The receiver.
    pub url: Option<WebUrl>,
    /// Whether anything is sent.
    pub enabled: Option<bool>,
    /// Whether only completed calls are reported.
    pub only_completed: Option<bool>,
    /// Whether the recording's address is included.
    pub include_recording: Option<bool>,
}
