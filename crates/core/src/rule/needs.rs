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

    /// Returns true if the wire value of a field must change because the write changes the other vendor field that the
    /// field needs: the write clears that field, or gives it its first value.
    pub(super) fn changes_need<T: Leaf>(&self, mapping: &Mapping<T>) -> bool {
        mapping.needs.filter(|_| mapping.without_need.is_some()).is_some_and(|(other, _)| {
            let has_value = |document| document_path::get(document, other).map(|value| !value.is_null());
            // If the state was not observed, the plan asks for it.
            let had_value = self.observed.map(|observed| has_value(observed) == Some(true));
            has_value(&self.body).is_some_and(|has_value| had_value != Some(has_value))
        })
    }

    /// Returns true if the write clears the other vendor field that a field needs.
    pub(super) fn clears_need<T: Leaf>(&self, mapping: &Mapping<T>) -> bool {
        mapping
            .needs
            .is_some_and(|(other, _)| document_path::get(&self.body, other).is_some_and(Value::is_null))
    }
}
