//! A codec for a field that takes some items of a vendor list.

use serde_json::Value;
use switchboard_core::prelude::*;

/// A field that takes some items of a vendor list, for a [`facet`]. Other fields take other items of the same list, and a
/// write preserves the rest.
pub struct Portion<T> {
    /// Writes a value to the list, and returns the change that the conversion made to the value, if any.
    pub write: fn(&T, &mut Vec<Value>) -> Result<Option<Loss>, Refusal>,
    /// Reads a value: `Some(None)` if the list has none, and `None` if its items cannot be read.
    pub read: fn(&[Value]) -> Option<Option<T>>,
    /// Removes the field's items, and nothing else, from the list.
    pub clear: fn(&mut Vec<Value>),
    /// The values that the vendor accepts.
    pub domain: fn() -> Domain,
}

fn items(wire: &Value) -> &[Value] {
    wire.as_array().map(Vec::as_slice).unwrap_or_default()
}

impl<T: Leaf> Codec<T> for Portion<T> {
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal> {
        let mut list = items(with.held).to_vec();
        let loss = (self.write)(value, &mut list)?;
        Ok(Encoded { wire: Value::Array(list), loss })
    }
    fn decode(&self, wire: &Value, _: &Facts) -> Option<T> {
        (self.read)(items(wire))?
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

/// Returns a text member of an item, unless it is empty.
pub fn text<'a>(item: &'a Value, pointer: &str) -> Option<&'a str> {
    item.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty())
}
