//! What a gateway's plan says, as people read it.

use std::io::{self, Write};

use serde_json::Value;

use super::render::style::{CHANGED, FAINT, GOOD, value};

/// A dry run, as a gateway answers it.
pub struct Preview<'a>(&'a Value);

/// A field that the vendor would not hold as it is, or for which it wants a value that nobody gave.
pub struct PreviewRow<'a>(&'a Value);

impl<'a> Preview<'a> {
    /// Of the answer to a plan.
    pub fn new(answer: &'a Value) -> Self {
        Self(answer)
    }

    /// At which vendor, and what decided.
    pub fn decision(&self) -> String {
        let placement = &self.0["placement"];
        format!("at {}, because of {}", text(&placement["vendor"]), text(&placement["because"]))
    }

    /// The vendors that would have come before, and why they do not take it.
    pub fn passed_over(&self) -> impl Iterator<Item = String> {
        list(&self.0["placement"]["passed_over"]).iter().map(|passed| {
            format!(
                "not at {} ({}): {}",
                text(&passed["vendor"]),
                text(&passed["because"]),
                text(&passed["why"])
            )
        })
    }

    /// How near the vendor's record is.
    pub fn fidelity(&self) -> &'a str {
        text(&self.0["translation"]["fidelity"])
    }

    /// What is not as asked.
    pub fn rows(&self) -> impl Iterator<Item = PreviewRow<'a>> {
        list(&self.0["translation"]["fields"]).iter().map(PreviewRow)
    }

    /// The rows that are a loss.
    pub fn losses(&self) -> impl Iterator<Item = PreviewRow<'a>> {
        self.rows().filter(PreviewRow::is_loss)
    }

    /// What would be sent, secrets masked.
    pub fn requests(&self) -> &'a [Value] {
        list(&self.0["requests"])
    }
}

impl PreviewRow<'_> {
    /// What is as asked, only with more to it, is no loss.
    fn is_loss(&self) -> bool {
        !matches!(text(&self.0["verdict"]), "exact" | "assumed" | "extension")
    }

    /// The row as a line.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn line(&self, to: &mut dyn Write) -> io::Result<()> {
        let row = self.0;
        let style = if self.is_loss() { CHANGED } else { GOOD };
        write!(to, "  {style}{}{style:#} {}", text(&row["verdict"]), text(&row["field"]))?;
        match (row.get("wanted"), row.get("sent")) {
            (Some(wanted), Some(sent)) => write!(to, ": {}, sent as {}", value(wanted), value(sent))?,
            (Some(wanted), None) => write!(to, ": {}", value(wanted))?,
            (None, Some(sent)) => write!(to, ": sent as {}", value(sent))?,
            (None, None) => {}
        }
        match row["why"].as_str() {
            Some(why) => writeln!(to, " {FAINT}{why}{FAINT:#}"),
            None => writeln!(to),
        }
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
