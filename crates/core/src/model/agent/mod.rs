//! The normalized agent.

mod analysis;
mod call;
mod conversation;
mod endpoint;
mod former;
mod handover;
mod http_header;
mod http_request;
mod message;
mod parameters;
mod speech;
mod tool;
mod transfer;
mod usual;
mod voice;

use std::collections::BTreeMap;

use switchboard_core_derive::Fields;

use crate::model::{
    Direction, FormerField, Language, Leaf, Root, Secrets, Timezone, UnknownSecret, UsualName, secret,
};

pub use analysis::{Analysis, AnalysisRules, Criterion, ExtractedType, Extraction, Sentiment};
pub use call::{
    Audio, AudioRules, CallLimits, CallLimitsRules, Ending, EndingRules, HangUp, OptOut, OptOutRules,
    Privacy, PrivacyRules, Voicemail, VoicemailRules, Webhook, WebhookRules,
};
pub use conversation::{
    Greeting, GreetingRules, Keypad, KeypadRules, Prompt, PromptRules, Silence, SilenceRules, TurnTaking,
    TurnTakingRules,
};
pub use endpoint::{EndpointKey, ModelEndpoint};
pub use handover::Handover;
pub use http_header::HttpHeader;
pub use http_request::{HttpMethod, HttpRequest};
pub use message::{
    ParameterSlot, SendMessage, StructuredMessage, TemplateCategory, TemplateMessage, TextMessage,
};
pub use parameters::{NarrowedParameters, Parameters};
pub use speech::{Alphabet, Pronunciation, Transcription, TranscriptionRules};
pub(crate) use tool::tag;
pub use tool::{BookMeeting, Tool};
pub use transfer::{Transfer, TransferMode};
pub use voice::{Model, ModelRules, Voice, VoiceRules};

/// An AI phone agent, described independently of any vendor.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Agent {
    /// The name of the agent, without control characters and without the characters that change the direction of text
    /// (U+202A to U+202E and U+2066 to U+2069).
    #[field(required, min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The direction of the agent's calls.
    #[field(required, essential)]
    pub direction: Option<Direction>,
    /// The language that the agent speaks and understands.
    #[field(required, essential)]
    pub language: Option<Language>,
    /// Further languages that the agent understands. An update replaces the whole list.
    #[field(max_items = 20)]
    pub additional_languages: Option<Vec<Language>>,
    /// The time zone for times in prompts and bookings.
    pub timezone: Option<Timezone>,
    /// The task of the agent, and the company for which it speaks.
    pub prompt: Prompt,
    /// The greeting at the beginning of a call.
    pub greeting: Greeting,
    /// The voice of the agent.
    pub voice: Voice,
    /// The language model of the agent.
    pub model: Model,
    /// The transcription of the other party's speech.
    pub transcription: Transcription,
    /// The pronunciation of words and phrases by the agent. An update replaces the whole list.
    #[field(max_items = 200)]
    pub pronunciations: Option<Vec<Pronunciation>>,
    /// The rules by which the agent and the other party take turns.
    pub turn_taking: TurnTaking,
    /// The agent's reactions to the other party's silence.
    pub silence: Silence,
    /// The digits that the parties press on the keypad of a phone during a call (DTMF).
    pub keypad: Keypad,
    /// The maximum durations of calls and of ringing, and the recording of calls.
    pub call: CallLimits,
    /// The agent's reaction to a voicemail that answers a call.
    pub voicemail: Voicemail,
    /// Background sound, noise cancellation and filler words.
    pub audio: Audio,
    /// The end of a call: the agent's last message, and the agent's ability to hang up.
    pub ending: Ending,
    /// The transfers that the agent can make, each to the phone number of a person. An update replaces the whole list.
    #[field(essential, min_items = 1, max_items = 20)]
    pub transfers: Option<Vec<Transfer>>,
    /// The other agents to which the agent can hand a call over. An update replaces the whole list. An agent cannot
    /// name itself. To let two agents name each other, create the first one without the handover, create the second
    /// one, and then add the handover to the first one. An agent that a handover names cannot be deleted.
    #[field(min_items = 1, max_items = 20)]
    pub handovers: Option<Vec<Handover>>,
    /// The handling of people who ask not to be called again.
    pub opt_out: OptOut,
    /// The analysis of a call after its end.
    pub analysis: Analysis,
    /// The webhook that receives the results of calls.
    pub webhook: Webhook,
    /// The vendor's storage of personal data from calls.
    pub privacy: Privacy,
    /// The values of the placeholders in the prompt, by placeholder name.
    #[field(max_items = 200)]
    pub variables: Option<BTreeMap<String, String>>,
    /// The tools that the agent can use during or after a call. An update replaces the whole list. Five abilities have
    /// fields of their own instead: `transfers`, `handovers`, `ending.hang_up`, `keypad.accept_digits` and
    /// `keypad.press_digits`.
    #[field(max_items = 50)]
    pub tools: Option<Vec<Tool>>,
    /// The vendor's ids of further tools that exist at the vendor. An update replaces the whole list.
    #[field(max_items = 50)]
    pub tool_ids: Option<Vec<String>>,
    /// The knowledge bases that the agent can consult: aliases from the gateway's configuration
    /// (`[knowledge_bases.NAME]`), or the vendor's own ids. An update replaces the whole list.
    #[field(max_items = 50)]
    pub knowledge_base_ids: Option<Vec<String>>,
    /// The phone number that the agent uses: an alias from the gateway's configuration (`[phone_numbers.NAME]`), or the
    /// vendor's own id. Calls that the agent places are made from this number, unless the request to dial names another
    /// one. Some vendors bind a number to one agent, which answers the calls to it. There, the gateway binds the number
    /// only if `direction` is `inbound`. If the number belongs to another agent at the vendor, the gateway refuses the
    /// write with `in_use` and never takes the number over. If an update replaces or clears the number, or sets
    /// `direction` to `outbound`, the gateway unbinds the previous one.
    #[field(min_len = 1, max_len = 255)]
    pub phone_number_id: Option<String>,
}

impl Root for Agent {
    const NAME: &'static str = "agent";
    const PREFIX: &'static str = "agt";
    const FORMER: &'static [FormerField] = former::FIELDS;
    const USUAL: &'static [UsualName] = usual::NAMES;
    const TEXTS: &'static [(&'static str, &'static str)] = usual::TEXTS;
    const SECRETS: &'static [&'static str] = &["/model/endpoint", "/tools"];
    const ALTERNATIVES: &'static [[&'static str; 2]] = &[MODEL_ALTERNATIVES];

    fn label(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn secrets(&self) -> Secrets {
        let endpoint = self.model.endpoint.as_ref().map(Leaf::secrets).unwrap_or_default();
        let tools = self.tools.as_ref().map(Leaf::secrets).unwrap_or_default();
        secret::below("/model/endpoint", endpoint).chain(secret::below("/tools", tools)).collect()
    }

    fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        let endpoint = self.model.endpoint.iter().flat_map(Leaf::unknown_secrets);
        let tools = self.tools.iter().flat_map(Leaf::unknown_secrets);
        let endpoint = endpoint.map(|secret| secret.below("/model/endpoint", "/model/endpoint"));
        endpoint.chain(tools.map(|secret| secret.below("/tools", "/tools"))).collect()
    }

    fn is_bindable(&self) -> Option<bool> {
        self.direction.map(|direction| direction == Direction::Inbound)
    }

    fn conflict(&self) -> Option<[&'static str; 2]> {
        (self.model.name.is_some() && self.model.endpoint.is_some()).then_some(MODEL_ALTERNATIVES)
    }
}

/// The fields that determine the language model.
const MODEL_ALTERNATIVES: [&str; 2] = ["/model/name", "/model/endpoint"];
