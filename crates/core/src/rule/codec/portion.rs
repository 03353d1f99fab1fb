//! Codecs for fields that share a vendor value, built from functions.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::Leaf,
    rule::{Codec, Domain, Encoded, Loss, Refusal, Translation},
};

/// A codec for a field that is stored in some items of a vendor list. It is used in a [`facet`](crate::rule::facet()):
/// other items of the list may hold other fields, and a write preserves them.
pub struct ListPortion<T> {
    /// Writes a value to the list, and returns the loss, if any.
    pub write: fn(&T, &mut Vec<Value>) -> Result<Option<Loss>, Refusal>,
    /// Reads a value: `Some(None)` if the list has none, and `None` if its items cannot be read.
    pub read: fn(&[Value]) -> Option<Option<T>>,
    /// Removes the field's items, and nothing else, from the list.
    pub clear: fn(&mut Vec<Value>),
    /// The values that the vendor accepts.
    pub domain: fn() -> Domain,
}

/// A codec for a [`facet`](crate::rule::facet()) whose vendor value is shared by several fields or has several forms.
pub struct ValuePortion<T> {
    /// Returns the vendor value with the field's value added. The second argument is the previous vendor value.
    pub write: fn(&T, &Value) -> Result<Encoded, Refusal>,
    /// Reads a value: `Some(None)` if there is none, and `None` if the vendor value cannot be read.
    pub read: fn(&Value) -> Option<Option<T>>,
    /// Returns the vendor value without the field; `None` if the field has no value to remove.
    pub rest: fn(&Value) -> Option<Value>,
    /// The values that the vendor accepts.
    pub domain: fn() -> Domain,
}

/// Reads a value, or returns `Some(None)` if the wire value is null, for [`ValuePortion::read`].
pub fn unless_null<'w, T>(wire: &'w Value, read: impl FnOnce(&'w Value) -> Option<T>) -> Option<Option<T>> {
    if wire.is_null() { Some(None) } else { read(wire).map(Some) }
}

fn items(wire: &Value) -> &[Value] {
    wire.as_array().map(Vec::as_slice).unwrap_or_default()
}

impl<T: Leaf> Codec<T> for ListPortion<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut list = items(with.held).to_vec();
        let loss = (self.write)(value, &mut list)?;
        Ok(Encoded { wire: Value::Array(list), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        (self.read)(items(wire))?
    }
    fn value_in(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        (wire.is_null() || wire.is_array()) && matches!((self.read)(items(wire)), Some(None))
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        let mut list = items(held).to_vec();
        (self.clear)(&mut list);
        Some(if list.is_empty() { Value::Null } else { Value::Array(list) })
    }
    fn domain(&self) -> Domain {
        (self.domain)()
    }
}

impl<T: Leaf> Codec<T> for ValuePortion<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        (self.write)(value, with.held)
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        (self.read)(wire)?
    }
    fn value_in(&self, wire: &Value, facts: &Facts) -> Option<T> {
        self.decode(wire, facts)
    }
    fn lacks(&self, wire: &Value) -> bool {
        matches!((self.read)(wire), Some(None))
    }
    fn rest(&self, held: &Value) -> Option<Value> {
        (self.rest)(held)
    }
    fn domain(&self) -> Domain {
        (self.domain)()
    }
}
