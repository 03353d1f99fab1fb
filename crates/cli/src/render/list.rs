//! A list of the API, rendered for people.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Value;

use super::{Render, rows, table};

/// The items of a list, as the gateway returns them.
#[derive(Serialize)]
pub struct Listed {
    /// The items of all pages.
    pub data: Vec<Value>,
    /// The columns of the printed table, each with its heading and the JSON pointer of its value.
    #[serde(skip)]
    pub columns: &'static [(&'static str, &'static str)],
    /// The noun for the items, in the plural.
    #[serde(skip)]
    pub things: &'static str,
}

impl Render for Listed {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        if self.data.is_empty() {
            return writeln!(to, "no {}", self.things);
        }
        let pointers: Vec<_> = self.columns.iter().map(|(_, pointer)| *pointer).collect();
        table(to, self.columns.iter().map(|(heading, _)| heading), rows(&self.data, &pointers))
    }
}
