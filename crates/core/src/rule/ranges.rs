//! Ranges of a number, and choices of a value, that depend on another vendor field.

use serde_json::Value;

use crate::{
    model::{Leaf, Measure},
    rule::{Encoder, Mapping, limits::enumeration},
};

impl Encoder<'_> {
    /// Returns the reason why a number cannot be sent together with the other field's value. Returns `None` if the
    /// number can be sent. Also returns `None` if the value of the other field is not known: the vendor merges, and
    /// neither the body nor the observed state has that field.
    pub(super) fn outside_range<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Option<String> {
        let ranges = mapping.ranges.as_ref()?;
        let Measure::Number(number) = value.measure() else { return None };
        let other =
            self.other_beside(mapping, ranges.path)?.and_then(|other| other.as_str()).unwrap_or_default();
        match ranges.by_value.iter().find(|(value, _)| *value == other) {
            Some((_, range)) if range.contains(&number) => None,
            _ => Some(ranges.note()),
        }
    }

    /// Returns the reason why the vendor does not accept a wire value together with the other field's value. Returns
    /// `None` if the vendor accepts the wire value. Also returns `None` if the other field's value is not known, as in
    /// [`Self::outside_range`].
    pub(super) fn outside_choices<T: Leaf>(&self, mapping: &Mapping<T>, wire: &Value) -> Option<String> {
        let choices = mapping.choices.as_ref()?;
        let other =
            self.other_beside(mapping, choices.path)?.and_then(|other| other.as_str()).unwrap_or_default();
        let accepted = choices.beside(other);
        let why = || format!("together with {other:?}, the vendor accepts only {}.", enumeration(accepted));
        (!accepted.iter().any(|choice| wire == choice)).then(why)
    }
}
