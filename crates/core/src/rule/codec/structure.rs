//! Codecs for structured values.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    facts::Facts,
    model::AnyObject,
    rule::{Codec, Domain, Encoded, Refusal, Translation},
};

/// Builds a codec for a structured value, which `write` and `read` convert to and from the wire type `W`.
pub fn structured<T: 'static, W: Serialize + DeserializeOwned + 'static>(
    write: fn(&T, &Translation<'_>) -> Result<W, Refusal>,
    read: fn(W, &Facts) -> Option<T>,
) -> impl Codec<T> {
    Structured { write, read }
}

struct Structured<T, W> {
    write: fn(&T, &Translation<'_>) -> Result<W, Refusal>,
    read: fn(W, &Facts) -> Option<T>,
}

impl<T, W: Serialize + DeserializeOwned> Codec<T> for Structured<T, W> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let wire = (self.write)(value, with)?;
        serde_json::to_value(wire).map(Into::into).map_err(|error| Refusal::Refused(error.to_string()))
    }
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T> {
        (self.read)(W::deserialize(wire).ok()?, facts)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}

/// Builds a codec that sends a JSON object unchanged.
pub fn object() -> impl Codec<AnyObject> {
    Object
}

struct Object;

impl Codec<AnyObject> for Object {
    fn encode(&self, value: &AnyObject, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(Value::Object(value.0.clone()).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<AnyObject> {
        wire.as_object().cloned().map(AnyObject)
    }
    fn domain(&self) -> Domain {
        Domain::Structure
    }
}
