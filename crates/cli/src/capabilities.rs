//! `switchboard capabilities`.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use anyhow::bail;
use clap::Args;
use switchboard_core::error::unknown_name;
use switchboard_engine::{
    capability::Column, capability::Matrix, capability::built_in, capability::difference,
    capability::markdown,
};
use switchboard_registry::ADAPTERS;

/// Prints the capabilities of the vendors as Markdown tables.
#[derive(Debug, Args)]
pub struct Capabilities {
    /// Prints one vendor in detail, with the vendor's own field names.
    #[arg(long, value_name = "VENDOR", conflicts_with = "diff")]
    vendor: Option<String>,
    /// Prints the changes in capabilities for a record that moves from one vendor to another.
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"])]
    diff: Option<Vec<String>>,
}

impl Capabilities {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let matrix = built_in(&ADAPTERS);
        let text = match (&self.vendor, self.diff.as_deref()) {
            (Some(vendor), _) => markdown::column(named(&matrix, vendor)?),
            (None, Some([from, to])) => {
                let (from, to) = (named(&matrix, from)?, named(&matrix, to)?);
                let (agents, trunks) = difference(from, to);
                markdown::difference(&from.vendor, &to.vendor, &[agents, trunks].concat())
            }
            _ => markdown::matrix(&matrix),
        };
        stdout().write_all(text.as_bytes())?;
        Ok(ExitCode::SUCCESS)
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
