//! The classification of a call's sentiment.

use serde::{Deserialize, Serialize};
use switchboard_core::prelude::*;

/// The vendor's four prompts. The documentation does not state whether a prompt may be missing.
#[derive(Serialize, Deserialize)]
pub struct Prompts {
    general_prompt: Option<String>,
    positive_prompt: Option<String>,
    negative_prompt: Option<String>,
    neutral_prompt: Option<String>,
}

/// Converts a sentiment to the vendor's prompts.
pub fn write_sentiment(sentiment: &Sentiment, _: &Translation<'_>) -> Result<Prompts, Refusal> {
    Ok(Prompts {
        general_prompt: Some(sentiment.general.clone()),
        positive_prompt: Some(sentiment.positive.clone()),
        negative_prompt: Some(sentiment.negative.clone()),
        neutral_prompt: Some(sentiment.neutral.clone()),
    })
}

/// Converts the vendor's prompts to a sentiment. A missing prompt becomes an empty string.
pub fn read_sentiment(prompts: Prompts, _: &Facts) -> Option<Sentiment> {
    Some(Sentiment {
        general: prompts.general_prompt.unwrap_or_default(),
        positive: prompts.positive_prompt.unwrap_or_default(),
        negative: prompts.negative_prompt.unwrap_or_default(),
        neutral: prompts.neutral_prompt.unwrap_or_default(),
    })
}
