//! The transfers of a call to a person.

use serde::{Deserialize, Serialize};
use utoipa::{
    ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::Violation,
    model::{
        Component, Described, Leaf, PhoneNumber,
        leaf::{lengths, or_default},
        schema,
    },
};

/// The maximum number of characters of a condition or a message.
const MAX_LEN: usize = 10_000;

/// A transfer of calls to the phone number of a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The phone number of the person to whom calls are transferred, in E.164 form.
    #[schema(value_type = String, pattern = r"^\+[1-9][0-9]{6,14}$")]
    pub phone_number: PhoneNumber,
    /// The situations in which the agent transfers the call. If omitted, `prompt.instructions` can state them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 10_000)]
    pub condition: Option<String>,
    /// The kind of transfer. `cold` if omitted or null.
    #[serde(default, deserialize_with = "or_default")]
    pub mode: TransferMode,
    /// The sentence that the agent says to the other party before the transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 10_000)]
    pub message: Option<String>,
}

/// The kind of a transfer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum TransferMode {
    /// The call is connected without an announcement to the person.
    #[default]
    Cold,
    /// The agent first tells the person about the call.
    Warm,
}

impl Transfer {
    /// Creates a cold transfer to a phone number, without a condition or a message.
    pub fn to(phone_number: PhoneNumber) -> Self {
        Self { phone_number, condition: None, mode: TransferMode::Cold, message: None }
    }
}

impl Leaf for Transfer {
    fn schema() -> RefOr<Schema> {
        schema::reference("Transfer")
    }

    fn components(out: &mut Vec<Component>) {
        schema::component::<Self>(out);
    }

    fn violations(&self, at: &str) -> Vec<Violation> {
        let texts = [("condition", &self.condition), ("message", &self.message)];
        lengths(at, texts.into_iter().filter_map(|(name, text)| Some((name, text.as_deref()?, MAX_LEN))))
    }
}
