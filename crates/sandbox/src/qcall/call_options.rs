//! The options for the behaviour of calls. The vendor documents little of this behaviour.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::calls::Order;

#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct CallOptions {
    /// The milliseconds until lists show a new call.
    pub list_lag_ms: u64,
    pub order: Order,
    pub dial_answers_id: DialAnswer,
    pub call_rows: CallRows,
    pub created_at: CreatedAt,
    pub transcribe: Transcribe,
}

/// The content of the rows in the answer to a request that places calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum DialAnswer {
    /// Each row has `call_sid`.
    #[default]
    Id,
    /// No row has `call_sid`.
    NoId,
    /// `call_sid` is empty.
    Empty,
    /// The answer has a message but no rows.
    NoRows,
}

impl Serialize for DialAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Id => serializer.serialize_bool(true),
            Self::NoId => serializer.serialize_bool(false),
            Self::Empty => serializer.serialize_str("empty"),
            Self::NoRows => serializer.serialize_str("no_rows"),
        }
    }
}

impl<'de> Deserialize<'de> for DialAnswer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Bool(true) => Ok(Self::Id),
            Value::Bool(false) => Ok(Self::NoId),
            Value::String(text) if text == "empty" => Ok(Self::Empty),
            Value::String(text) if text == "no_rows" => Ok(Self::NoRows),
            _ => Err(serde::de::Error::custom("dial_answers_id is true, false, empty or no_rows")),
        }
    }
}

/// The members of a row in the list of calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CallRows {
    /// The members that the vendor's MCP client reads.
    #[default]
    Client,
    /// The same members, and those of the request that placed the call (published specification).
    Echo,
}

/// The format of `created_at`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CreatedAt {
    /// ISO 8601 with `Z`.
    #[default]
    Utc,
    /// ISO 8601 with the offset `+05:30`.
    Offset,
    /// `YYYY-MM-DD HH:MM:SS`, in the time zone with the offset `+05:30`.
    LocalWithoutOffset,
    Absent,
}

/// The format of `call_transcribe`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Transcribe {
    /// Lines: `assistant: …` and `user: …`.
    #[default]
    Text,
    /// A list of `{role, content}`.
    Json,
}
