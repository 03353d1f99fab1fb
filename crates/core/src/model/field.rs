//! The declaration of a record's field.

use serde_json::Value;

/// The declaration of one leaf of a record: its name, its documentation and its limits, for both validation
/// and schema.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The JSON member's name.
    pub name: &'static str,
    /// The documentation of the field, from its doc comment.
    pub doc: &'static str,
    /// True if a record requires the field.
    pub required: bool,
    /// The condition under which a write that would lose the field is refused, even with lenient handling.
    pub essential: Essential,
    /// The limits on the field's value.
    pub limits: Limits,
}

/// The condition under which a write that would lose a field is refused, even with lenient handling.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Essential {
    /// The field may be lost; the translation report shows the loss.
    Never,
    /// A write that sets or clears the field is refused if it would lose the field.
    Always,
    /// A write that sets the field to this value is refused if it would lose the field.
    When(bool),
}

impl Essential {
    /// Returns true if a write that would lose this value must be refused. `None` means that the write clears the
    /// field.
    pub fn holds(self, value: Option<&Value>) -> bool {
        match self {
            Self::Never => false,
            Self::Always => true,
            Self::When(flag) => value == Some(&Value::Bool(flag)),
        }
    }
}

/// The limits on a number, on the length of a string, or on the number of items of a list or map.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Limits {
    /// The minimum of a number, in the field's unit.
    pub min: Option<f64>,
    /// The maximum of a number, in the field's unit.
    pub max: Option<f64>,
    /// The minimum number of characters of a string.
    pub min_len: Option<usize>,
    /// The maximum number of characters of a string.
    pub max_len: Option<usize>,
    /// The minimum number of items of a list or map.
    pub min_items: Option<usize>,
    /// The maximum number of items of a list or map.
    pub max_items: Option<usize>,
}

/// The quantity to which limits apply.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Measure {
    /// A value without limits.
    None,
    /// A number, in the field's unit.
    Number(f64),
    /// The number of characters of a string.
    Text(usize),
    /// The number of items of a list or map.
    Items(usize),
}

impl Limits {
    /// Checks the measure of a value. Returns a description of the violation, such as `must be at most 5, not 6`, or
    /// `None` if the measure is within the limits.
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
            Measure::Items(n) => match (self.min_items, self.max_items) {
                (Some(1), _) if n == 0 => Some("must not be empty; omit it, or send null".to_owned()),
                (Some(min), _) if n < min => Some(format!("must have at least {min} items, not {n}")),
                (_, Some(max)) if n > max => Some(format!("must have at most {max} items, not {n}")),
                _ => None,
            },
        }
    }
}
