//! How the agent sounds and thinks.

use switchboard_core_derive::Fields;

use crate::{Engine, Gender};

/// How the agent sounds.
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
    /// Who synthesizes the voice.
    #[field(min_len = 1, max_len = 255)]
    pub provider: Option<String>,
    /// The synthesizer's model.
    #[field(min_len = 1, max_len = 255)]
    pub model: Option<String>,
    /// Speaking rate; 1 is normal.
    #[field(min = 0.25, max = 4.0)]
    pub speed: Option<f64>,
    /// How even the voice is; 0 is most expressive, 1 is most even.
    #[field(min = 0.0, max = 1.0)]
    pub stability: Option<f64>,
    /// How close to the original voice.
    #[field(min = 0.0, max = 1.0)]
    pub similarity: Option<f64>,
    /// How much of the original speaker's style is exaggerated.
    #[field(min = 0.0, max = 1.0)]
    pub style: Option<f64>,
    /// Whether likeness to the original speaker is boosted.
    pub speaker_boost: Option<bool>,
}

/// What the agent thinks with.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Model {
    /// How speech, thought and speech are put together.
    pub engine: Option<Engine>,
    /// The model: an alias of the gateway (`[models.NAME]`), else the vendor's own name or id.
    #[field(min_len = 1, max_len = 255)]
    pub name: Option<String>,
    /// How freely the model chooses its words; 0 is least.
    #[field(min = 0.0, max = 2.0)]
    pub temperature: Option<f64>,
}
