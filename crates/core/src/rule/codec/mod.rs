//! The codecs. Each codec converts values in both directions, defines the values that the vendor accepts, and
//! reports the values that the conversion changed.

mod bound;
mod choice;
mod events;
mod existence;
mod facet;
mod graded;
mod growing_map;
mod hang_up;
mod item;
mod list;
mod lookup;
mod members;
mod number;
mod portion;
mod structure;
mod text;
mod tools;
mod transfer;
mod voicemail;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    facts::{CatalogueKind, Facts},
    rule::Verdict,
};

pub(crate) use bound::bound_object;
pub use choice::{Words, flag, one_of, words, yes_no};
pub use events::event_names;
pub(crate) use existence::Existence;
pub use existence::NewMembers;
pub(crate) use facet::Presence;
pub use facet::{besides, first_item, other_items, reserved_value};
pub use graded::graded;
pub use growing_map::growing_map;
pub use hang_up::hang_up_instructions;
pub use item::has_item;
pub use list::{joined, list, map, single};
pub use lookup::{catalogue_id, integer_id, language_by_id, language_by_name, languages};
pub use members::members;
pub use number::{Number, minutes, number, seconds};
pub use portion::{ListPortion, ValuePortion, unless_null};
pub use structure::{object, structured};
pub use text::{Text, Textual, text};
pub use tools::{FittedTool, RequestLimits, fit_tools};
pub use transfer::transfer_number;
pub use voicemail::{VoicemailForm, VoicemailReaction};

/// A two-way conversion between a normalized value and its wire form.
///
/// Reading is more tolerant than writing because vendors return values outside their documented ranges.
pub trait Codec<T>: Send + Sync {
    /// Converts the value to its wire form.
    ///
    /// # Errors
    /// A [`Refusal`] if the vendor cannot hold this value.
    fn encode(&self, value: &T, with: &Translation<'_>) -> Result<Encoded, Refusal>;

    /// Converts the value to one of the wire values that the vendor accepts beside another vendor field. Returns `None`
    /// if none of them fits, or if the codec knows only one wire value; [`Self::encode`] then applies.
    fn encode_within(&self, value: &T, accepted: &[&str]) -> Option<Encoded> {
        let _ = (value, accepted);
        None
    }

    /// Returns true if the vendor does not accept the value together with the other values in the body, even if it holds
    /// the value now.
    fn objects(&self, value: &T, body: &Value) -> bool {
        let _ = (value, body);
        false
    }

    /// Reads the value. Returns `None` if the model has no value for the wire form.
    fn decode(&self, wire: &Value, facts: &Facts) -> Option<T>;

    /// Returns true if the wire value holds no value for the field.
    fn lacks(&self, wire: &Value) -> bool {
        wire.is_null()
    }

    /// Reads the value, like [`Self::decode`]. Also returns `None` if the wire value [holds no value](Self::lacks) for
    /// the field. A codec whose `decode` already returns `None` in this case can omit the check.
    fn value_in(&self, wire: &Value, facts: &Facts) -> Option<T> {
        if self.lacks(wire) { None } else { self.decode(wire, facts) }
    }

    /// Returns true if the wire value has entries that the model lacks, so that reading omits them and writing keeps them.
    fn omits(&self, wire: &Value) -> bool {
        let _ = wire;
        false
    }

    /// Returns the value that remains of `held` when this field is cleared, for a vendor value that several
    /// fields share. Returns `None` if the field is cleared in the same way as a field that shares no value.
    fn rest(&self, held: &Value) -> Option<Value> {
        let _ = held;
        None
    }

    /// Completes a vendor value that several fields share. If this field's value needs another field to take effect,
    /// and `wire` lacks that field, returns a replacement for `wire`; its loss states the resulting behaviour.
    /// Otherwise, returns `None`, and `wire` is sent unchanged. The plan calls this method after it has written all
    /// fields that share `wire`.
    fn completed(&self, wire: &Value) -> Option<Encoded> {
        let _ = wire;
        None
    }

    /// Returns the values that the vendor accepts, in normalized units.
    fn domain(&self) -> Domain {
        Domain::Any
    }

    /// Describes the conversion in a few words. Returns `None` if values are sent unchanged or the conversion
    /// needs no description.
    fn conversion(&self) -> Option<String> {
        None
    }
}

/// The context of a conversion.
pub struct Translation<'a> {
    /// The vendor's catalogues.
    pub facts: &'a Facts,
    /// The observed value at the path of the field; `None` if there is no such value or the state was not
    /// observed.
    pub observed: Option<&'a Value>,
    /// The value at the path of the field in `body`, as the preceding fields left it; null if there is none or no other
    /// field shares the value.
    pub held: &'a Value,
    /// The request body as written so far or, in a comparison, the vendor's document.
    pub body: &'a Value,
}

/// The result of a conversion: a wire value, and the loss, if any.
pub struct Encoded {
    /// The value that is sent.
    pub wire: Value,
    /// The loss, if the conversion changed the value or its effect.
    pub loss: Option<Loss>,
}

/// A difference between a requested value and the value that is sent, or between their effects at the vendor.
pub struct Loss {
    /// The kind of difference: `Rounded`, `Clamped` or `Substituted`.
    pub verdict: Verdict,
    /// The value that is sent, in normalized units.
    pub sent: Value,
    /// The reason for the difference.
    pub why: String,
}

/// The reason why a codec did not convert a value.
pub enum Refusal {
    /// The vendor has no such value. The value is reported and not sent. If the write changes the field and the value
    /// is essential, the whole write is refused.
    Unsupported(String),
    /// The vendor accepts no value with the same meaning. A write that sends the value is refused as a whole, even if
    /// the value is not essential.
    Refused(String),
}

impl From<Value> for Encoded {
    fn from(wire: Value) -> Self {
        Self { wire, loss: None }
    }
}

/// The values that a vendor accepts for a field, in the unit of the field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Domain {
    /// Every value that the model allows for the field.
    Any,
    /// Strings, up to a maximum length if the vendor has a limit.
    Text {
        /// The maximum length, in characters; omitted if no limit is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        max_length: Option<usize>,
    },
    /// Numbers within the vendor's range and steps.
    Number {
        /// The smallest number that the vendor accepts, in the unit of the field; omitted if no minimum is
        /// known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        min: Option<f64>,
        /// The largest number that the vendor accepts, in the unit of the field; omitted if no maximum is
        /// known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        max: Option<f64>,
        /// The distance between adjacent accepted numbers, in the unit of the field; omitted if the vendor
        /// accepts every number in the range.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        step: Option<f64>,
    },
    /// A closed set of values.
    Choice {
        /// The values that the vendor accepts.
        values: Vec<Value>,
    },
    /// Entries of one of the vendor's catalogues.
    Listed {
        /// The catalogue that lists the accepted values.
        #[schema(inline)]
        catalogue: CatalogueKind,
    },
    /// True or false.
    Flag,
    /// A list of values.
    List {
        /// The values that the vendor accepts as items of the list.
        #[schema(no_recursion)]
        items: Box<Domain>,
        /// The maximum number of items; omitted if no limit is known.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[schema(nullable = false)]
        max_items: Option<usize>,
    },
    /// A structured value that the other kinds cannot describe.
    Structure,
}

/// Converts a number to JSON: a whole number below 2^53 to an integer, as vendors require, and any other number to a
/// floating-point number.
pub(crate) fn wire_number(number: f64) -> Value {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < EXACT {
        Value::from(number as i64)
    } else {
        Value::from(number)
    }
}

/// Returns a string or a number as a string, so that ids of both types can be compared. Returns `None` for any other
/// type.
pub fn scalar(wire: &Value) -> Option<String> {
    match wire {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
