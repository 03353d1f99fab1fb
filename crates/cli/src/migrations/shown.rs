//! One migration, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use crate::render::{
    Render,
    style::{FAINT, STRONG},
};

/// The counts of agents by the state of their move, in the order in which a move reaches the states.
const COUNTS: [&str; 6] = ["waiting", "underway", "retiring", "moved", "failed", "rolled_back"];

/// A migration, as the gateway returns it.
#[derive(Serialize)]
#[serde(transparent)]
pub struct Shown(pub Value);

impl Render for Shown {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let text = |name: &str| self.0[name].as_str().unwrap_or_default();
        let destination = self.0["to"].as_str().unwrap_or("the vendors of their routes");
        writeln!(
            to,
            "{STRONG}{}{STRONG:#} is {}: {} agents to {destination} {FAINT}created {}{FAINT:#}",
            text("id"),
            text("state"),
            self.0["total"],
            text("created_at")
        )?;
        let counts: Vec<_> =
            COUNTS.iter().map(|name| format!("{} {}", self.0[*name], name.replace('_', " "))).collect();
        writeln!(to, "{}", counts.join(", "))
    }
}
