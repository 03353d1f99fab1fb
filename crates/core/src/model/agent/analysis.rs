//! The analysis of a call after it has ended.

use serde::{Deserialize, Serialize};
use switchboard_core_derive::Fields;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Ref, RefOr, Schema},
};

use crate::model::{Component, Leaf};

/// The analysis of a call after its end.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Analysis {
    /// If true, the vendor evaluates the result of a call.
    pub evaluate: Option<bool>,
    /// If true, the vendor recognizes emotions in the other party's voice.
    pub emotions: Option<bool>,
    /// The instructions for the summary of a call.
    #[field(max_len = 100_000)]
    pub summary_prompt: Option<String>,
    /// The instructions for determining the outcome of a call.
    #[field(max_len = 100_000)]
    pub outcome_prompt: Option<String>,
    /// The criteria for assessing the sentiment of a call. The gateway always sends all criteria together.
    pub sentiment: Option<Sentiment>,
    /// The data points that the vendor extracts from the conversation. An update replaces the whole list.
    #[field(max_items = 100)]
    pub extraction: Option<Vec<Extraction>>,
}

/// The criteria for assessing the sentiment of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentiment {
    /// The instructions for the assessment of every call.
    pub general: String,
    /// The signs of a positive call.
    pub positive: String,
    /// The signs of a negative call.
    pub negative: String,
    /// The signs of a neutral call.
    pub neutral: String,
}

/// A data point that the vendor extracts from the conversation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Extraction {
    /// The name of the data point in the result.
    pub name: String,
    /// The type of the data point.
    pub r#type: ExtractedType,
    /// The meaning of the data point, for the model that extracts it.
    pub description: String,
}

/// The type of an extracted data point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtractedType {
    /// A string.
    String,
    /// A number.
    Number,
    /// True or false.
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
