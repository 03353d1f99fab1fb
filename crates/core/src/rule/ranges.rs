//! Ranges of a number that depend on another vendor field.

use crate::{
    model::{Leaf, Measure},
    rule::{Encoder, Mapping},
};

impl Encoder<'_> {
    /// Returns the reason why a number cannot be sent together with the other field's value. Returns `None`
    /// if the number can be sent. Also returns `None` if neither the body nor the observed state has the
    /// other field and the vendor merges, because the value of that field is then unknown.
    pub(super) fn outside_range<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Option<String> {
        let ranges = mapping.ranges.as_ref()?;
        let Measure::Number(number) = value.measure() else { return None };
        let other = self.other(ranges.path)?.and_then(|other| other.as_str()).unwrap_or_default();
        match ranges.by_value.iter().find(|(value, _)| *value == other) {
            Some((_, range)) if range.contains(&number) => None,
            _ => Some(ranges.note()),
        }
    }
}
