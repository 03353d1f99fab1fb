//! Limits on the values of a field that depend on another vendor field.

use std::ops::RangeInclusive;

use serde_json::Value;

use crate::rule::Domain;

/// The maximum number of values that a description lists.
const MAX_DESCRIBED: usize = 20;

/// A condition on the value of another vendor field.
pub(crate) struct FieldCondition {
    /// The path of the other field.
    pub path: &'static str,
    pub accepted: Accepted,
}

/// The values of another vendor field for which a condition holds. A field without a value counts as null. One value, or a
/// list of values, stands for itself.
pub enum Accepted {
    /// One of these values.
    Values(Vec<Value>),
    /// Every value other than this one, also no value.
    Except(Value),
    /// Every string that starts with this text.
    StartingWith(&'static str),
}

/// Accepts every value other than this one, also no value.
pub fn other_than(value: impl Into<Value>) -> Accepted {
    Accepted::Except(value.into())
}

/// Accepts every string that starts with this text.
pub fn starting_with(text: &'static str) -> Accepted {
    Accepted::StartingWith(text)
}

impl From<Value> for Accepted {
    fn from(value: Value) -> Self {
        Self::Values(vec![value])
    }
}

impl<const N: usize> From<[Value; N]> for Accepted {
    fn from(values: [Value; N]) -> Self {
        Self::Values(values.into())
    }
}

impl From<&[&str]> for Accepted {
    fn from(values: &[&str]) -> Self {
        Self::Values(values.iter().map(|value| Value::from(*value)).collect())
    }
}

impl<const N: usize> From<[&str; N]> for Accepted {
    fn from(values: [&str; N]) -> Self {
        values.as_slice().into()
    }
}

impl FieldCondition {
    /// Builds the condition that the vendor field at `path` has one of the accepted values.
    pub fn new(path: &'static str, accepted: impl Into<Accepted>) -> Self {
        Self { path, accepted: accepted.into() }
    }

    /// Returns true if the condition holds while the other field has this value; null stands for no value.
    pub fn accepts(&self, value: &Value) -> bool {
        match &self.accepted {
            Accepted::Values(values) => values.contains(value),
            Accepted::Except(other) => value != other,
            Accepted::StartingWith(start) => value.as_str().is_some_and(|text| text.starts_with(start)),
        }
    }
}

/// The ranges of a number, in normalized units, for each value of another vendor field.
pub(crate) struct Ranges {
    /// The path of the other field.
    pub path: &'static str,
    /// The values of the other field, with the range that each allows.
    pub by_value: Vec<(&'static str, RangeInclusive<f64>)>,
}

/// The wire values of a field that a vendor accepts, for each value of another vendor field.
pub(crate) struct Choices {
    /// The path of the other field.
    pub path: &'static str,
    /// The values of the other field, with the values that each allows.
    pub by_value: &'static [(&'static str, &'static [&'static str])],
    /// The accepted values if `by_value` does not list the value of the other field.
    pub otherwise: &'static [&'static str],
}

impl Choices {
    /// Returns the values that the vendor accepts if the other field has the value `other`.
    pub fn beside(&self, other: &str) -> &'static [&'static str] {
        let listed = self.by_value.iter().find(|(value, _)| *value == other);
        listed.map_or(self.otherwise, |(_, choices)| *choices)
    }

    /// Describes the values that each value of the other field allows. If the other field has many values, names only
    /// its path.
    pub fn note(&self) -> String {
        if self.by_value.len() > MAX_DESCRIBED {
            return format!("The values depend on {}.", self.path);
        }
        let listed = self.by_value.iter();
        let listed = listed.map(|(value, choices)| format!("{} for {value}; ", enumeration(choices)));
        let otherwise = enumeration(self.otherwise);
        format!("The values depend on {}: {}{otherwise} otherwise.", self.path, listed.collect::<String>())
    }
}

/// Lists the first values, and counts the others.
pub(crate) fn enumeration(values: &[&str]) -> String {
    match values.split_at_checked(MAX_DESCRIBED) {
        Some((first, [_, ..])) => {
            format!("{} and {} more", first.join(", "), values.len() - MAX_DESCRIBED)
        }
        _ if values.is_empty() => "none".to_owned(),
        _ => values.join(", "),
    }
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
