//! The voice and the language model of the agent.

use switchboard_core_derive::Fields;

use crate::model::{Engine, Gender};

/// The voice of the agent.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Voice {
    /// The voice: an alias of the gateway (`[voices.NAME]`), else the vendor's own id.
    #[field(required, min_len = 1, max_len = 255)]
    pub id: Option<String>,
    /// The voice's name.
    #[field(min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The voice's accent.
    #[field(min_len = 1, max_len = 255)]
    pub accent: Option<String>,
    /// The voice's gender.
    pub gender: Option<Gender>,
    /// The provider that synthesizes the voice.
    #[field(min_len = 1, max_len = 255)]
    pub provider: Option<String>,
    /// The synthesizer's model.
    #[field(min_len = 1, max_len = 255)]
    pub model: Option<String>,
    /// Speaking rate; 1 is normal.
    #[field(min = 0.25, max = 4.0)]
    pub speed: Option<f64>,
    /// The evenness of the voice; 0 is most expressive, 1 is most even.
    #[field(min = 0.0, max = 1.0)]
    pub stability: Option<f64>,
    /// The closeness to the original voice.
    #[field(min = 0.0, max = 1.0)]
    pub similarity: Option<f64>,
    /// The exaggeration of the original speaker's style.
    #[field(min = 0.0, max = 1.0)]
    pub style: Option<f64>,
    /// True boosts the likeness to the original speaker.
    pub speaker_boost: Option<bool>,
}

/// The language model of the agent.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Model {
    /// The arrangement of the agent's models.
    pub engine: Option<Engine>,
    /// The model: an alias of the gateway (`[models.NAME]`), else the vendor's own name or id.
    #[field(min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// The freedom with which the model chooses its words; 0 is least.
    #[field(min = 0.0, max = 2.0)]
    pub temperature: Option<f64>,
}
