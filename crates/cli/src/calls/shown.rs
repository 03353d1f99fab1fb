//! One call, rendered for people.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use serde::Serialize;
use serde_json::Value;

use crate::render::{
    EXIT_CHANGES, Render, rows,
    style::{BAD, CHANGED, FAINT, GOOD, STRONG},
    table,
};

/// The reason for the end of a call that was ended on request, before or after the other party answered.
const CANCELED: &str = "canceled";

/// The other reasons for the end of a call that was not answered.
const UNANSWERED: [&str; 10] = [
    "account",
    "blocked",
    "busy",
    "declined",
    "failed",
    "indeterminate",
    "invalid_number",
    "limit_reached",
    "no_answer",
    "not_placed",
];

/// The members that are printed if they are known, each with its title and the JSON pointer of its value.
const MEMBERS: [(&str, &str); 12] = [
    ("agent", "/agent_id"),
    ("remote id", "/remote_id"),
    ("match", "/match"),
    ("placed", "/placed_at"),
    ("answered", "/answered_at"),
    ("ended", "/ended_at"),
    ("seconds", "/duration_s"),
    ("cost", "/cost/amount"),
    ("recording", "/recording/state"),
    ("transcript", "/transcript/state"),
    ("summary", "/analysis/summary"),
    ("error", "/error/detail"),
];

/// A call, as the gateway returns it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Shown(pub Value);

/// Returns the exit code for a call: success if it was answered and has ended, and [`EXIT_CHANGES`] otherwise.
pub fn exit_code(call: &Value) -> ExitCode {
    if is_answered(call) { ExitCode::SUCCESS } else { ExitCode::from(EXIT_CHANGES) }
}

/// Returns true if the call was answered and has ended.
fn is_answered(call: &Value) -> bool {
    let is_answered = match call["ended_reason"].as_str() {
        Some(CANCELED) => {
            let has_duration = call["duration_s"].as_f64().is_some_and(|duration| duration > 0.0);
            has_duration || ["answered_at", "answered_by"].iter().any(|member| !call[*member].is_null())
        }
        Some(reason) => !UNANSWERED.contains(&reason),
        None => true,
    };
    call["status"] == "ended" && is_answered
}

impl Render for Shown {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |pointer| self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let status = text("/status");
        let style = match status {
            "ended" if is_answered(&self.0) => GOOD,
            "ended" | "unknown" => BAD,
            _ => CHANGED,
        };
        write!(to, "{STRONG}{}{STRONG:#} {style}{status}{style:#}", text("/id"))?;
        if let Some(reason) = self.0["ended_reason"].as_str() {
            write!(to, " ({reason})")?;
        }
        let peer = self.0["peer"].as_str().unwrap_or("unknown number");
        writeln!(to, " {FAINT}{} {peer} at {}{FAINT:#}", text("/direction"), text("/vendor"))?;
        let known: Vec<_> = MEMBERS
            .iter()
            .filter_map(|(title, pointer)| Some(((*title).to_owned(), self.0.pointer(pointer)?)))
            .filter(|(_, value)| !value.is_null())
            .map(|(title, value)| {
                vec![title, value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)]
            })
            .collect();
        table(to, ["MEMBER", "VALUE"], known)?;
        match self.0["candidates"].as_array().map(Vec::as_slice) {
            None | Some([]) => Ok(()),
            Some(candidates) => {
                writeln!(
                    to,
                    "\nCalls of the vendor that may be this call (`switchboard calls resolve` names one):"
                )?;
                table(to, ["REMOTE_ID", "PLACED"], rows(candidates, &["/remote_id", "/placed_at"]))
            }
        }
    }
}
