//! The normalized agent.

mod action;
mod analysis;
mod call;
mod conversation;
mod voice;

use std::collections::BTreeMap;

use switchboard_core_derive::Fields;

use crate::model::{Direction, Language, Root, Timezone};

pub(crate) use action::tag;
pub use action::{
    Action, BookMeeting, ParameterSlot, SendMessage, StructuredMessage, TemplateCategory, TemplateMessage,
    TextMessage,
};
pub use analysis::{Analysis, AnalysisRules, ExtractedType, Extraction, Sentiment};
pub use call::{
    Audio, AudioRules, CallLimits, CallLimitsRules, Ending, EndingRules, OptOut, OptOutRules, Transfer,
    TransferRules, Webhook, WebhookRules,
};
pub use conversation::{
    Greeting, GreetingRules, Prompt, PromptRules, Silence, SilenceRules, TurnTaking, TurnTakingRules,
};
pub use voice::{Model, ModelRules, Voice, VoiceRules};

/// An AI phone agent, in no vendor's words.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Agent {
    /// The name of the agent.
    #[field(required, min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The direction of the agent's calls.
    #[field(required, essential)]
    pub direction: Option<Direction>,
    /// The language the agent speaks and understands.
    #[field(required, essential)]
    pub language: Option<Language>,
    /// Further languages the agent understands.
    #[field(max_items = 20)]
    pub additional_languages: Option<Vec<Language>>,
    /// The time zone that times in prompts and bookings are meant in.
    pub timezone: Option<Timezone>,
    /// The task of the agent.
    pub prompt: Prompt,
    /// The beginning of a call.
    pub greeting: Greeting,
    /// The voice of the agent.
    pub voice: Voice,
    /// The language model of the agent.
    pub model: Model,
    /// The turns of a conversation.
    pub turn_taking: TurnTaking,
    /// The treatment of silence.
    pub silence: Silence,
    /// Limits and recording of a call.
    pub call: CallLimits,
    /// The sounds beside the voice.
    pub audio: Audio,
    /// The end of a call.
    pub ending: Ending,
    /// Handing the call to a person.
    pub transfer: Transfer,
    /// People who do not want to be called again.
    pub opt_out: OptOut,
    /// The analysis after a call.
    pub analysis: Analysis,
    /// The receiver of call results.
    pub webhook: Webhook,
    /// Values for placeholders in the prompt, by name.
    #[field(max_items = 200)]
    pub variables: Option<BTreeMap<String, String>>,
    /// The actions that the agent can take during a call. Changed and sent as a whole.
    #[field(max_items = 50)]
    pub actions: Option<Vec<Action>>,
    /// Knowledge the agent can look things up in: aliases of the gateway, else the vendor's own ids.
    #[field(max_items = 50)]
    pub knowledge_base_ids: Option<Vec<String>>,
    /// The vendor's id of the phone number the agent uses.
    #[field(min_len = 1, max_len = 255)]
    pub phone_number_id: Option<String>,
}

impl Root for Agent {
    const NAME: &'static str = "agent";
    const PREFIX: &'static str = "agt";

    fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }
}
