//! The types of values. Each type reads exactly its own values: no fraction becomes a whole number, and no number becomes
//! a string. A value from the environment is always a string, which a type may parse.

use std::collections::BTreeMap;

use config::{Map, Value, ValueKind};
use serde_json::json;

/// A type that a value of a configuration can have.
pub trait Typed: Sized {
    /// The name of the type in a problem, with its article.
    const NAME: &'static str;
    /// True if an empty string counts as an absent key. An empty string never stands for a list or a table: an empty
    /// variable of the environment would then remove, for example, all API keys of the file.
    const BLANK_IS_ABSENT: bool;

    /// Returns the JSON Schema of the type.
    fn schema() -> serde_json::Value;

    /// Reads a value. Returns `None` if the value has another type.
    fn read(value: Value) -> Option<Self>;

    /// Returns a number that is too large for the type, or `None` for any other value.
    fn excess(_value: &Value) -> Option<String> {
        None
    }

    /// Describes why a value does not have the type, without the value.
    fn describe_wrong(kind: &ValueKind) -> String {
        describe_kind(kind).to_owned()
    }
}

impl Typed for String {
    const NAME: &'static str = "a string";
    const BLANK_IS_ABSENT: bool = true;

    fn schema() -> serde_json::Value {
        json!({ "type": "string" })
    }

    fn read(value: Value) -> Option<Self> {
        match value.kind {
            ValueKind::String(text) => Some(text),
            _ => None,
        }
    }
}

impl Typed for bool {
    const NAME: &'static str = "a boolean";
    const BLANK_IS_ABSENT: bool = true;

    fn schema() -> serde_json::Value {
        json!({ "type": "boolean" })
    }

    fn read(value: Value) -> Option<Self> {
        match value.kind {
            ValueKind::Boolean(value) => Some(value),
            ValueKind::String(_) if is_variable(&value) => value.into_bool().ok(),
            _ => None,
        }
    }
}

impl Typed for u32 {
    const NAME: &'static str = "a whole number";
    const BLANK_IS_ABSENT: bool = true;

    fn schema() -> serde_json::Value {
        json!({ "type": "integer" })
    }

    fn read(value: Value) -> Option<Self> {
        match &value.kind {
            ValueKind::I64(number) => Self::try_from(*number).ok(),
            ValueKind::String(text) if is_variable(&value) => text.parse().ok(),
            _ => None,
        }
    }

    fn excess(value: &Value) -> Option<String> {
        let number = match &value.kind {
            ValueKind::I64(number) => i128::from(*number),
            ValueKind::String(text) if is_variable(value) => text.parse().ok()?,
            _ => return None,
        };
        (number > i128::from(Self::MAX)).then(|| number.to_string())
    }
}

impl Typed for f64 {
    const NAME: &'static str = "a number";
    const BLANK_IS_ABSENT: bool = true;

    fn schema() -> serde_json::Value {
        json!({ "type": "number" })
    }

    fn read(value: Value) -> Option<Self> {
        match &value.kind {
            ValueKind::I64(_) | ValueKind::Float(_) => value.into_float().ok(),
            ValueKind::String(text) if is_variable(&value) => text.parse().ok(),
            _ => None,
        }
    }
}

impl Typed for Vec<String> {
    const NAME: &'static str = "a list of strings";
    const BLANK_IS_ABSENT: bool = false;

    fn schema() -> serde_json::Value {
        json!({ "type": "array", "items": { "type": "string" } })
    }

    fn read(value: Value) -> Option<Self> {
        Vec::read(value)?.into_iter().map(String::read).collect()
    }

    fn describe_wrong(kind: &ValueKind) -> String {
        let ValueKind::Array(items) = kind else { return describe_kind(kind).to_owned() };
        let mut items = items.iter().enumerate();
        match items.find(|(_, item)| !matches!(item.kind, ValueKind::String(_))) {
            Some((index, item)) => {
                format!("a list in which the item [{index}] is {}", describe_kind(&item.kind))
            }
            None => describe_kind(kind).to_owned(),
        }
    }
}

impl Typed for Vec<Value> {
    const NAME: &'static str = "a list";
    const BLANK_IS_ABSENT: bool = false;

    fn schema() -> serde_json::Value {
        json!({ "type": "array" })
    }

    fn read(value: Value) -> Option<Self> {
        match value.kind {
            ValueKind::Array(items) => Some(items),
            _ => None,
        }
    }
}

impl Typed for Map<String, Value> {
    const NAME: &'static str = "a table";
    const BLANK_IS_ABSENT: bool = false;

    fn schema() -> serde_json::Value {
        json!({ "type": "object" })
    }

    fn read(value: Value) -> Option<Self> {
        match value.kind {
            ValueKind::Table(values) => Some(values),
            _ => None,
        }
    }
}

impl Typed for BTreeMap<String, String> {
    const NAME: &'static str = "a table of strings";
    const BLANK_IS_ABSENT: bool = false;

    fn schema() -> serde_json::Value {
        json!({ "type": "object", "additionalProperties": { "type": "string" } })
    }

    fn read(value: Value) -> Option<Self> {
        let values = Map::read(value)?.into_iter();
        values.map(|(key, value)| Some((key, String::read(value)?))).collect()
    }

    fn describe_wrong(kind: &ValueKind) -> String {
        let ValueKind::Table(values) = kind else { return describe_kind(kind).to_owned() };
        let wrong = values.iter().filter(|(_, value)| !matches!(value.kind, ValueKind::String(_)));
        match wrong.min_by_key(|(key, _)| *key) {
            Some((key, value)) => {
                format!("a table in which {key:?} is {}", describe_kind(&value.kind))
            }
            None => describe_kind(kind).to_owned(),
        }
    }
}

impl Typed for BTreeMap<String, serde_json::Value> {
    const NAME: &'static str = "a table";
    const BLANK_IS_ABSENT: bool = false;

    fn schema() -> serde_json::Value {
        json!({ "type": "object" })
    }

    fn read(value: Value) -> Option<Self> {
        let values = Map::read(value)?.into_iter();
        values.map(|(key, value)| Some((key, value.try_deserialize().ok()?))).collect()
    }
}

/// Returns true if the value is that of a variable of the environment.
fn is_variable(value: &Value) -> bool {
    // Only the environment names itself as the origin of its values.
    value.origin().is_some()
}

/// Describes the type of a value without the value, because the value can be a misplaced secret.
pub fn describe_kind(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Nil => "nothing",
        ValueKind::Boolean(_) => "a boolean",
        ValueKind::I64(number) if *number < 0 => "a negative number",
        ValueKind::I64(_) | ValueKind::I128(_) | ValueKind::U64(_) | ValueKind::U128(_) => "a number",
        ValueKind::Float(_) => "a number with a fraction",
        ValueKind::String(text) if text.is_empty() => "an empty string",
        ValueKind::String(_) => "a string",
        ValueKind::Table(_) => "a table",
        ValueKind::Array(_) => "a list",
    }
}
