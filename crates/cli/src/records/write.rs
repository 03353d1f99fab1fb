//! The options and the output that the writes of single records share.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use uuid::Uuid;

use super::shown::Shown;
use crate::{
    client::{Answer, Ask},
    preview::Explanation,
    render::{
        OutputFormat, Render,
        style::{CHANGED, GOOD, STRONG},
    },
};

/// The options of a write.
#[derive(Debug, Args)]
pub struct WriteOptions {
    /// Refuses the write if the vendor would lose or change any of the requested values.
    #[arg(long)]
    pub strict: bool,
    /// Shows what the write would do, and changes nothing.
    #[arg(long, conflicts_with = "idempotency_key")]
    pub dry_run: bool,
    #[command(flatten)]
    pub key: IdempotencyKey,
}

/// The key that makes a write safe to repeat.
#[derive(Debug, Args)]
pub struct IdempotencyKey {
    /// A key of your choice. A second run with the same key gets the first run's answer and writes nothing. A second run that
    /// deletes a record needs the record's id. By default, each run has a new key.
    #[arg(long, visible_alias = "key", value_name = "KEY")]
    idempotency_key: Option<String>,
}

impl IdempotencyKey {
    /// Returns the given key, or a new one.
    pub fn chosen(&self) -> String {
        self.idempotency_key.clone().unwrap_or_else(|| format!("cli-{}", Uuid::now_v7()))
    }

    /// Adds the key to a request.
    pub fn add_to(&self, ask: Ask) -> Ask {
        ask.once(&self.chosen())
    }
}

/// Prints the answer to a dry run, or to a write that created or changed a record.
///
/// # Errors
/// If writing to standard output fails.
pub fn print(form: OutputFormat, dry_run: bool, verb: &'static str, answer: Answer) -> io::Result<()> {
    if dry_run {
        return form.print_result(&Explanation(answer.body));
    }
    let accepted = answer.status == 202;
    form.print_result(&Written { record: Shown(answer.body), accepted, verb })
}

/// A record that was written.
#[derive(Serialize)]
#[serde(transparent)]
struct Written {
    record: Shown,
    /// True if the gateway continues the write in the background.
    #[serde(skip)]
    accepted: bool,
    #[serde(skip)]
    verb: &'static str,
}

impl Render for Written {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let Self { record, accepted, verb } = self;
        if *accepted {
            let operation = record.0["sync"]["operation_id"].as_str().unwrap_or_default();
            writeln!(
                to,
                "{CHANGED}accepted{CHANGED:#}; the gateway continues the write as {STRONG}{operation}{STRONG:#}"
            )?;
        } else {
            writeln!(to, "{GOOD}{verb}{GOOD:#}")?;
        }
        record.lines(to)
    }
}
