//! `switchboard calls transcript`.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::one::One;
use crate::{
    client::Ask,
    render::{EXIT_CHANGES, Render, style::STRONG},
};

/// Prints the transcript of a call.
///
/// Exits with 0 if there is a transcript, with 2 if there is none, and with 1 if the command failed.
#[derive(Debug, Args)]
pub struct Transcript {
    #[command(flatten)]
    call: One,
}

/// A transcript, as the gateway returns it.
#[derive(Serialize)]
#[serde(transparent)]
struct Words(Value);

impl Transcript {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.call.form;
        form.finish(self.print().await)
    }

    async fn print(self) -> anyhow::Result<ExitCode> {
        let One { id, connection, form } = &self.call;
        let transcript = connection.open()?.send(&Ask::get(["calls", id, "transcript"])).await?.body;
        let has_words = !transcript["text"].is_null();
        form.print_result(&Words(transcript))?;
        Ok(if has_words { ExitCode::SUCCESS } else { ExitCode::from(EXIT_CHANGES) })
    }
}

impl Render for Words {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        if let Some(segments) = self.0["segments"].as_array() {
            for segment in segments {
                let text = |name: &str| segment[name].as_str().unwrap_or_default();
                writeln!(to, "{STRONG}{}{STRONG:#}: {}", text("speaker"), text("text"))?;
            }
        } else if let Some(text) = self.0["text"].as_str() {
            writeln!(to, "{text}")?;
        } else {
            writeln!(to, "no transcript: {}", self.0["state"].as_str().unwrap_or_default())?;
        }
        if self.0["truncated"] == true {
            writeln!(to, "(the gateway cut the transcript after 2 MiB)")?;
        }
        Ok(())
    }
}
