//! Settings of the agent that a dial replaces for one call.

use switchboard_core_derive::Fields;

use crate::model::{
    Agent, Analysis, CallLimits, Greeting, Language, Prompt, Seconds, Silence, Speaker, Transfer, Voice,
};

/// Settings of the agent that apply to one call instead of the agent's own.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = Agent)]
pub struct Overrides {
    /// The language that the agent speaks and understands in this call.
    #[field(essential)]
    pub language: Option<Language>,
    /// The task of the agent in this call.
    pub prompt: PromptOverrides,
    /// The greeting at the beginning of this call.
    pub greeting: GreetingOverrides,
    /// The voice of the agent in this call.
    pub voice: VoiceOverrides,
    /// The agent's reactions to silence in this call.
    pub silence: SilenceOverrides,
    /// The limits of this call.
    pub call: CallOverrides,
    /// The transfers that the agent can make in this call, each to the phone number of a person. They replace all
    /// transfers of the agent.
    #[field(essential, min_items = 1, max_items = 20)]
    pub transfers: Option<Vec<Transfer>>,
    /// The analysis of this call.
    pub analysis: AnalysisOverrides,
}

/// The task of the agent in one call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = Prompt)]
pub struct PromptOverrides {
    /// The instructions that the agent follows in this call. They replace all instructions of the agent.
    #[field(essential, min_len = 1, max_len = 100_000)]
    pub instructions: Option<String>,
}

/// The greeting at the beginning of one call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = Greeting)]
pub struct GreetingOverrides {
    /// The first message of the agent in this call.
    #[field(essential, max_len = 10_000)]
    pub message: Option<String>,
    /// The party that speaks first in this call.
    #[field(essential)]
    pub first_speaker: Option<Speaker>,
    /// If true, the language model generates the first message of this call. The agent then does not say
    /// `greeting.message`.
    #[field(essential)]
    pub generated: Option<bool>,
    /// If true, the other party can interrupt the first message of this call.
    #[field(essential)]
    pub interruptible: Option<bool>,
    /// The duration of silence before the first message of this call.
    #[field(essential, min = 0.0, max = 300.0)]
    pub delay_s: Option<Seconds>,
}

/// The voice of the agent in one call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = Voice)]
pub struct VoiceOverrides {
    /// The voice in this call: an alias from the gateway's configuration (`[voices.NAME]`), or the vendor's own id.
    #[field(essential, min_len = 1, max_len = 255)]
    pub id: Option<String>,
    /// The speaking rate in this call; 1 is normal.
    #[field(essential, min = 0.25, max = 4.0)]
    pub speed: Option<f64>,
}

/// The agent's reactions to silence in one call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = Silence)]
pub struct SilenceOverrides {
    /// The duration of silence after which the agent reprompts the other party in this call.
    #[field(essential, min = 0.0, max = 3600.0)]
    pub reprompt_after_s: Option<Seconds>,
    /// The sentences with which the agent reprompts the other party in this call.
    #[field(essential, max_items = 20)]
    pub reprompts: Option<Vec<String>>,
    /// The maximum number of reprompts in this call.
    #[field(essential, min = 0.0, max = 100.0)]
    pub max_reprompts: Option<u32>,
    /// The duration of silence after which this call ends.
    #[field(essential, min = 0.0, max = 3600.0)]
    pub hang_up_after_s: Option<Seconds>,
}

/// The limits of one call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = CallLimits)]
pub struct CallOverrides {
    /// The maximum duration of this call.
    #[field(essential, min = 1.0, max = 86_400.0)]
    pub max_duration_s: Option<Seconds>,
}

/// The analysis of one call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
#[field(overrides = Analysis)]
pub struct AnalysisOverrides {
    /// If true, the vendor recognizes the emotions of the other party in this call.
    #[field(essential)]
    pub emotions: Option<bool>,
}

impl Overrides {
    /// Replaces the agent's settings with those that apply to the call. The settings of another voice do not apply to a voice
    /// that the dial names.
    pub fn apply_to(&self, agent: &mut Agent) {
        if self.voice.id.is_some() {
            agent.voice = Voice::default();
        }
        self.replace_in(agent);
    }
}
