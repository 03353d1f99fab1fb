//! `switchboard voices`, `switchboard models`, `switchboard languages`, `switchboard phone-numbers` and
//! `switchboard knowledge-bases`.

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
    /// The phone numbers of agents.
    PhoneNumbers,
    /// The knowledge bases of agents.
    KnowledgeBases,
}

impl CatalogueName {
    fn name(self) -> &'static str {
        match self {
            Self::Voices => "voices",
            Self::Models => "models",
            Self::Languages => "languages",
            Self::PhoneNumbers => "phone-numbers",
            Self::KnowledgeBases => "knowledge-bases",
        }
    }

    /// Returns the noun for the entries, in the plural.
    fn things(self) -> &'static str {
        match self {
            Self::PhoneNumbers => "phone numbers",
            Self::KnowledgeBases => "knowledge bases",
            other => other.name(),
        }
    }

    /// Returns the columns of the printed table, each with its heading and the JSON pointer of its value.
    fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Voices => &[("ID", "/id"), ("NAME", "/name"), ("LANGUAGE", "/language"), ("KIND", "/kind")],
            Self::Models => &[("ID", "/id"), ("NAME", "/name"), ("KIND", "/kind")],
            Self::Languages => &[("ID", "/id"), ("NAME", "/name")],
            Self::PhoneNumbers => &[("ID", "/id"), ("NUMBER", "/name"), ("KIND", "/kind")],
            Self::KnowledgeBases => &[("ID", "/id"), ("NAME", "/name"), ("KIND", "/kind")],
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
        let things = catalogue.things();
        self.form.print_result(&Listed { data, columns: catalogue.columns(), things })?;
        Ok(ExitCode::SUCCESS)
    }
}
