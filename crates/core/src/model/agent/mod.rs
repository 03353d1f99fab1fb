//! The normalized agent.

mod action;
mod analysis;
mod call;
mod conversation;
mod voice;

use std::collections::BTreeMap;

use switchboard_core_derive::Fields;

use crate::{Direction, Language, Root, Timezone};

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
    /// What people call the agent.
    #[field(required, min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// Whether the agent answers calls or places them.
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
    /// What the agent is told to do.
    pub prompt: Prompt,
    /// How a call begins.
    pub greeting: Greeting,
    /// How the agent sounds.
    pub voice: Voice,
    /// What the agent thinks with.
    pub model: Model,
    /// Who speaks when.
    pub turn_taking: TurnTaking,
    /// What happens when nobody speaks.
    pub silence: Silence,
    /// Limits and recording of a call.
    pub call: CallLimits,
    /// What is heard beside the voice.
    pub audio: Audio,
    /// How a call ends.
    pub ending: Ending,
    /// Handing the call to a person.
    pub transfer: Transfer,
    /// People who do not want to be called again.
    pub opt_out: OptOut,
    /// What is worked out after a call.
    pub analysis: Analysis,
    /// Where the result of a call is sent.
    pub webhook: Webhook,
    /// Values for placeholders in the prompt, by name.
    #[field(max_items = 200)]
    pub variables: Option<BTreeMap<String, String>>,
    /// What the agent can do during a call. Changed and sent as a whole.
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
