//! `switchboard agents create` and `switchboard trunks create`.

use std::{marker::PhantomData, path::PathBuf, process::ExitCode};

use clap::Args;

use super::{
    Kind,
    write::{WriteOptions, print},
};
use crate::{
    client::{Ask, Connection},
    files::only_document,
    render::OutputFormat,
};

/// The file with the new record.
#[derive(Debug, Args)]
#[command(
    about = format!("Creates one {} from a file", K::NAME),
    long_about = format!(
        "Creates one {} from a file\n\n\
         Exits with 0 if the gateway has completed or accepted the write, or if a dry run succeeds, and with 1 \
         otherwise.",
        K::NAME
    )
)]
pub struct Create<K: Kind> {
    #[arg(
        short,
        long,
        value_name = "FILE",
        help = format!("A YAML or JSON file with one {}; it needs no external_ref", K::NAME)
    )]
    file: PathBuf,
    #[command(flatten)]
    options: WriteOptions,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
    #[arg(skip)]
    kind: PhantomData<K>,
}

impl<K: Kind> Create<K> {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.create().await)
    }

    async fn create(self) -> anyhow::Result<ExitCode> {
        let body = only_document(&self.file)?;
        let client = self.connection.open()?;
        let WriteOptions { strict, dry_run, key } = &self.options;
        let ask = match dry_run {
            true => Ask::plan([K::COLLECTION, "plan"], body),
            false => key.add_to(Ask::post([K::COLLECTION], body)),
        };
        let answer = client.send(&ask.strictly(*strict)).await?;
        print(self.form, *dry_run, "created", answer)?;
        Ok(ExitCode::SUCCESS)
    }
}
