//! Plans, placements and translation reports of a gateway, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::render::{
    Render,
    style::{CHANGED, FAINT, GOOD, STRONG, value},
};

/// A dry run, a record or an import, as a gateway returns it.
pub struct Preview<'a>(&'a Value);

/// A row of the translation report: a field with its verdict.
pub struct PreviewRow<'a>(&'a Value);

impl<'a> Preview<'a> {
    /// Wraps the gateway's answer.
    pub fn new(answer: &'a Value) -> Self {
        Self(answer)
    }

    /// Describes the vendor, and the configuration entry that selected the vendor (`because`).
    pub fn decision(&self) -> String {
        let placement = &self.0["placement"];
        format!("at {}, because of {}", text(&placement["vendor"]), text(&placement["because"]))
    }

    /// Describes each vendor that was passed over: the vendor, the routing rule that preferred it, and the reason.
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

    /// Returns the fidelity of the translation.
    pub fn fidelity(&self) -> &'a str {
        text(&self.0["translation"]["fidelity"])
    }

    /// Returns the rows of the translation report.
    pub fn rows(&self) -> impl Iterator<Item = PreviewRow<'a>> {
        list(&self.0["translation"]["fields"]).iter().map(PreviewRow)
    }

    /// Returns the rows of losses and of unverified values.
    pub fn losses(&self) -> impl Iterator<Item = PreviewRow<'a>> {
        self.rows().filter(PreviewRow::is_loss)
    }

    /// Returns the vendor requests of a dry run, with masked secrets.
    pub fn requests(&self) -> &'a [Value] {
        list(&self.0["requests"])
    }
}

impl PreviewRow<'_> {
    /// Returns true if the vendor would lose or change the requested value, or if the gateway could not verify the
    /// value. An assumed value is an addition, not a loss.
    fn is_loss(&self) -> bool {
        !matches!(text(&self.0["verdict"]), "exact" | "assumed" | "extension")
    }

    /// Writes the row as a line.
    ///
    /// # Errors
    /// If writing fails.
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

/// The plan of one write, as the gateway returns it.
#[derive(Serialize)]
pub struct Explanation(pub Value);

impl Render for Explanation {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let preview = Preview::new(&self.0);
        writeln!(to, "{STRONG}Where{STRONG:#}")?;
        writeln!(to, "  {}", preview.decision())?;
        for line in preview.passed_over() {
            writeln!(to, "  {line}")?;
        }
        writeln!(to, "{STRONG}Translation{STRONG:#}: {}", preview.fidelity())?;
        for row in preview.rows() {
            row.line(to)?;
        }
        for request in preview.requests() {
            let text = |name: &str| request[name].as_str().unwrap_or_default();
            let (operation, method, path) = (text("operation"), text("method"), text("path"));
            writeln!(to, "{STRONG}Request{STRONG:#}: {operation} {FAINT}{method} {path}{FAINT:#}")?;
            writeln!(to, "{:#}", request["body"])?;
        }
        Ok(())
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}
