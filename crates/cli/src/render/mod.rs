//! The output of commands: lines for people, or one JSON document.

mod confirm;
mod list;
mod printable;
mod progress;
pub mod style;
mod table;

use std::{
    io::{self, Write, stderr, stdout},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use super::{client::ClientError, files::FileErrors};

pub use {
    confirm::confirm,
    list::Listed,
    printable::{Printable, printable},
    progress::Progress,
    table::{rows, table},
};

/// The exit code of a command that found changes, differences or losses, or left work undone. Such a result is neither a
/// success nor a failure.
pub const EXIT_CHANGES: u8 = 2;

/// The result of a command, which can be printed as lines or as JSON.
pub trait Render: Serialize {
    /// Writes lines for people, styled for a terminal. The stream removes the styles if it is not a terminal.
    ///
    /// # Errors
    /// If writing fails.
    fn lines(&self, to: &mut dyn Write) -> io::Result<()>;
}

/// The format of the output.
#[derive(Debug, Clone, Copy, Args)]
pub struct OutputFormat {
    /// Prints one JSON document instead of lines, and no progress.
    #[arg(long)]
    json: bool,
}

impl OutputFormat {
    /// Prints a result on standard output.
    ///
    /// # Errors
    /// If writing to standard output fails.
    pub fn print_result(self, result: &impl Render) -> io::Result<()> {
        if self.json {
            return print(result);
        }
        let mut to = Printable(anstream::AutoStream::auto(stdout().lock()));
        result.lines(&mut to)?;
        to.flush()
    }

    /// Prints a note on standard error, unless the output is JSON.
    pub fn note(self, line: &str) {
        if !self.json {
            // Ignore a failure: if standard error is closed, the line has no reader.
            let _ = writeln!(Printable(stderr()), "{line}");
        }
    }

    /// Shows the progress of a task with `total` steps, unless the output is JSON.
    pub fn progress(self, doing: &'static str, total: usize) -> Progress {
        if self.json { Progress::silent() } else { Progress::new(doing, total) }
    }

    /// Completes a command. With `--json`, also prints a failure as a JSON document on standard output.
    ///
    /// # Errors
    /// The command's error, unchanged, or the error of writing to standard output.
    pub fn finish(self, result: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
        self.finish_with_key(result, None)
    }

    /// Completes a command like [`OutputFormat::finish`]. The document of a failure also has the idempotency key of the
    /// command's request, because the same request with another key could be carried out twice.
    ///
    /// # Errors
    /// The errors of [`OutputFormat::finish`].
    pub fn finish_with_key(
        self,
        result: anyhow::Result<ExitCode>,
        key: Option<&str>,
    ) -> anyhow::Result<ExitCode> {
        if let (true, Err(error)) = (self.json, &result) {
            let mut failure = failure(error);
            if let Some(key) = key {
                failure["idempotency_key"] = json!(key);
            }
            print(&failure)?;
        }
        result
    }
}

fn print(document: &impl Serialize) -> io::Result<()> {
    let mut to = stdout().lock();
    serde_json::to_writer_pretty(&mut to, document)?;
    to.write_all(b"\n")
}

/// Joins the messages of an error and of its causes.
pub fn joined(error: &anyhow::Error) -> String {
    let mut messages: Vec<_> = error.chain().map(ToString::to_string).collect();
    let last = messages.pop().unwrap_or_default();
    // A message that is a whole sentence ends with a full stop, and another message follows.
    let before = messages.iter().map(|message| format!("{}: ", message.strip_suffix('.').unwrap_or(message)));
    before.chain([last]).collect()
}

/// Describes the error of a command as JSON.
fn failure(error: &anyhow::Error) -> Value {
    let mut failure = json!({ "error": joined(error) });
    if let Some(FileErrors(errors)) = error.downcast_ref() {
        failure["errors"] = json!(errors);
    }
    if let Some(ClientError::Refused { problem, .. }) = error.downcast_ref() {
        failure["problem"] = json!(problem);
    }
    failure
}
