//! The voice and the language model of the agent.

use switchboard_core_derive::Fields;

use crate::model::{Engine, Gender, ModelEndpoint};

/// The voice of the agent.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Voice {
    /// The voice: an alias from the gateway's configuration (`[voices.NAME]`), or the vendor's own id.
    #[field(required, min_len = 1, max_len = 255)]
    pub id: Option<String>,
    /// The voices that replace the voice if its provider fails, in order of preference: aliases from the gateway's
    /// configuration (`[voices.NAME]`), or the vendor's own ids. An update replaces the whole list.
    #[field(max_items = 10)]
    pub fallback_ids: Option<Vec<String>>,
    /// The name of the voice.
    #[field(min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The accent of the voice.
    #[field(min_len = 1, max_len = 255)]
    pub accent: Option<String>,
    /// The gender of the voice.
    pub gender: Option<Gender>,
    /// The provider that synthesizes the voice.
    #[field(min_len = 1, max_len = 255)]
    pub provider: Option<String>,
    /// The model that synthesizes the voice.
    #[field(min_len = 1, max_len = 255)]
    pub model: Option<String>,
    /// The speaking rate; 1 is normal.
    #[field(min = 0.25, max = 4.0)]
    pub speed: Option<f64>,
    /// The evenness of the voice. 0 is most expressive, 1 is most even.
    #[field(min = 0.0, max = 1.0)]
    pub stability: Option<f64>,
    /// The similarity to the original voice. 0 is least, 1 is most.
    #[field(min = 0.0, max = 1.0)]
    pub similarity: Option<f64>,
    /// The exaggeration of the original speaker's style. 0 is least, 1 is most.
    #[field(min = 0.0, max = 1.0)]
    pub style: Option<f64>,
    /// If true, the vendor increases the similarity to the original speaker.
    pub speaker_boost: Option<bool>,
}

/// The language model of the agent.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Model {
    /// The architecture of the agent's models.
    pub engine: Option<Engine>,
    /// The caller's own server for the language model, instead of a model of the vendor: a server with the chat
    /// completions API of OpenAI. An agent has at most one of `endpoint` and `name`.
    pub endpoint: Option<ModelEndpoint>,
    /// The language model: an alias from the gateway's configuration (`[models.NAME]`), or the vendor's own
    /// name or id. An agent has at most one of `endpoint` and `name`.
    #[field(min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The sampling temperature of the language model. The higher the value, the more varied the output.
    #[field(min = 0.0, max = 2.0)]
    pub temperature: Option<f64>,
    /// The maximum number of tokens that the language model generates for one utterance of the agent.
    #[field(min = 1.0, max = 100_000.0)]
    pub max_tokens: Option<u32>,
    /// The language models that replace the language model if it fails or is too slow, in order of preference: aliases
    /// from the gateway's configuration (`[models.NAME]`), or the vendor's own names or ids. An update replaces the
    /// whole list.
    #[field(max_items = 10)]
    pub fallback: Option<Vec<String>>,
}
