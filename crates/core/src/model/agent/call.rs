//! The call itself: its limits, its sound, its end and what follows.

use switchboard_core_derive::Fields;

use crate::model::{PhoneNumber, Seconds, WebUrl};

/// Limits and recording of a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(schema_name = "Call")]
pub struct CallLimits {
    /// The longest a call may take.
    #[field(min = 1.0, max = 86_400.0)]
    pub max_duration_s: Option<Seconds>,
    /// True records calls. A vendor that cannot promise `false` refuses it.
    #[field(essential_when = false)]
    pub record: Option<bool>,
    /// True ends the call when a voicemail answers.
    pub hang_up_on_voicemail: Option<bool>,
}

/// The sounds beside the voice.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Audio {
    /// The sound of the place the agent seems to be at: `off`, `office`, `cafe` and what else the vendor has.
    #[field(min_len = 1, max_len = 100)]
    pub ambient_sound: Option<String>,
    /// The loudness of the background sound.
    #[field(min = 0.0, max = 1.0)]
    pub ambient_volume: Option<f64>,
    /// True filters out noise on the other side.
    pub noise_cancellation: Option<bool>,
    /// True lets the agent fill its pauses.
    pub fillers: Option<bool>,
    /// The filler words.
    #[field(max_items = 50)]
    pub filler_words: Option<Vec<String>>,
}

/// The end of a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Ending {
    /// Message that the agent speaks last.
    #[field(max_len = 10_000)]
    pub message: Option<String>,
    /// The situation in which the agent is to end the call.
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
    /// True lets the agent honour such a wish.
    #[field(essential)]
    pub enabled: Option<bool>,
    /// The instructions to recognize such a wish, and to act on it.
    #[field(essential, max_len = 10_000)]
    pub script: Option<String>,
}

/// The receiver of call results.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Webhook {
    /// The receiver.
    pub url: Option<WebUrl>,
    /// True sends results.
    pub enabled: Option<bool>,
    /// True reports completed calls only.
    pub only_completed: Option<bool>,
    /// True includes the recording's address.
    pub include_recording: Option<bool>,
}
