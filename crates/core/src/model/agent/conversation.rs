//! Settings of the phone conversation: prompt, greeting, turn-taking, silence and keypad.

use switchboard_core_derive::Fields;

use crate::model::{Endpointing, Millis, Seconds, Speaker, WebUrl};

/// The task of the agent, and the company for which it speaks.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Prompt {
    /// The instructions that the agent follows.
    #[field(required, essential, min_len = 1, max_len = 100_000)]
    pub instructions: Option<String>,
    /// The goal of a call.
    #[field(max_len = 100_000)]
    pub goal: Option<String>,
    /// The company for which the agent speaks.
    #[field(max_len = 255)]
    pub company_name: Option<String>,
    /// The website of the company.
    pub company_website: Option<WebUrl>,
}

/// The greeting at the beginning of a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Greeting {
    /// The first message of the agent in a call.
    #[field(max_len = 10_000)]
    pub message: Option<String>,
    /// The party that speaks first in a call.
    pub first_speaker: Option<Speaker>,
    /// If true, the language model generates a new first message in each call, from `prompt.instructions`. The agent
    /// then does not say `greeting.message`.
    pub generated: Option<bool>,
    /// If true, the other party can interrupt the first message. `turn_taking.interruptible` applies to the rest of the
    /// call.
    pub interruptible: Option<bool>,
    /// The duration of silence before the first message. If `greeting.first_speaker` is `agent`, the silence starts
    /// with the call. If `greeting.first_speaker` is `caller`, the agent waits this long for the other party to speak,
    /// and then speaks first.
    #[field(min = 0.0, max = 300.0)]
    pub delay_s: Option<Seconds>,
}

/// The rules by which the agent and the other party take turns.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct TurnTaking {
    /// The method by which the agent detects the end of the other party's turn.
    pub endpointing: Option<Endpointing>,
    /// The sensitivity with which the agent detects the end of a turn. 0 is slowest, 1 is quickest.
    #[field(min = 0.0, max = 1.0)]
    pub endpointing_sensitivity: Option<f64>,
    /// The duration of silence after which a turn counts as ended.
    #[field(min = 0.0, max = 60_000.0)]
    pub endpointing_silence_ms: Option<Millis>,
    /// If true, the other party can interrupt the agent (barge-in).
    pub interruptible: Option<bool>,
    /// The sensitivity with which the agent recognizes speech as an interruption. 0 is least, 1 is most.
    #[field(min = 0.0, max = 1.0)]
    pub interruption_sensitivity: Option<f64>,
    /// The minimum number of words that count as an interruption.
    #[field(min = 0.0, max = 10.0)]
    pub interruption_min_words: Option<u32>,
}

/// The digits that the parties press on the keypad of a phone during a call (DTMF).
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Keypad {
    /// If true, the agent receives the digits that the other party presses, such as an account number. If false, the
    /// agent ignores them.
    pub accept_digits: Option<bool>,
    /// If true, the agent can press digits itself, such as in the phone menu of a company that it calls.
    /// `prompt.instructions` can state when.
    pub press_digits: Option<bool>,
}

/// The agent's reactions to the other party's silence.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Silence {
    /// The duration of silence after which the agent reprompts the other party.
    #[field(min = 0.0, max = 3600.0)]
    pub reprompt_after_s: Option<Seconds>,
    /// The sentences with which the agent reprompts the other party. An update replaces the whole list.
    #[field(max_items = 20)]
    pub reprompts: Option<Vec<String>>,
    /// The maximum number of reprompts in one call.
    #[field(min = 0.0, max = 100.0)]
    pub max_reprompts: Option<u32>,
    /// The duration of silence after which the call ends.
    #[field(min = 0.0, max = 3600.0)]
    pub hang_up_after_s: Option<Seconds>,
}
