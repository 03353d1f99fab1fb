//! What is worked out after a call.

use serde::{Deserialize, Serialize};
use switchboard_core_derive::Fields;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::{Component, Leaf};

/// What is worked out after a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Analysis {
    /// Whether the vendor judges how the call went.
    pub evaluate: Option<bool>,
    /// Whether emotions in the other side's voice are recognized.
    pub emotions: Option<bool>,
    /// How the call is to be summed up.
    #[field(max_len = 100_000)]
    pub summary_prompt: Option<String>,
    /// How the call's outcome is to be named.
    #[field(max_len = 100_000)]
    pub outcome_prompt: Option<String>,
    /// How the call's mood is told. Changed and sent as a whole.
    pub sentiment: Option<Sentiment>,
    /// What is taken from the conversation, by name. Changed and sent as a whole.
    #[field(max_items = 100)]
    pub extraction: Option<Vec<Extraction>>,
}

/// How the mood of a call is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentiment {
    /// What is asked of every call.
    pub general: String,
    /// What makes a call positive.
    pub positive: String,
    /// What makes a call negative.
    pub negative: String,
    /// What makes a call neutral.
    pub neutral: String,
}

/// Something to take from the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extraction {
    /// Its name in the result.
    pub name: String,
    /// Its type.
    pub r#type: ExtractedType,
    /// What it is, for the model that takes it out.
    pub description: String,
}

/// The type of an extracted value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtractedType {
    /// A text.
    String,
    /// A number.
    Number,
    /// Yes or no.
    Boolean,
}

macro_rules! referred {
    ($($name:ident),*) => { $(
        impl Leaf for $name {
            fn schema() -> RefOr<Schema> {
                Ref::from_schema_name(stringify!($name)).into()
            }
            fn components(out: &mut Vec<Component>) {
                out.push((stringify!($name).to_owned(), <Self as PartialSchema>::schema()));
                <Self as ToSchema>::schemas(out);
            }
        }
    )* };
}
referred!(Sentiment, Extraction);
