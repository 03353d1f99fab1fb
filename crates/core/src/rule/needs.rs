//! Fields that a vendor accepts only together with another field.

use serde_json::Value;

use crate::{
    model::Leaf,
    rule::{Encoder, Mapping, document_path},
};

impl Encoder<'_> {
    /// Returns the reason why a value cannot be sent, if its field needs another vendor field and that field has no
    /// value after the write. The field's default can be sent without the other field.
    pub(super) fn unmet_need<T: Leaf>(&self, mapping: &Mapping<T>, wire: &Value) -> Option<&'static str> {
        let (other, why) = mapping.needs.filter(|_| Some(wire) != mapping.default.as_deref())?;
        (!self.filled.contains(&other)).then_some(why)
    }

    /// Returns true if the write clears the other vendor field that a field needs.
    pub(super) fn clears_need<T: Leaf>(&self, mapping: &Mapping<T>) -> bool {
        mapping
            .needs
            .is_some_and(|(other, _)| document_path::get(&self.body, other).is_some_and(Value::is_null))
    }
}
