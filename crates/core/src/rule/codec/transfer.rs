//! The codec for transfers at a vendor that stores only their phone numbers.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    model::{PhoneNumber, Transfer, TransferMode},
    rule::{Codec, Domain, Encoded, Refusal, Translation},
};

/// Builds a codec that writes a transfer as its phone number. The codec reports a warm transfer, or a transfer with a
/// condition or a message, as unsupported.
pub fn transfer_number() -> impl Codec<Transfer> {
    TransferNumber
}

struct TransferNumber;

impl Codec<Transfer> for TransferNumber {
    fn encode(&self, value: &Transfer, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        let Transfer { phone_number, condition, mode, message } = value;
        let excess: Vec<_> = [
            condition.as_ref().map(|_| "condition"),
            (*mode != TransferMode::Cold).then_some("warm mode"),
            message.as_ref().map(|_| "message"),
        ]
        .into_iter()
        .flatten()
        .collect();
        match excess.as_slice() {
            [] => Ok(json!(phone_number).into()),
            excess => Err(Refusal::Unsupported(format!(
                "the vendor stores only a phone number for a transfer, without {}.",
                excess.join(", ")
            ))),
        }
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<Transfer> {
        PhoneNumber::new(wire.as_str()?).ok().map(Transfer::to)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        Some("a phone number, without condition, message or warm mode".to_owned())
    }
}
