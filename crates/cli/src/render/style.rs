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

/// Formats a value as JSON on one line. Shortens a value of more than 100 characters, and formats null as `(none)`.
pub fn value(value: &Value) -> String {
    if value.is_null() {
        return "(none)".to_owned();
    }
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
        None => text,
    }
}
