//! The dry run of a call, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::render::{
    Render, rows,
    style::{BAD, FAINT, GOOD, STRONG, value},
    table,
};

/// A plan, as the gateway returns it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Plan(pub Value);

impl Render for Plan {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |pointer| self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let (style, verdict) = match self.0["permitted"] == true {
            true => (GOOD, "permitted"),
            false => (BAD, "not permitted"),
        };
        writeln!(
            to,
            "{style}{verdict}{style:#} {FAINT}{} at {}, because of {}{FAINT:#}",
            text("/agent_id"),
            text("/placement/vendor"),
            text("/placement/because")
        )?;
        if let Some(request) = self.0.get("request").filter(|request| !request.is_null()) {
            let (method, path) = (&request["method"], &request["path"]);
            let (method, path) = (method.as_str().unwrap_or_default(), path.as_str().unwrap_or_default());
            writeln!(to, "\n{STRONG}{method} {path}{STRONG:#}")?;
            for (name, member) in request["body"].as_object().into_iter().flatten() {
                writeln!(to, "  {name}: {}", value(member))?;
            }
        }
        let losses = self.0.pointer("/translation/fields").and_then(Value::as_array);
        if let Some(losses) = losses.filter(|losses| !losses.is_empty()) {
            writeln!(to)?;
            table(to, ["FIELD", "VERDICT", "WHY"], rows(losses, &["/field", "/verdict", "/why"]))?;
        }
        if let Some(guards) = self.0["guards"].as_array() {
            writeln!(to)?;
            table(to, ["GUARD", "PERMITS", "REASON"], rows(guards, &["/guard", "/permits", "/reason"]))?;
        }
        Ok(())
    }
}
