//! How commands tell what they found: lines for people, or one JSON document.

mod progress;
pub mod style;

use std::{
    io::{self, Write, stderr, stdout},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::{Value, json};

use super::{client::ClientError, files::FileErrors};

pub use progress::Progress;

/// The exit code of a command that found something to do, a difference or a loss: neither success nor failure.
pub const EXIT_CHANGES: u8 = 2;

/// What a command found. As JSON it is its own fields.
pub trait Render: Serialize {
    /// The lines for people, styled for a terminal; where there is none, the styles are taken out.
    ///
    /// # Errors
    /// Those of the writer.
    fn lines(&self, to: &mut dyn Write) -> io::Result<()>;
}

/// In which form to tell.
#[derive(Debug, Clone, Copy, Args)]
pub struct OutputFormat {
    /// Prints one JSON document instead of lines, and no progress.
    #[arg(long)]
    json: bool,
}

impl OutputFormat {
    /// Tells what was found on standard output.
    ///
    /// # Errors
    /// Those of standard output.
    pub fn print_result(self, told: &impl Render) -> io::Result<()> {
        if self.json {
            return print(told);
        }
        let mut to = anstream::AutoStream::auto(stdout().lock());
        told.lines(&mut to)?;
        to.flush()
    }

    /// Says something beside what is found, on standard error.
    pub fn note(self, line: &str) {
        if !self.json {
            // Where nobody reads it, nobody misses it.
            let _ = writeln!(stderr(), "{line}");
        }
    }

    /// Shows how far something is that has so many parts.
    pub fn progress(self, doing: &'static str, total: usize) -> Progress {
        if self.json { Progress::silent() } else { Progress::new(doing, total) }
    }

    /// Gives on what a command came to; a failure is a JSON document too, where those are wanted.
    ///
    /// # Errors
    /// The command's.
    pub fn finish(self, result: anyhow::Result<ExitCode>) -> anyhow::Result<ExitCode> {
        if let (true, Err(error)) = (self.json, &result) {
            print(&failure(error))?;
        }
        result
    }
}

fn print(document: &impl Serialize) -> io::Result<()> {
    let mut to = stdout().lock();
    serde_json::to_writer_pretty(&mut to, document)?;
    to.write_all(b"\n")
}

/// What kept a command from finding anything.
fn failure(error: &anyhow::Error) -> Value {
    let mut failure = json!({ "error": format!("{error:#}") });
    if let Some(FileErrors(errors)) = error.downcast_ref() {
        failure["mistakes"] = json!(errors);
    }
    if let Some(ClientError::Refused { problem, .. }) = error.downcast_ref() {
        failure["problem"] = json!(problem);
    }
    failure
}
