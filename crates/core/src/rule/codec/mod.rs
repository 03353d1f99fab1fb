//! The closed vocabulary of conversions. Each goes both ways, knows what the vendor takes, and reports what it changed.

mod choice;
mod list;
mod lookup;
mod number;
mod structure;
mod text;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    facts::{Catalogue, Facts},
    rule::Verdict,
};

pub use choice::{Words, flag, one_of, words, yes_no};
pub use list::{joined, list, map, single};
pub use lookup::{catalogue_id, integer_id, language_by_id, language_by_name, languages};
pub use number::{Number, minutes, number, seconds};
pub use structure::{object, structured};
pub use text::{Text, Textual, text};

/// A two-way conversion between a normalized value and its wire form.
///
/// Reading is more tolerant than writing: vendors answer outside their own documented ranges.
pub trait Codec<T>: Send + Sync {
    /// Converts the value to its wire form.
    ///
    /// # Errors
    /// A [`Refusal`] if the vendor cannot hold this value.
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal>;

    /// Reads the value; `None` if the wire form means no value of the model.
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T>;

    /// Returns the values the vendor takes, in normalized units.
    fn domain(&self) -> Domain {
        Domain::Any
    }

    /// Describes the conversion in a few words; `None` if values are sent as they are.
    fn conversion(&self) -> Option<String> {
        None
    }
}

/// Context of a conversion.
pub struct Translation<'a> {
    /// The vendor's catalogues.
    pub facts: &'a Facts,
    /// The value that the vendor was last seen to hold in the same place.
    pub observed: Option<&'a Value>,
    /// The body as far as it is written: what the record has before this field.
    pub body: &'a Value,
}

/// A wire value, and what reaching it cost.
pub struct Encoded {
    /// The value that is sent.
    pub wire: Value,
    /// The change made by the conversion, if any.
    pub loss: Option<Loss>,
}

/// Change of a value to fit the vendor.
pub struct Loss {
    /// `Rounded`, `Clamped` or `Substituted`.
    pub verdict: Verdict,
    /// The value that is sent, in normalized units.
    pub sent: Value,
    /// The reason.
    pub why: String,
}

/// Reason that a value was not converted.
pub enum Refusal {
    /// The vendor has no such value: it is not sent, and reported.
    Unsupported(String),
    /// Any value sent would have another meaning: the whole write is refused.
    Refused(String),
}

impl From<Value> for Encoded {
    fn from(wire: Value) -> Self {
        Self { wire, loss: None }
    }
}

/// The values that a vendor takes, in the unit of the field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Domain {
    /// Every value that the field can have.
    Any,
    /// Strings up to a length.
    Text {
        /// The greatest length, in characters.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        max_length: Option<usize>,
    },
    /// Numbers.
    Number {
        /// The smallest value.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        min: Option<f64>,
        /// The largest value.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        max: Option<f64>,
        /// The distance between two values.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        step: Option<f64>,
    },
    /// A closed set of values.
    Choice {
        /// The values.
        values: Vec<Value>,
    },
    /// The ids of a list that the vendor keeps.
    Listed {
        /// The list.
        #[schema(inline)]
        catalogue: Catalogue,
    },
    /// True or false.
    Flag,
    /// A list.
    List {
        /// The values of its items.
        #[schema(no_recursion)]
        items: Box<Domain>,
        /// The greatest number of items.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        max_items: Option<usize>,
    },
    /// An object with members of its own.
    Structure,
}

/// Writes a number in the form that vendors require: an integer if it is whole.
pub(crate) fn wire_number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

/// Returns a string or number as a string, the form in which vendors' ids are compared.
pub fn scalar(wire: &Value) -> Option<String> {
    match wire {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
