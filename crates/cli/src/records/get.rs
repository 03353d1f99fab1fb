//! `switchboard agents get` and `switchboard trunks get`.

use std::process::ExitCode;

use clap::Args;

use super::{Kind, selector::Selector, shown::Shown};
use crate::{client::Connection, render::OutputFormat};

/// The record to show.
#[derive(Debug, Args)]
#[command(
    about = format!("Shows one {}: its vendor, its losses there, and its fields in the form of a file", K::NAME)
)]
pub struct Get<K: Kind> {
    #[command(flatten)]
    selector: Selector<K>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl<K: Kind> Get<K> {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.get().await)
    }

    async fn get(self) -> anyhow::Result<ExitCode> {
        let record = self.selector.read(&self.connection.open()?).await?;
        self.form.print_result(&Shown(record))?;
        Ok(ExitCode::SUCCESS)
    }
}
