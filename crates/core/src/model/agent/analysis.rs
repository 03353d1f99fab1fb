//! The analysis of a call after it has ended.

use serde::{Deserialize, Serialize};
use switchboard_core_derive::Fields;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::model::{Component, Leaf};

/// The analysis after a call.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Analysis {
    /// True lets the vendor judge the result of a call.
    pub evaluate: Option<bool>,
    /// True recognizes emotions in the other side's voice.
    pub emotions: Option<bool>,
    /// The instructions for the summary of a call.
    #[field(max_len = 100_000)]
    pub summary_prompt: Option<String>,
    /// The instructions for the name of a call's outcome.
    #[field(max_len = 100_000)]
    pub outcome_prompt: Option<String>,
    /// The assessment of a call's mood. Changed and sent as a whole.
    pub sentiment: Option<Sentiment>,
    /// The facts that are taken from the conversation, by name. Changed and sent as a whole.
    #[field(max_items = 100)]
    pub extraction: Option<Vec<Extraction>>,
}

/// The assessment of a call's mood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentiment {
    /// The question that is asked of every call.
    pub general: String,
    /// The signs of a positive call.
    pub positive: String,
    /// The signs of a negative call.
    pub negative: String,
    /// The signs of a neutral call.
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
    /// The meaning of the fact, for the model that looks for it.
    pub description: String,
}

/// The type of an extracted value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtractedType {
    /// String.
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
