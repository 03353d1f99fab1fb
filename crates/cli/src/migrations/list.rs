//! `switchboard migrations list`.

use std::process::ExitCode;

use clap::Args;

use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The columns of the printed table, each with its heading and the JSON pointer of its value.
const COLUMNS: &[(&str, &str)] = &[
    ("ID", "/id"),
    ("STATE", "/state"),
    ("TO", "/to"),
    ("TOTAL", "/total"),
    ("MOVED", "/moved"),
    ("FAILED", "/failed"),
    ("CREATED", "/created_at"),
    ("FINISHED", "/finished_at"),
];

/// The gateway whose migrations are listed, and the output format.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl List {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.list().await)
    }

    async fn list(self) -> anyhow::Result<ExitCode> {
        let data = self.connection.open()?.list(Ask::get(["migrations"])).await?;
        self.form.print_result(&Listed { data, columns: COLUMNS, things: "migrations" })?;
        Ok(ExitCode::SUCCESS)
    }
}
