//! The vendor's answers, the conversion of its documents, and the codecs for values that the vendor structures differently
//! from the model.

mod answers;
mod dials;
mod endpoint;
mod guarded;
mod handovers;
mod keyterms;
mod languages;
mod models;
mod observed;
mod providers;
mod requests;
mod results;
mod same_tools;
mod shape;
mod tools;
mod voicemail;
mod voices;

pub use answers::{
    AFTER, BEFORE, PAGE_SIZE, assistant, assistants, phone_number, phone_numbers, unconverted,
};
pub use dials::{dial, generated_for_call, lacks_settings, name_part, speed_for_call, voice_for_call};
pub use endpoint::endpoint;
pub use guarded::{described, spoken, zero_or};
pub use handovers::handovers;
pub use keyterms::keyterms;
pub use languages::{ANY, BY_TRANSCRIBER, VOICES_BY_TAG, further_language, language};
pub use models::{fallback, model};
pub use observed::{CALLS_PER_PAGE, Control, call, calls, control, is_gone, placed};
pub use providers::{TRANSCRIBERS, VOICE_PROVIDERS, VOICES_WITH_FALLBACK, provider};
pub use requests::{CREDENTIALS, tools};
pub use results::{DEFAULT_MESSAGES, delivery, events, extraction, prompt};
pub use shape::to_vendor;
pub use tools::{hang_up, transfers};
pub use voicemail::{VOICEMAIL, ambient_sound};
pub use voices::{
    SPEAKS_WITHOUT_MESSAGE, endpointing, fallback_voices, generated, interruption_sensitivity,
    pronunciations, reprompts, speaker,
};

/// Returns the tags of all languages.
pub fn tags() -> impl Iterator<Item = &'static str> {
    ANY.iter().copied()
}
