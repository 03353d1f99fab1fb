//! The choice between two values that a vendor returned for one call.

use serde_json::Value;

/// Keeps the longer of two strings. Of two strings of the same length, keeps the greater one.
pub(super) fn keep_longer(held: &mut Option<String>, seen: Option<&String>) {
    let rank = |text: &String| (text.len(), text.clone());
    if let Some(seen) = seen
        && held.as_ref().is_none_or(|held| rank(held) < rank(seen))
    {
        *held = Some(seen.clone());
    }
}

/// Keeps the value whose JSON is longer. If both have the same length, keeps the one whose JSON is greater.
pub(super) fn keep_longer_value(held: &mut Value, seen: &Value) {
    let rank = |value: &Value| {
        let text = value.to_string();
        (text.len(), text)
    };
    if rank(held) < rank(seen) {
        held.clone_from(seen);
    }
}

/// Keeps the greater of two values. Any value is greater than `None`.
pub(super) fn keep_greater<T: Ord + Clone>(held: &mut Option<T>, seen: Option<&T>) {
    if held.as_ref() < seen {
        *held = seen.cloned();
    }
}

/// Keeps the smaller of two values. `None` never replaces a value.
pub(super) fn keep_smaller<T: Ord + Copy>(held: &mut Option<T>, seen: Option<T>) {
    *held = match (*held, seen) {
        (Some(held), Some(seen)) => Some(held.min(seen)),
        (held, seen) => held.or(seen),
    };
}
