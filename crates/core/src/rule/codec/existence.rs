//! A codec for a boolean that is true if an object exists, such as a built-in tool of an agent.

use serde_json::{Map, Value};

use crate::{
    facts::Facts,
    rule::{Codec, Domain, Encoded, Refusal, Translation},
};

/// The members of an object that the gateway creates, as (name, string value) pairs.
pub type NewMembers = &'static [(&'static str, &'static str)];

/// A codec for a boolean that is true if the object exists. True keeps an existing object with all its members, and
/// creates a missing one; false removes the object.
pub(crate) struct Existence {
    /// The members of a new object.
    pub new: NewMembers,
}

impl Codec<bool> for Existence {
    fn encode(&self, value: &bool, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let create = || -> Map<String, Value> {
            self.new.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect()
        };
        let existing = || with.observed.and_then(Value::as_object).cloned();
        Ok(if *value { Value::Object(existing().unwrap_or_else(create)) } else { Value::Null }.into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<bool> {
        Some(!wire.is_null())
    }
    fn lacks(&self, _: &Value) -> bool {
        false
    }
    fn domain(&self) -> Domain {
        Domain::Flag
    }
}
