//! Error messages in terms of JSON, about unknown names and values of the wrong type.

use serde_json::Value;

use crate::error::{closest_match, unknown_name};

/// The maximum number of characters of a value that a message repeats.
const MAX_SHOWN: usize = 64;

/// Converts a deserializer's message about one value to a sentence in terms of JSON. `at` is the pointer of the value.
/// A message in an unknown form, such as one from a type of the model, is appended to the pointer.
pub(crate) fn in_json_terms(at: &str, message: &str) -> String {
    let written = type_mismatch(at, message)
        .or_else(|| unknown_choice(at, message))
        .or_else(|| unknown_member(message))
        .or_else(|| missing_member(at, message))
        .unwrap_or_else(|| format!("{at} {message}"));
    if written.ends_with(['.', '?']) { written } else { format!("{written}.") }
}

/// Describes a value of the wrong type, for example: `/voice/speed must be a number, not the string "1.1"; use 1.1
/// without quotes.`
pub(crate) fn wrong_type(at: &str, wanted: &str, given: &Value) -> String {
    let shown = match given {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => format!("the number {number}"),
        // A string in place of an object or a list may be a credential.
        Value::String(_) if is_structure(wanted) => "a string".to_owned(),
        Value::String(text) => format!("the string {}", shortened(text)),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    };
    let unquoted = given.as_str().and_then(|text| unquoted(wanted, text));
    let advice = unquoted.map(|value| format!("; use {value} without quotes")).unwrap_or_default();
    format!("{at} must be {wanted}, not {shown}{advice}.")
}

fn is_structure(wanted: &str) -> bool {
    ["an object", "a list"].contains(&wanted)
}

/// Describes an unknown value, for example: `/direction must be "inbound" or "outbound", not "in"; use "inbound".`
pub(crate) fn wrong_choice(at: &str, given: &str, known: &[&str]) -> String {
    let advice = closest_match(given, known.iter().copied())
        .map(|meant| format!("; use {meant:?}"))
        .unwrap_or_default();
    let quoted: Vec<_> = known.iter().map(|word| format!("{word:?}")).collect();
    let listed = match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        all => all.join(""),
    };
    format!("{at} must be {listed}, not {}{advice}.", shortened(given))
}

/// Reads `invalid type: string "1.1", expected f64`, or the same with `invalid value`.
fn type_mismatch(at: &str, message: &str) -> Option<String> {
    let rest = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))?;
    let (given, wanted) = rest.rsplit_once(", expected ")?;
    Some(wrong_type(at, wanted_type(wanted), &given_value(given)))
}

fn wanted_type(wanted: &str) -> &str {
    match wanted {
        "f32" | "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" => "a whole number",
        "a boolean" => "true or false",
        "a borrowed string" => "a string",
        "a sequence" => "a list",
        "a map" => "an object",
        other => other,
    }
}

/// Reads the value that a deserializer's message shows. The message shows no content of a list or an object, so these
/// are returned empty. Returns null for an unknown kind of value.
fn given_value(shown: &str) -> Value {
    let between = |quote: char| {
        let inner = shown.split_once(quote)?.1;
        inner.rsplit_once(quote).map(|(inner, _)| inner)
    };
    match shown.split([' ', '`', '"']).next().unwrap_or_default() {
        "string" | "character" => {
            let quoted = shown.split_once(' ').map_or("", |(_, quoted)| quoted);
            serde_json::from_str(quoted).unwrap_or_else(|_| between('"').unwrap_or_default().into())
        }
        "integer" | "floating" | "boolean" => {
            between('`').and_then(|literal| serde_json::from_str(literal).ok()).unwrap_or_default()
        }
        "sequence" => Value::Array(Vec::new()),
        "map" => Value::Object(serde_json::Map::new()),
        _ => Value::Null,
    }
}

/// Parses a string as a value of the wanted type, to find out whether only the quotes are wrong. Supports only numbers
/// and booleans. Returns `None` for any other type, or if the string is not such a value.
fn unquoted(wanted: &str, text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text.trim()).ok()?;
    let fits = match wanted {
        "a number" => value.is_number(),
        "true or false" => value.is_boolean(),
        wanted => wanted.starts_with("a whole number") && value.is_u64(),
    };
    fits.then_some(value)
}

/// Describes an unknown value from the message of a deserializer, such as ``unknown variant `in`, expected `inbound` or
/// `outbound` ``. Returns `None` for any other message.
fn unknown_choice(at: &str, message: &str) -> Option<String> {
    let (given, known) = message.strip_prefix("unknown variant `")?.rsplit_once("`, expected ")?;
    Some(wrong_choice(at, given, &names(known)))
}

/// Reads ``unknown field `to`, expected one of `phone_number`, `mode` ``.
fn unknown_member(message: &str) -> Option<String> {
    let (given, known) = message.strip_prefix("unknown field `")?.rsplit_once("`, expected ")?;
    let known = names(known);
    Some(format!(
        "{} The fields here are {}.",
        unknown_name("field", given, known.iter().copied()),
        known.join(", ")
    ))
}

/// Reads ``missing field `phone_number` ``.
fn missing_member(at: &str, message: &str) -> Option<String> {
    let name = message.strip_prefix("missing field `")?.strip_suffix('`')?;
    Some(format!("{at}/{name} is required."))
}

/// Lists the names between backquotes.
fn names(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}
