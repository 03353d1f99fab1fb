//! `switchboard vendors`.

use std::process::ExitCode;

use clap::Args;

use super::shown::Shown;
use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The columns of the printed table, each with its heading and the JSON pointer of its value.
const COLUMNS: &[(&str, &str)] = &[
    ("NAME", "/name"),
    ("ADAPTER", "/adapter"),
    ("VENDOR", "/title"),
    ("GENERATION", "/generation"),
    ("HEALTH", "/health/state"),
    ("IN FLIGHT", "/health/in_flight"),
    ("LAST ERROR", "/health/last_error/code"),
];

/// Lists the gateway's vendors with their health, or shows one vendor.
#[derive(Debug, Args)]
pub struct Vendors {
    /// The vendor to show, by its configured name.
    #[arg(value_name = "VENDOR")]
    vendor: Option<String>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl Vendors {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.vendors().await)
    }

    async fn vendors(self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        match &self.vendor {
            Some(vendor) => {
                let vendor = client.send(&Ask::get(["vendors", vendor])).await?.body;
                self.form.print_result(&Shown(vendor))?;
            }
            None => {
                let data = client.page(&Ask::get(["vendors"])).await?;
                self.form.print_result(&Listed { data, columns: COLUMNS, things: "vendors" })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
