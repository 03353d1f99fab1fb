//! The analysis of a call after it has ended.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use switchboard_core_derive::Fields;
use utoipa::{
    ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, RefOr, Schema, Type},
};

use crate::{
    error::Violation,
    model::{
        Component, Leaf,
        leaf::{lengths, wrong},
        schema,
    },
};

/// The maximum number of characters of a criterion's name.
const MAX_NAME: usize = 255;

/// The maximum number of characters of a criterion's prompt.
const MAX_PROMPT: usize = 10_000;

/// The maximum number of choices of a data point.
const MAX_CHOICES: usize = 100;

/// The analysis of a call after its end.
#[derive(Debug, Clone, Default, PartialEq, Fields)]
pub struct Analysis {
    /// If true, the vendor evaluates the result of a call.
    pub evaluate: Option<bool>,
    /// The criteria by which the vendor evaluates the result of a call. Each criterion counts the call as a success or
    /// as a failure. An update replaces the whole list.
    #[field(max_items = 50)]
    pub criteria: Option<Vec<Criterion>>,
    /// If true, the vendor recognizes emotions in the other party's voice.
    pub emotions: Option<bool>,
    /// The instructions for the summary of a call.
    #[field(max_len = 100_000)]
    pub summary_prompt: Option<String>,
    /// The instructions for determining the outcome of a call.
    #[field(max_len = 100_000)]
    pub outcome_prompt: Option<String>,
    /// The instructions for assessing the sentiment of a call. If one member changes, the gateway sends all members to
    /// the vendor.
    pub sentiment: Option<Sentiment>,
    /// The data points that the vendor extracts from the conversation. An update replaces the whole list.
    #[field(max_items = 100)]
    pub extraction: Option<Vec<Extraction>>,
}

/// A criterion by which the vendor evaluates the result of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The name of the criterion in the result.
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    /// The condition under which the call is a success by this criterion, for the model that evaluates the call.
    #[schema(min_length = 1, max_length = 10_000)]
    pub prompt: String,
}

/// The instructions for assessing the sentiment of a call.
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
    /// The only values that the data point can have. The function `choices` has the published description.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(schema_with = choices)]
    pub choices: Option<Vec<String>>,
}

/// Builds the schema of the choices of a data point.
fn choices() -> RefOr<Schema> {
    let item = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1));
    let about = "The only values that the data point can have, without duplicates. Only a data point of the type `string` can have \
        choices.";
    ArrayBuilder::new()
        .items(item)
        .min_items(Some(1))
        .max_items(Some(MAX_CHOICES))
        .unique_items(true)
        .description(Some(about))
        .build()
        .into()
}

/// The type of an extracted data point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExtractedType {
    /// A string.
    String,
    /// A number.
    Number,
    /// A whole number.
    Integer,
    /// True or false.
    Boolean,
}

impl Leaf for Sentiment {
    fn schema() -> RefOr<Schema> {
        schema::reference("Sentiment")
    }
    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }
}

impl Leaf for Criterion {
    fn schema() -> RefOr<Schema> {
        schema::reference("Criterion")
    }
    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }
    fn violations(&self, at: &str) -> Vec<Violation> {
        lengths(at, [("name", self.name.as_str(), MAX_NAME), ("prompt", self.prompt.as_str(), MAX_PROMPT)])
    }
}

impl Leaf for Extraction {
    fn schema() -> RefOr<Schema> {
        schema::reference("Extraction")
    }
    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }
    fn violations(&self, at: &str) -> Vec<Violation> {
        self.wrong_choices().map(|detail| wrong(at, "choices", detail)).unwrap_or_default()
    }
}

impl Extraction {
    /// Checks the choices. Returns a description of the first violation.
    fn wrong_choices(&self) -> Option<&'static str> {
        let choices = self.choices.as_ref()?;
        let distinct: BTreeSet<_> = choices.iter().collect();
        match choices {
            _ if self.r#type != ExtractedType::String => Some("is for the type string only"),
            _ if choices.is_empty() => Some("must not be empty; omit it, or send null"),
            _ if choices.len() > MAX_CHOICES => Some("must have at most 100 items"),
            _ if choices.iter().any(String::is_empty) => Some("must not have an empty item"),
            _ if distinct.len() < choices.len() => Some("must not have the same item twice"),
            _ => None,
        }
    }
}
