//! The content of a conversation, and its turns.

use switchboard_core_derive::Fields;

use crate::model::{Endpointing, Millis, Seconds, Speaker, WebUrl};

/// The task of the agent.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Prompt {
    /// The instructions the agent follows.
    #[field(required, essential, min_len = 1, max_len = 100_000)]
    pub instructions: Option<String>,
    /// The goal of a call.
    #[field(max_len = 100_000)]
    pub goal: Option<String>,
    /// The company the agent speaks for.
    #[field(max_len = 255)]
    pub company_name: Option<String>,
    /// The company's website.
    pub company_website: Option<WebUrl>,
}

/// The beginning of a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Greeting {
    /// The agent's first words.
    #[field(max_len = 10_000)]
    pub message: Option<String>,
    /// The side that says the first word of a call.
    pub first_speaker: Option<Speaker>,
}

/// The turns of a conversation.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct TurnTaking {
    /// The way in which the agent finds the end of the other side's turn.
    pub endpointing: Option<Endpointing>,
    /// The readiness to count a turn as ended; 0 is slowest, 1 is quickest.
    #[field(min = 0.0, max = 1.0)]
    pub endpointing_sensitivity: Option<f64>,
    /// The silence after which a turn counts as ended.
    #[field(min = 0.0, max = 60_000.0)]
    pub endpointing_silence_ms: Option<Millis>,
    /// True lets the other side interrupt the agent (barge-in).
    pub interruptible: Option<bool>,
    /// The readiness to count speech as an interruption; 0 is least, 1 is most.
    #[field(min = 0.0, max = 1.0)]
    pub interruption_sensitivity: Option<f64>,
    /// The number of words that make an interruption.
    #[field(min = 0.0, max = 10.0)]
    pub interruption_min_words: Option<u32>,
}

/// The treatment of silence.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Silence {
    /// The silence after which the agent speaks up again.
    #[field(min = 0.0, max = 3600.0)]
    pub reprompt_after_s: Option<Seconds>,
    /// The sentences with which the agent speaks up.
    #[field(max_items = 20)]
    pub reprompts: Option<Vec<String>>,
    /// The greatest number of times that the agent speaks up in one call.
    #[field(min = 0.0, max = 100.0)]
    pub max_reprompts: Option<u32>,
    /// The silence after which the call ends.
    #[field(min = 0.0, max = 3600.0)]
    pub hang_up_after_s: Option<Seconds>,
}
