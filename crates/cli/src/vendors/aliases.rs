//! `switchboard aliases`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The columns of the printed table, each with its heading and the JSON pointer of its value.
const COLUMNS: &[(&str, &str)] =
    &[("KIND", "/kind"), ("NAME", "/name"), ("IDS", "/ids"), ("MISSING AT", "/missing_at")];

/// Lists the gateway's aliases of voices, models, knowledge bases and phone numbers, each with its id at every vendor.
#[derive(Debug, Args)]
pub struct Aliases {
    /// Lists only aliases of this kind.
    #[arg(long)]
    kind: Option<Kind>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The kind of an alias.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Kind {
    /// A voice.
    Voice,
    /// A language model.
    Model,
    /// A knowledge base.
    KnowledgeBase,
    /// A phone number.
    PhoneNumber,
}

impl Aliases {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.aliases().await)
    }

    async fn aliases(self) -> anyhow::Result<ExitCode> {
        let mut ask = Ask::get(["aliases"]);
        if let Some(kind) = self.kind.and_then(|kind| kind.to_possible_value()) {
            ask = ask.query("kind", kind.get_name());
        }
        let data = self.connection.open()?.page(&ask).await?;
        self.form.print_result(&Listed { data, columns: COLUMNS, things: "aliases" })?;
        Ok(ExitCode::SUCCESS)
    }
}
