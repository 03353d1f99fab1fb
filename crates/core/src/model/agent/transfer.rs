//! The transfers of a call to a person.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::{Kind, Violation},
    model::{
        Component, Described, Leaf, PhoneNumber,
        leaf::{or_default, parse},
        schema,
        strict_value::StrictValue,
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
    /// The call is connected without a word to the person.
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
        out.push(("Transfer".to_owned(), <Self as PartialSchema>::schema()));
        <Self as ToSchema>::schemas(out);
    }

    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let transfer: Self = parse(StrictValue::new(value), at).map_err(|violation| vec![violation])?;
        let wrong: Vec<_> = [("condition", &transfer.condition), ("message", &transfer.message)]
            .into_iter()
            .filter(|(_, text)| {
                text.as_deref().is_some_and(|text| !(1..=MAX_LEN).contains(&text.chars().count()))
            })
            .map(|(name, _)| {
                let detail = format!("{at}/{name} must have 1 to {MAX_LEN} characters.");
                Violation::at(format!("{at}/{name}"), Kind::ValidationFailed, detail)
            })
            .collect();
        if wrong.is_empty() { Ok(transfer) } else { Err(wrong) }
    }
}
