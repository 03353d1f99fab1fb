//! Speech recognition, and the pronunciation of words.

use serde::{Deserialize, Serialize};
use switchboard_core_derive::Fields;
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::Violation,
    model::{
        Component, Described, Leaf,
        leaf::{lengths, or_default},
        schema,
    },
};

/// The maximum number of characters of a word or phrase, and of its pronunciation.
const MAX_LEN: usize = 255;

/// The transcription of the other party's speech.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Transcription {
    /// The provider that transcribes speech.
    #[field(min_len = 1, max_len = 255)]
    pub provider: Option<String>,
    /// The model that transcribes speech.
    #[field(min_len = 1, max_len = 255)]
    pub model: Option<String>,
    /// Words and phrases that the other party is likely to say, such as product names. The provider recognizes them
    /// more reliably. An update replaces the whole list.
    #[field(max_items = 100)]
    pub keywords: Option<Vec<String>>,
}

/// The pronunciation of a word or phrase by the agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pronunciation {
    /// The word or phrase, as it is spelled in prompts and messages.
    #[schema(min_length = 1, max_length = 255)]
    pub text: String,
    /// The pronunciation, in the form that `alphabet` names.
    #[schema(min_length = 1, max_length = 255)]
    pub say: String,
    /// The form of the pronunciation. `alias` if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub alphabet: Alphabet,
}

/// The form of a pronunciation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Alphabet {
    /// Other words that are read out instead, such as `sequel` for `SQL`.
    #[default]
    Alias,
    /// Sounds in the International Phonetic Alphabet.
    Ipa,
}

impl Leaf for Pronunciation {
    fn schema() -> RefOr<Schema> {
        schema::reference("Pronunciation")
    }

    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }

    fn violations(&self, at: &str) -> Vec<Violation> {
        lengths(at, [("text", self.text.as_str(), MAX_LEN), ("say", self.say.as_str(), MAX_LEN)])
    }
}
