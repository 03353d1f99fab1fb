//! `switchboard agents patch` and `switchboard trunks patch`.

use std::{path::PathBuf, process::ExitCode};

use clap::Args;
use serde_json::Value;
use switchboard_core::model::json;

use super::{
    Kind,
    selector::Selector,
    write::{WriteOptions, print},
};
use crate::{
    client::{Ask, Connection},
    files::only_document,
    render::OutputFormat,
};

/// The record to change, and the patch.
#[derive(Debug, Args)]
#[command(
    about = format!("Changes fields of one {} with a JSON merge patch (RFC 7396); null removes a field", K::NAME),
    long_about = format!(
        "Changes fields of one {0} with a JSON merge patch (RFC 7396); null removes a field\n\n\
         Example: switchboard {1} patch reception --patch '{{\"name\": \"Front desk\"}}'\n\n\
         Exits with 0 if the gateway has completed or accepted the write, or if a dry run succeeds, and with 1 \
         otherwise.",
        K::NAME, K::COLLECTION
    )
)]
pub struct Patch<K: Kind> {
    #[command(flatten)]
    selector: Selector<K>,
    /// The patch, as JSON. Other users of the machine can read arguments, so put secrets in a file.
    #[arg(long, value_name = "JSON", value_parser = patch, required_unless_present = "file", conflicts_with = "file")]
    patch: Option<Value>,
    /// A YAML or JSON file with the patch.
    #[arg(short, long, value_name = "FILE")]
    file: Option<PathBuf>,
    /// Changes nothing if the current revision has a different number.
    #[arg(long, value_name = "NUMBER", conflicts_with = "dry_run")]
    if_revision: Option<u64>,
    #[command(flatten)]
    options: WriteOptions,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl<K: Kind> Patch<K> {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.patch().await)
    }

    async fn patch(self) -> anyhow::Result<ExitCode> {
        let patch = match (self.patch, &self.file) {
            (Some(patch), _) => patch,
            (None, Some(file)) => only_document(file)?,
            (None, None) => Value::Null,
        };
        let client = self.connection.open()?;
        let id = self.selector.id(&client).await?;
        let WriteOptions { strict, dry_run, key } = &self.options;
        let mut ask = match dry_run {
            true => Ask::plan([K::COLLECTION, &id, "plan"], patch),
            false => key.add_to(Ask::patch([K::COLLECTION, &id], patch)),
        };
        if let Some(revision) = self.if_revision {
            ask = ask.if_match(revision);
        }
        let answer = client.send(&ask.strictly(*strict)).await?;
        print(self.form, *dry_run, "changed", answer)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Parses a patch with the same checks as the gateway.
///
/// # Errors
/// All violations, as one sentence.
fn patch(text: &str) -> Result<Value, String> {
    json::parse(text.as_bytes()).map_err(|error| match error.violations.as_slice() {
        [] => error.detail,
        violations => violations.iter().map(|it| it.detail.as_str()).collect::<Vec<_>>().join(" "),
    })
}
