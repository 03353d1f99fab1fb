//! The replacement of control characters. With them, a name could move the cursor or change the colors of a terminal.

use std::io::{self, Write};

use anstyle::Reset;

use super::style::STYLES;

/// Replaces all control characters, including line breaks.
pub fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// A writer that replaces all control characters except line breaks, tabs and the styles of this crate.
pub struct Printable<W>(pub W);

impl<W: Write> Write for Printable<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (text, mut clean) = (String::from_utf8_lossy(bytes), String::with_capacity(bytes.len()));
        let mut rest = text.as_ref();
        while let Some(first) = rest.chars().next() {
            let style = if first == '\u{1b}' { style_at_start(rest) } else { None };
            let piece = style.unwrap_or_else(|| first.len_utf8());
            match style.is_some() || matches!(first, '\n' | '\t') || !first.is_control() {
                true => clean.push_str(&rest[..piece]),
                false => clean.push(char::REPLACEMENT_CHARACTER),
            }
            rest = &rest[piece..];
        }
        self.0.write_all(clean.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Returns the length of the style with which the text begins, if there is one.
fn style_at_start(text: &str) -> Option<usize> {
    let styles = STYLES.iter().map(|style| style.render().to_string());
    let mut known = styles.chain([Reset.render().to_string()]);
    known.find(|style| text.starts_with(style)).map(|style| style.len())
}
