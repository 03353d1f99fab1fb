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

use crate::{Catalogue, Facts, Verdict};

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
    /// The wire form.
    ///
    /// # Errors
    /// A [`Refusal`] where the vendor cannot hold this value.
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal>;

    /// The value; `None` where the wire form means none that the model has.
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T>;

    /// The values the vendor takes, in normalized units.
    fn domain(&self) -> Domain {
        Domain::Any
    }

    /// How values are converted, in a few words; `None` where they cross as they are.
    fn conversion(&self) -> Option<String> {
        None
    }
}

/// What a conversion may look at.
pub struct Translation<'a> {
    /// The vendor's catalogues.
    pub facts: &'a Facts,
    /// What the vendor was last seen to hold in the same place.
    pub observed: Option<&'a Value>,
    /// The body as far as it is written: what the record has before this field.
    pub body: &'a Value,
}

/// A wire value, and what reaching it cost.
pub struct Encoded {
    /// What is sent.
    pub wire: Value,
    /// What was changed on the way, if anything.
    pub loss: Option<Loss>,
}

/// How a value was changed to fit.
pub struct Loss {
    /// `Rounded`, `Clamped` or `Substituted`.
    pub verdict: Verdict,
    /// What is sent, in normalized units.
    pub sent: Value,
    /// Why.
    pub why: String,
}

/// Why a value was not converted.
pub enum Refusal {
    /// The vendor has no such value: it is not sent, and reported.
    Unsupported(String),
    /// Sending anything would say something else: the whole write is refused.
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

/// A number as vendors want it: whole where it is whole.
pub(crate) fn wire_number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

/// A text or number as text: how vendors' ids are compared.
pub fn scalar(wire: &Value) -> Option<String> {
    match wire {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
