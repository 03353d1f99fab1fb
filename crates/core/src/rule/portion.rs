//! The fields that a write has put into a shared value.

use serde_json::Value;

use crate::{
    facts::Facts,
    model::{Essential, Leaf},
    rule::{Codec, Encoded, encode::json as plain},
};

/// A field that was written to a shared value, with the data to detect that a later field removed it.
pub(crate) struct Portion<'a> {
    pub path: &'static str,
    /// The field, as a JSON pointer.
    pub field: String,
    pub essential: Essential,
    pub note: Option<&'static str>,
    pub value: Box<dyn PortionValue + 'a>,
}

/// The value of one field in a shared value.
pub(crate) trait PortionValue {
    /// Returns the requested value.
    fn requested(&self) -> Value;

    /// Stores the field's value in the shared value, if none is stored yet. The caller calls this before another field
    /// changes the shared value.
    fn store_written(&mut self, shared: &Value, facts: &Facts);

    /// Returns true if the field has another value in the shared value than the stored one.
    fn is_lost(&self, shared: &Value, facts: &Facts) -> bool;

    /// Returns the field's value in the shared value if it is a list with items.
    fn items_in(&self, shared: &Value, facts: &Facts) -> Option<Value>;

    /// Returns the value to send instead of the shared value, with the loss of the field.
    fn completed(&self, shared: &Value) -> Option<Encoded>;
}

/// The value of a field with a codec.
pub(super) struct CodedValue<'a, T> {
    codec: &'a dyn Codec<T>,
    requested: &'a T,
    /// The value that the shared value had after the field was written. `None` if it is not stored yet.
    written: Option<Option<T>>,
}

impl<'a, T: Leaf> CodedValue<'a, T> {
    pub fn new(codec: &'a dyn Codec<T>, requested: &'a T) -> Self {
        Self { codec, requested, written: None }
    }
}

impl<T: Leaf> PortionValue for CodedValue<'_, T> {
    fn requested(&self) -> Value {
        plain(self.requested)
    }

    fn store_written(&mut self, shared: &Value, facts: &Facts) {
        if self.written.is_none() {
            self.written = Some(self.codec.value_in(shared, facts));
        }
    }

    fn is_lost(&self, shared: &Value, facts: &Facts) -> bool {
        self.written.as_ref().is_some_and(|written| *written != self.codec.value_in(shared, facts))
    }

    fn items_in(&self, shared: &Value, facts: &Facts) -> Option<Value> {
        let value = self.codec.value_in(shared, facts).as_ref().map(plain);
        value.filter(|value| value.as_array().is_some_and(|items| !items.is_empty()))
    }

    fn completed(&self, shared: &Value) -> Option<Encoded> {
        self.codec.completed(shared)
    }
}
