//! The vendor's analysis of a call.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::longest::{keep_greater, keep_longer, keep_longer_value};

/// The vendor's analysis of a call. Members are null if they are not known.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CallAnalysis {
    /// True if the vendor considers the call a success.
    pub success: Option<bool>,
    /// The summary of the call.
    pub summary: Option<String>,
    /// The sentiment of the other party, in the vendor's words.
    pub sentiment: Option<String>,
    /// The values that the vendor extracted from the call, by name.
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
}

impl CallAnalysis {
    /// Returns true if no member has a value.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds another analysis of the same call. Of two strings or extracted values, the longer one applies. A success
    /// overrides a failure.
    pub(super) fn fold(&mut self, seen: &Self) {
        keep_greater(&mut self.success, seen.success.as_ref());
        keep_longer(&mut self.summary, seen.summary.as_ref());
        keep_longer(&mut self.sentiment, seen.sentiment.as_ref());
        for (name, value) in seen.values.iter().filter(|(_, value)| !value.is_null()) {
            keep_longer_value(self.values.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// The analysis describes what a person said, so `Debug` shows only which members have a value.
impl fmt::Debug for CallAnalysis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallAnalysis")
            .field("success", &self.success)
            .field("has_summary", &self.summary.is_some())
            .field("has_sentiment", &self.sentiment.is_some())
            .field("values", &self.values.len())
            .finish()
    }
}
