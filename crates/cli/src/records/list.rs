//! `switchboard agents list` and `switchboard trunks list`.

use std::process::ExitCode;

use clap::Args;

use super::{
    Kind,
    filter::{Filter, OwnFilter as _, with_given},
};
use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The selection of records, and the output format.
#[derive(Debug, Args)]
#[command(about = format!("Lists {}s, oldest first unless --sort gives another order", K::NAME))]
pub struct List<K: Kind> {
    #[command(flatten)]
    filter: Filter,
    #[command(flatten)]
    own_filter: K::Filter,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl<K: Kind> List<K> {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.list().await)
    }

    async fn list(self) -> anyhow::Result<ExitCode> {
        let ask = with_given(self.filter.add_to(Ask::get([K::COLLECTION])), self.own_filter.parameters());
        let data = self.connection.open()?.list(ask).await?;
        self.form.print_result(&Listed { data, columns: K::COLUMNS, things: K::COLLECTION })?;
        Ok(ExitCode::SUCCESS)
    }
}
