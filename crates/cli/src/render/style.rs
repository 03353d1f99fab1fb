//! The styles of the output.

use anstyle::{AnsiColor, Style};
use serde_json::Value;

/// The style of additions and successes.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// The style of changes and approximations.
pub const CHANGED: Style = AnsiColor::Yellow.on_default();
/// The style of deletions and failures.
pub const BAD: Style = AnsiColor::Red.on_default();
/// The style of emphasis.
pub const STRONG: Style = Style::new().bold();
/// The style of explanations.
pub const FAINT: Style = Style::new().dimmed();

/// All styles.
pub const STYLES: [Style; 5] = [GOOD, CHANGED, BAD, STRONG, FAINT];

/// The maximum number of characters of a value that is shown in full.
const LONGEST: usize = 100;

/// The number of characters that [`change`] shows before the first character that differs.
const BEFORE_DIFFERENCE: usize = 20;

/// Formats two values like [`value`]. If the shortened values would look the same, omits the beginning that they share.
pub fn change(before: &Value, after: &Value) -> (String, String) {
    let (shown, other) = (value(before), value(after));
    let (long, long_other) = (before.to_string(), after.to_string());
    let shared = long.chars().zip(long_other.chars()).take_while(|(one, other)| one == other).count();
    if shared + BEFORE_DIFFERENCE < LONGEST {
        return (shown, other);
    }
    let from = |text: &str| {
        let rest: String = text.chars().skip(shared - BEFORE_DIFFERENCE).collect();
        format!("…{}", shortened(&rest, text.chars().count()))
    };
    (from(&long), from(&long_other))
}

/// Formats a value as JSON on one line. Shortens a value of more than 100 characters, and formats null as `(none)`.
pub fn value(value: &Value) -> String {
    if value.is_null() {
        return "(none)".to_owned();
    }
    let text = value.to_string();
    shortened(&text, text.chars().count())
}

/// Shortens a string of more than 100 characters. `length` is the number of characters of the whole value.
fn shortened(text: &str, length: usize) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({length} characters)", &text[..end]),
        None => text.to_owned(),
    }
}
