//! One record, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;
use switchboard_engine::OUTPUT_ONLY;

use crate::{
    preview::Preview,
    render::{
        Render,
        style::{CHANGED, FAINT, STRONG},
    },
};

/// A record, as the gateway returns it.
#[derive(Serialize)]
pub struct Shown(pub Value);

impl Render for Shown {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |pointer| self.0.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let preview = Preview::new(&self.0);
        writeln!(
            to,
            "{STRONG}{}{STRONG:#} {FAINT}revision {}, {}{FAINT:#}",
            text("/id"),
            self.0["revision"],
            preview.decision()
        )?;
        match text("/sync/state") {
            "in_sync" => {}
            state => writeln!(
                to,
                "{CHANGED}{state}{CHANGED:#} at the vendor: {}",
                text("/sync/last_error/detail")
            )?,
        }
        writeln!(to, "translation: {}", preview.fidelity())?;
        preview.losses().try_for_each(|loss| loss.line(to))?;
        let mut fields = self.0.clone();
        if let Value::Object(members) = &mut fields {
            members.retain(|name, value| !OUTPUT_ONLY.contains(&name.as_str()) && !value.is_null());
        }
        let yaml = serde_saphyr::to_string(&fields).map_err(io::Error::other)?;
        write!(to, "\n{yaml}")
    }
}
