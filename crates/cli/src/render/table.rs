//! Tables for people.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use console::Term;
use serde_json::Value;

use super::printable;

/// The number of spaces between two columns.
const GAP: u16 = 2;

/// Writes a table with a heading and without borders. On a terminal, wraps long cells to the width of the terminal.
///
/// # Errors
/// If writing fails.
pub fn table<S: AsRef<str>>(
    to: &mut dyn Write,
    heading: impl IntoIterator<Item = S>,
    rows: impl IntoIterator<Item = Vec<String>>,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_style(NOTHING);
    if let Some((_, width)) = Term::stdout().size_checked().filter(|_| Term::stdout().is_term()) {
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
    }
    table.set_header(heading.into_iter().map(|cell| printable(cell.as_ref())));
    table.add_rows(rows.into_iter().map(|row| row.iter().map(|cell| printable(cell)).collect::<Vec<_>>()));
    for column in table.column_iter_mut() {
        column.set_padding((0, GAP));
    }
    writeln!(to, "{}", table.trim_fmt())
}

/// Builds the rows of a table from JSON documents, with the value at each of these JSON pointers.
pub fn rows(data: &[Value], pointers: &[&str]) -> Vec<Vec<String>> {
    let row = |item: &Value| pointers.iter().map(|pointer| cell(item.pointer(pointer))).collect();
    data.iter().map(row).collect()
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) => items.iter().map(|item| cell(Some(item))).collect::<Vec<_>>().join(", "),
        Some(Value::Object(members)) => {
            let members = members.iter().map(|(name, value)| format!("{name}={}", cell(Some(value))));
            members.collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}
