//! One operation, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::render::{
    Render, rows,
    style::{BAD, CHANGED, FAINT, GOOD, STRONG},
    table,
};

/// An operation, as the gateway returns it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Shown(pub Value);

impl Render for Shown {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |pointer| self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let state = text("/state");
        let style = match state {
            "succeeded" => GOOD,
            "failed" | "needs_attention" => BAD,
            _ => CHANGED,
        };
        writeln!(
            to,
            "{STRONG}{}{STRONG:#} {style}{state}{style:#} {FAINT}{} of {} at {}, attempts: {}{FAINT:#}",
            text("/id"),
            text("/kind"),
            text("/resource/id"),
            text("/vendor"),
            self.0["attempts"]
        )?;
        if let Some(next) = self.0["next_attempt_at"].as_str() {
            writeln!(to, "next attempt: {next}")?;
        }
        if let Some(code) = self.0.pointer("/last_error/code").and_then(Value::as_str) {
            writeln!(to, "last error: {} ({code})", text("/last_error/detail"))?;
        }
        match self.0["candidates"].as_array().map(Vec::as_slice) {
            None | Some([]) => Ok(()),
            Some(candidates) => {
                writeln!(to, "\nRecords of the vendor that the operation may have created:")?;
                table(to, ["REMOTE_ID", "NAME"], rows(candidates, &["/remote_id", "/name"]))
            }
        }
    }
}
