//! The codec for the id of an object that is bound to a record.

use serde_json::{Value, json};

use crate::{
    facts::Facts,
    rule::{BOUND_ID, Codec, Encoded, Refusal, Translation},
};

/// Builds the codec for the id of the only object of a bound part. The codec cannot read a part with several objects,
/// because the field holds only one id.
pub(crate) fn bound_object() -> impl Codec<String> {
    BoundObject
}

struct BoundObject;

impl Codec<String> for BoundObject {
    fn encode(&self, value: &String, _: &Translation<'_>) -> Result<Encoded, Refusal> {
        Ok(json!([{ BOUND_ID: value }]).into())
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<String> {
        let [only] = wire.as_array()?.as_slice() else { return None };
        only.get(BOUND_ID)?.as_str().filter(|id| !id.is_empty()).map(ToOwned::to_owned)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null() || wire.as_array().is_some_and(Vec::is_empty)
    }
}
