//! `switchboard calls recording`.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, IsTerminal as _, Write, stdout},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::Args;
use serde::Serialize;

use super::one::One;
use crate::{
    client::{Ask, Download},
    render::Render,
};

/// Saves the recording of a call.
///
/// If the vendor provides a link, the recording is fetched there, without the API key.
#[derive(Debug, Args)]
pub struct Recording {
    #[command(flatten)]
    call: One,
    /// The file to write. An existing file is replaced when the recording is complete. By default, the bytes go to standard
    /// output, which must not be a terminal.
    #[arg(long, value_name = "FILE", required_if_eq("json", "true"))]
    output: Option<PathBuf>,
}

/// A recording that was saved.
#[derive(Serialize)]
struct Saved<'a> {
    file: &'a Path,
    bytes: u64,
    media_type: Option<String>,
}

impl Recording {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.call.form;
        form.finish(self.save().await)
    }

    async fn save(&self) -> anyhow::Result<ExitCode> {
        let One { id, connection, form } = &self.call;
        if self.output.is_none() && stdout().is_terminal() {
            bail!("a terminal cannot show a recording: give --output FILE, or redirect the standard output");
        }
        let download = connection.open()?.download(&Ask::get(["calls", id, "recording"])).await?;
        let media_type = download.media_type().map(ToOwned::to_owned);
        match &self.output {
            None => drop(copy(download, &mut stdout().lock()).await?),
            Some(file) => {
                let bytes = write(download, file).await?;
                form.print_result(&Saved { file, bytes, media_type })?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a recording to a temporary file. When the recording is complete, the temporary file replaces `file`. Returns
/// the number of bytes.
async fn write(download: Download, file: &Path) -> anyhow::Result<u64> {
    let mut part = OsString::from(file);
    part.push(".part");
    let part = PathBuf::from(part);
    let created = File::create(&part).with_context(|| format!("{} cannot be written", part.display()))?;
    let written = copy(download, &created).await.and_then(|bytes| {
        fs::rename(&part, file).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(bytes)
    });
    if written.is_err() {
        // Ignore a failure to remove the file, so that the user sees the original error.
        let _ = fs::remove_file(&part);
    }
    written
}

async fn copy(mut download: Download, mut to: impl Write) -> anyhow::Result<u64> {
    let mut bytes = 0;
    while let Some(piece) = download.next_piece().await? {
        to.write_all(&piece).context("the recording cannot be written")?;
        bytes += piece.len() as u64;
    }
    to.flush().context("the recording cannot be written")?;
    Ok(bytes)
}

impl Render for Saved<'_> {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let media_type = self.media_type.as_deref().unwrap_or("unknown type");
        writeln!(to, "{} bytes ({media_type}) in {}", self.bytes, self.file.display())
    }
}
