//! `switchboard agents delete` and `switchboard trunks delete`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Kind, selector::Selector, write::IdempotencyKey};
use crate::{
    client::{Ask, Connection},
    render::{
        EXIT_CHANGES, OutputFormat, Render, confirm,
        style::{CHANGED, GOOD, STRONG},
    },
};

/// The record to delete.
#[derive(Debug, Args)]
#[command(
    about = format!("Deletes one {} from the gateway and at the vendor, after confirmation", K::NAME),
    long_about = format!(
        "Deletes one {} from the gateway and at the vendor, after confirmation\n\n\
         Exits with 0 if the gateway has completed or accepted the deletion, with 2 if it was not confirmed, and with 1 otherwise.",
        K::NAME
    )
)]
pub struct Delete<K: Kind> {
    #[command(flatten)]
    selector: Selector<K>,
    /// The action on the vendor's record.
    #[arg(long, value_enum, default_value_t = OnVendor::Delete)]
    on_vendor: OnVendor,
    /// Deletes nothing if the current revision has a different number.
    #[arg(long, value_name = "NUMBER")]
    if_revision: Option<u64>,
    /// Deletes without asking for confirmation.
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    key: IdempotencyKey,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The action on the vendor's record.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum OnVendor {
    /// Deletes the record at the vendor too.
    Delete,
    /// Leaves the record at the vendor.
    Keep,
}

impl OnVendor {
    fn word(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Keep => "keep",
        }
    }
}

impl<K: Kind> Delete<K> {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.delete().await)
    }

    async fn delete(self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        let id = self.selector.id(&client).await?;
        if !self.yes && !confirm(&format!("Delete {} {id}?", K::NAME))? {
            return Ok(EXIT_CHANGES.into());
        }
        let mut ask = Ask::delete([K::COLLECTION, &id]).query("on_vendor", self.on_vendor.word());
        if let Some(revision) = self.if_revision {
            ask = ask.if_match(revision);
        }
        let answer = client.send(&self.key.add_to(ask)).await?;
        let operation_id = answer.body["id"].as_str().filter(|_| answer.status == 202).map(ToOwned::to_owned);
        let outcome = if answer.status == 202 { Outcome::Accepted } else { Outcome::Deleted };
        self.form.print_result(&Deletion { id, outcome, operation_id })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The result of a deletion.
#[derive(Serialize)]
struct Deletion {
    id: String,
    outcome: Outcome,
    /// The id of the operation that continues the deletion, if the gateway has accepted but not completed it.
    operation_id: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Deleted,
    Accepted,
}

impl Render for Deletion {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { id, operation_id, .. } = self;
        match operation_id {
            Some(operation) => writeln!(
                to,
                "{CHANGED}accepted{CHANGED:#} {id}; the gateway continues the deletion as {STRONG}{operation}{STRONG:#}"
            ),
            None => writeln!(to, "{GOOD}deleted{GOOD:#} {id}"),
        }
    }
}
