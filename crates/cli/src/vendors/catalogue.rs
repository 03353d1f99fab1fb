//! `switchboard voices`, `switchboard models` and `switchboard languages`.

use std::process::ExitCode;

use clap::Args;

use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The vendor whose catalogue is listed.
#[derive(Debug, Args)]
pub struct Catalogue {
    /// The vendor, by its configured name.
    #[arg(value_name = "VENDOR")]
    vendor: String,
    /// Asks the vendor again instead of using the gateway's cached copy.
    #[arg(long)]
    refresh: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The name of a catalogue.
#[derive(Debug, Clone, Copy)]
pub enum CatalogueName {
    /// The voices of agents.
    Voices,
    /// The language models of agents.
    Models,
    /// The languages of agents.
    Languages,
}

impl CatalogueName {
    fn name(self) -> &'static str {
        match self {
            Self::Voices => "voices",
            Self::Models => "models",
            Self::Languages => "languages",
        }
    }

    /// Returns the columns for people.
    fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Voices => &[("ID", "/id"), ("NAME", "/name"), ("LANGUAGE", "/language"), ("KIND", "/kind")],
            Self::Models => &[("ID", "/id"), ("NAME", "/name"), ("KIND", "/kind")],
            Self::Languages => &[("ID", "/id"), ("NAME", "/name")],
        }
    }
}

impl Catalogue {
    /// Lists this catalogue.
    ///
    /// # Errors
    /// The gateway's error.
    pub async fn run(self, catalogue: CatalogueName) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.list(catalogue).await)
    }

    async fn list(self, catalogue: CatalogueName) -> anyhow::Result<ExitCode> {
        let name = catalogue.name();
        let mut ask = Ask::get(["vendors", &self.vendor, name]);
        if self.refresh {
            ask = ask.query("refresh", "true");
        }
        let data = self.connection.open()?.page(&ask).await?;
        self.form.print_result(&Listed { data, columns: catalogue.columns(), things: name })?;
        Ok(ExitCode::SUCCESS)
    }
}
