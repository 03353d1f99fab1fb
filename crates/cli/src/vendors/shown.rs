//! One vendor, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::render::{
    Render,
    style::{CHANGED, FAINT, GOOD, STRONG},
};

/// A vendor, as the gateway returns it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Shown(pub Value);

impl Render for Shown {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |pointer| self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let words = |name: &str| {
            let words: Vec<_> =
                self.0[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            words.join(", ")
        };
        let health = text("/health/state");
        let style = if health == "ok" { GOOD } else { CHANGED };
        writeln!(
            to,
            "{STRONG}{}{STRONG:#} {style}{health}{style:#} {FAINT}since {}{FAINT:#}",
            text("/name"),
            text("/health/since")
        )?;
        writeln!(to, "{} {}, adapter {}", text("/title"), text("/generation"), text("/adapter"))?;
        writeln!(to, "documentation: {}", text("/documentation"))?;
        writeln!(to, "catalogues: {}", words("catalogues"))?;
        if let Some(code) = self.0.pointer("/health/last_error/code").and_then(Value::as_str) {
            writeln!(to, "last error: {} ({code})", text("/health/last_error/detail"))?;
        }
        for quirk in self.0["quirks"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            writeln!(to, "- {quirk}")?;
        }
        Ok(())
    }
}
