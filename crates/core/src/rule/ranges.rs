//! Ranges of a number that depend on another vendor field.

use std::ops::RangeInclusive;

use crate::{
    model::{Leaf, Measure},
    rule::{Domain, Encoder, Mapping},
};

/// The ranges of a number, in normalized units, for each value of another vendor field.
pub(crate) struct Ranges {
    /// The path of the other field.
    pub path: &'static str,
    /// The values of the other field, with the range that each allows.
    pub by_value: Vec<(&'static str, RangeInclusive<f64>)>,
}

impl Ranges {
    /// Returns the range from the smallest to the largest number that any value of the other field
    /// allows.
    pub fn domain(&self, step: Option<f64>) -> Domain {
        let ends =
            |end: fn(&RangeInclusive<f64>) -> f64| self.by_value.iter().map(move |(_, range)| end(range));
        let (min, max) = (ends(|range| *range.start()), ends(|range| *range.end()));
        Domain::Number { min: min.reduce(f64::min), max: max.reduce(f64::max), step }
    }

    /// Describes the range that each value of the other field allows.
    pub fn note(&self) -> String {
        let ranges = self.by_value.iter();
        let ranges: Vec<_> = ranges
            .map(|(value, range)| format!("{} to {} for {value}", range.start(), range.end()))
            .collect();
        format!("The range depends on {}: {}.", self.path, ranges.join(", "))
    }
}

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
