//! The properties of one field of a record beside its type.

use serde_json::Value;

/// One leaf of a record: its name, its documentation and its limits, stated once for validation and schema alike.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The JSON member's name.
    pub name: &'static str,
    /// The meaning of the field, from the doc comment.
    pub doc: &'static str,
    /// True if a record requires it.
    pub required: bool,
    /// The condition under which it must not be lost at a vendor.
    pub essential: Essential,
    /// The values it may have.
    pub limits: Limits,
}

/// Condition under which a write that would lose a field is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Essential {
    /// A value may be lost, with a row in the report.
    Never,
    /// A value is never lost: an adapter that cannot carry it refuses the record.
    Always,
    /// The field is never lost while it has this value.
    When(bool),
}

impl Essential {
    /// Returns true if this value must not be lost; `None` is the field being cleared.
    pub fn holds(self, value: Option<&Value>) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::When(flag) => value == Some(&Value::Bool(flag)),
        }
    }
}

/// The values a field may have, in its own unit.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// The smallest number.
    pub min: Option<f64>,
    /// The largest number.
    pub max: Option<f64>,
    /// The fewest characters.
    pub min_len: Option<usize>,
    /// The most characters.
    pub max_len: Option<usize>,
    /// The most items of a list or map.
    pub max_items: Option<usize>,
}

/// The quantity that limits apply to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// No measure.
    None,
    /// A number, in the field's unit.
    Number(f64),
    /// Number of characters of a string.
    Text(usize),
    /// A list or map of so many items.
    Items(usize),
}

impl Limits {
    /// Describes the violation of the limits by something of this measure, as a sentence.
    pub fn check(&self, measure: Measure) -> Option<String> {
        match measure {
            Measure::None => None,
            Measure::Number(n) => match (self.min, self.max) {
                (Some(min), Some(max)) if n < min || n > max => {
                    Some(format!("must be from {min} to {max}, not {n}"))
                }
                (Some(min), None) if n < min => Some(format!("must be at least {min}, not {n}")),
                (None, Some(max)) if n > max => Some(format!("must be at most {max}, not {n}")),
                _ => None,
            },
            Measure::Text(n) => match (self.min_len, self.max_len) {
                (Some(1), _) if n == 0 => Some("must not be empty".to_owned()),
                (Some(min), _) if n < min => Some(format!("must have at least {min} characters, not {n}")),
                (_, Some(max)) if n > max => Some(format!("must have at most {max} characters, not {n}")),
                _ => None,
            },
            Measure::Items(n) => self
                .max_items
                .filter(|max| n > *max)
                .map(|max| format!("must have at most {max} items, not {n}")),
        }
    }
}
