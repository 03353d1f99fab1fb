//! The commands that send requests to a running gateway, run as by people or a CI pipeline.

mod apply;
mod calls;
mod connection;
mod explain;
mod export;
mod files;
mod import;
mod migrations;
mod moving;
mod operations;
mod plan;
mod records;
mod setup;
mod vendors;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::with,
    harness::{Config, Harness, KEY, agent, command},
};

/// The output of a command.
#[derive(Debug)]
struct CommandOutput {
    code: i32,
    out: String,
    err: String,
}

impl CommandOutput {
    fn new(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Returns the standard output. Panics unless the command ended with this exit code.
    #[track_caller]
    fn expect(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self.out
    }

    /// Returns the standard output, which must be one JSON document.
    #[track_caller]
    fn json(self, code: i32) -> Value {
        let (out, err) = (self.out.clone(), self.err.clone());
        serde_json::from_str(&self.expect(code)).unwrap_or_else(|cause| panic!("{cause}: {out}\n{err}"))
    }
}

/// Starts a gateway that places agents at QCall by default.
async fn start() -> Harness {
    let tables = "[routing]\ndefault = \"qcall\"\n".to_owned();
    Harness::with(Config { tables, ..Config::default() }).await
}

impl Harness {
    /// Runs a command of the binary against the gateway, in the gateway's directory.
    async fn cli(&self, arguments: &[&str]) -> CommandOutput {
        let url = self.gateway.url.clone();
        self.cli_at(&url, KEY, arguments).await
    }

    /// Runs a command with another gateway URL and another key.
    async fn cli_at(&self, url: &str, key: &str, arguments: &[&str]) -> CommandOutput {
        let mut command = self.cli_command(url, key, arguments);
        // A blocking thread runs the command, because the vendors answer on this thread.
        tokio::task::spawn_blocking(move || CommandOutput::new(command.output().unwrap())).await.unwrap()
    }

    fn cli_command(&self, url: &str, key: &str, arguments: &[&str]) -> Command {
        let mut command = command(arguments, self.dir());
        command.env("SWITCHBOARD_URL", url).env("SWITCHBOARD_KEY", key);
        command
    }

    /// Writes a file below the gateway's directory.
    fn write(&self, name: &str, text: impl AsRef<str>) {
        let path = self.dir().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text.as_ref()).unwrap();
    }

    /// Writes a file with an agent that is placed at QCall.
    fn write_agent(&self, external_ref: &str, patch: Value) {
        let agent = filed(external_ref, patch);
        self.write(&format!("agents/{external_ref}.json"), agent.to_string());
    }
}

/// Returns an agent as a file contains it.
fn filed(external_ref: &str, patch: Value) -> Value {
    let identity = json!({ "external_ref": external_ref, "vendor": null });
    with(with(agent(Vendor::QCALL), identity), patch)
}

/// Returns the only agent of the output.
#[track_caller]
fn only(told: &Value) -> &Value {
    let agents = told["agents"].as_array().unwrap();
    assert_eq!(agents.len(), 1, "{told:#}");
    &agents[0]
}

/// Returns the names and contents of the files in a directory, sorted by name.
fn contents(directory: &Path) -> Vec<(String, String)> {
    let entries = fs::read_dir(directory).unwrap().map(Result::unwrap);
    let mut files: Vec<_> = entries
        .map(|it| (it.file_name().into_string().unwrap(), fs::read_to_string(it.path()).unwrap()))
        .collect();
    files.sort();
    files
}
