//! What people see at a glance.

use anstyle::{AnsiColor, Style};
use serde_json::Value;

/// What is there anew, or well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What changes, or is not quite as asked.
pub const CHANGED: Style = AnsiColor::Yellow.on_default();
/// What goes, or goes wrong.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What matters.
pub const STRONG: Style = Style::new().bold();
/// What only explains.
pub const FAINT: Style = Style::new().dimmed();

/// The longest value that is shown whole, in characters.
const LONGEST: usize = 100;

/// A value as one line shows it: JSON, cut where it is long.
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
