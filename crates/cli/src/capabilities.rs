//! `switchboard capabilities`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};
use switchboard_core::error::unknown_name;
use switchboard_engine::capability::{
    Column, Matrix, built_in, difference, markdown,
    table::{self, Table},
};
use switchboard_registry::ADAPTERS;

use super::render::{OutputFormat, Render, style::STRONG, table};

/// Prints the capabilities of the vendors that this version supports. Needs no gateway.
#[derive(Debug, Args)]
pub struct Capabilities {
    /// Prints one vendor in detail, with the vendor's own field names.
    #[arg(long, value_name = "VENDOR", conflicts_with = "diff")]
    vendor: Option<String>,
    /// Prints the changes in capabilities for a record that moves from one vendor to another.
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    diff: Option<Vec<String>>,
    /// Prints Markdown instead of tables for a terminal.
    #[arg(long, conflicts_with = "json")]
    markdown: bool,
    #[command(flatten)]
    form: OutputFormat,
}

impl Capabilities {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.capabilities())
    }

    fn capabilities(self) -> anyhow::Result<ExitCode> {
        let matrix = built_in(&ADAPTERS);
        let (tables, document) = match (&self.vendor, self.diff.as_deref()) {
            (Some(vendor), _) => {
                let column = named(&matrix, vendor)?;
                (table::column(column), json!(column))
            }
            (None, Some([from, to])) => {
                let (from, to) = (named(&matrix, from)?, named(&matrix, to)?);
                let (agents, trunks) = difference(from, to);
                let document =
                    json!({ "from": from.vendor, "to": to.vendor, "agents": agents, "trunks": trunks });
                (vec![table::difference(&from.vendor, &to.vendor, &[agents, trunks].concat())], document)
            }
            _ => (table::matrix(&matrix), json!({ "data": matrix.0 })),
        };
        self.form.print_result(&Printed { tables, document, markdown: self.markdown })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The capabilities, as tables and as a document.
#[derive(Serialize)]
#[serde(transparent)]
struct Printed {
    document: Value,
    #[serde(skip)]
    tables: Vec<Table>,
    #[serde(skip)]
    markdown: bool,
}

impl Render for Printed {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        if self.markdown {
            return write!(to, "{}", markdown::render(&self.tables, "## "));
        }
        for (index, Table { title, heading, rows, remark }) in self.tables.iter().enumerate() {
            if index > 0 {
                writeln!(to)?;
            }
            if let Some(title) = title {
                writeln!(to, "{STRONG}{title}{STRONG:#}")?;
            }
            let plain = rows.iter().map(|row| row.iter().map(|cell| cell.replace('`', "")).collect());
            table(to, heading.iter(), plain)?;
            if let Some(remark) = remark {
                writeln!(to, "{remark}")?;
            }
        }
        Ok(())
    }
}

fn named<'a>(matrix: &'a Matrix, vendor: &str) -> anyhow::Result<&'a Column> {
    let names: Vec<_> = matrix.0.iter().map(|column| column.vendor.as_str()).collect();
    match matrix.0.iter().find(|column| column.vendor == vendor) {
        Some(column) => Ok(column),
        None => {
            bail!(
                "{} The vendors are {}.",
                unknown_name("vendor", vendor, names.iter().copied()),
                names.join(", ")
            )
        }
    }
}
