//! `switchboard migrate`.

use std::{
    io::{Write, stdout},
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Args;
use secrecy::ExposeSecret as _;

use super::Source;

/// Brings the database to the schema of this version, then ends. A SQLite file does that by itself when it is opened.
#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    source: Source,
}

impl Migrate {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let config = self.source.load()?;
        let migrated =
            switchboard_store::migrate(config.store.url.expose_secret()).await.context("the database")?;
        for step in &migrated.applied {
            writeln!(stdout(), "{step}: done")?;
        }
        writeln!(stdout(), "The database is at version {} of its schema.", migrated.version)?;
        Ok(ExitCode::SUCCESS)
    }
}
