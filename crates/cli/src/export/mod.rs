//! `switchboard export`.

mod name;
mod target;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;

use self::target::{Target, Written};
use super::{
    client::{Ask, ClientError, Connection},
    fleet::{Fleet, GatewayAgent, Label, label},
    render::{
        EXIT_CHANGES, OutputFormat, Render, printable,
        style::{CHANGED, FAINT, GOOD, STRONG},
    },
};

/// Writes each agent of a gateway to a separate file, in the form that `apply` reads.
///
/// Does not write a file that already has the right content. Exits with 0 if every selected agent has a file, with 2 if an
/// agent has no external_ref and therefore no file, and with 1 if the export failed.
#[derive(Debug, Args)]
pub struct Export {
    /// The directory for the files; created if missing, unless there is no agent to write.
    #[arg(short = 'f', long = "file", value_name = "DIRECTORY")]
    directory: PathBuf,
    /// The format of the files.
    #[arg(long, value_enum, default_value_t = Format::Yaml)]
    format: Format,
    /// Exports only agents with this label. If given several times, an agent must have all of the labels.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Exports only agents that run at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Gives each agent without an external_ref its id as the external_ref, at the gateway and in the file.
    #[arg(long)]
    assign_refs: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The format of the exported files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

impl Export {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.export().await)
    }

    async fn export(self) -> anyhow::Result<ExitCode> {
        let fleet = Fleet::new(self.connection.open()?);
        let (mut left_out, mut unnamed) = (Vec::new(), Vec::new());
        let mut agents: Vec<(String, Value)> = Vec::new();
        for mut held in fleet.all(self.vendor.as_deref(), &self.labels).await? {
            match held.external_ref() {
                Some(external_ref) => agents.push((external_ref.to_owned(), held.body.document()?)),
                None if self.assign_refs => {
                    held.body.envelope.external_ref = Some(held.id.clone());
                    agents.push((held.id.clone(), held.body.document()?));
                    unnamed.push(held);
                }
                None => left_out.push(LeftOut { id: held.id.clone(), name: held.name().to_owned() }),
            }
        }
        let all = self.vendor.is_none() && self.labels.is_empty();
        let target = Target::new(&self.directory, self.format, &agents)?;
        // An error in the directory changes nothing at the gateway either.
        for held in &unnamed {
            assign(&fleet, held).await?;
        }
        let others = if all { target.others() } else { Vec::new() };
        let files = target.write(&agents)?;
        let partial = !left_out.is_empty();
        self.form.print_result(&Exported { files, left_out, others })?;
        Ok(if partial { EXIT_CHANGES.into() } else { ExitCode::SUCCESS })
    }
}

/// Sets an agent's external reference to the agent's id at the gateway.
async fn assign(fleet: &Fleet, held: &GatewayAgent) -> Result<(), ClientError> {
    let patch = serde_json::json!({ "external_ref": held.id });
    fleet.client.send(&Ask::patch(["agents", &held.id], patch).if_match(held.revision)).await?;
    Ok(())
}

#[derive(Serialize)]
struct Exported {
    files: Vec<Written>,
    /// The agents without a file.
    left_out: Vec<LeftOut>,
    /// The existing files that contain no exported agent; empty if a filter is given. The command does not change
    /// these files.
    others: Vec<String>,
}

/// An agent without an external reference.
#[derive(Serialize)]
struct LeftOut {
    id: String,
    name: String,
}

impl Render for Exported {
    fn lines(&self, to: &mut dyn Write) -> io::Result<()> {
        let (written, same): (Vec<_>, Vec<_>) = self.files.iter().partition(|file| file.written);
        for Written { file, external_ref, .. } in &written {
            writeln!(to, "{GOOD}written{GOOD:#} {STRONG}{external_ref}{STRONG:#} {FAINT}{file}{FAINT:#}")?;
        }
        for LeftOut { id, name } in &self.left_out {
            let name = printable(name);
            writeln!(
                to,
                "{CHANGED}left out{CHANGED:#} {STRONG}{id}{STRONG:#} ({name}): it has no external_ref; --assign-refs gives it one"
            )?;
        }
        for file in &self.others {
            writeln!(to, "{CHANGED}left alone{CHANGED:#} {file}: the gateway has no such agent")?;
        }
        let (written, same, left_out) = (written.len(), same.len(), self.left_out.len());
        writeln!(to, "{written} written, {same} unchanged, {left_out} left out")
    }
}
