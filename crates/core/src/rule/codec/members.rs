//! A codec for a field that is stored in some members of a vendor object.

use serde_json::{Map, Value};

use crate::{
    facts::Facts,
    model::Leaf,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation},
};

/// A function that writes a value to an object, and returns the loss, if any.
type WriteMembers<T> = fn(&T, &mut Map<String, Value>) -> Result<Option<Loss>, Refusal>;

/// A function that reads a value. It returns `Some(None)` if the object has no value, and `None` if the object cannot
/// be read.
type ReadMembers<T> = fn(&Map<String, Value>) -> Option<Option<T>>;

/// Builds a codec for a field that is stored in some members of a vendor object. It is used in a
/// [`facet`](crate::rule::facet()): other members may store other fields, so a write preserves them. `domain` returns
/// the accepted values.
pub fn members<T: Leaf>(
    write: WriteMembers<T>,
    read: ReadMembers<T>,
    domain: fn() -> Domain,
) -> impl Codec<T> {
    Members { write, read, domain }
}

struct Members<T> {
    write: WriteMembers<T>,
    read: ReadMembers<T>,
    domain: fn() -> Domain,
}

impl<T: Leaf> Codec<T> for Members<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut object = with.held.as_object().cloned().unwrap_or_default();
        let loss = (self.write)(value, &mut object)?;
        Ok(Encoded { wire: Value::Object(object), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        (self.read)(wire.as_object()?)?
    }
    fn value_in(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        wire.as_object().map_or(wire.is_null(), |object| matches!((self.read)(object), Some(None)))
    }
    fn domain(&self) -> Domain {
        (self.domain)()
    }
}
