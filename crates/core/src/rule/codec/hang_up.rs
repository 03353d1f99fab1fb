//! The codec for the agent's ability to hang up, at a vendor that stores only the instructions for it.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::HangUp,
    rule::{Codec, Domain, Encoded, Refusal, Translation},
};

/// Builds a codec that writes the ability to hang up as its instructions, which `instructions` converts. If there are
/// no instructions, the codec reports the ability as unsupported.
pub fn hang_up_instructions(instructions: impl Codec<String>) -> impl Codec<HangUp> {
    HangUpInstructions(instructions)
}

struct HangUpInstructions<C>(C);

impl<C: Codec<String>> Codec<HangUp> for HangUpInstructions<C> {
    fn encode(&self, value: &HangUp, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        match &value.instructions {
            Some(instructions) => self.0.encode(instructions, with),
            None => Err(Refusal::Unsupported("the vendor requires instructions for hanging up.".to_owned())),
        }
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<HangUp> {
        Some(HangUp { instructions: Some(self.0.decode(wire, facts)?) })
    }
    fn lacks(&self, wire: &Value) -> bool {
        self.0.lacks(wire) || wire == ""
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
    fn conversion(&self) -> Option<String> {
        let limit = match self.0.domain() {
            Domain::Text { max_length: Some(max) } => format!(" of at most {max} characters"),
            _ => String::new(),
        };
        Some(format!("instructions{limit}, which the vendor requires"))
    }
}
