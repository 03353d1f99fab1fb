//! The directory of an export, with the files that it already contains.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use switchboard_core::error::Kind;

use super::{Format, name::names};
use crate::files::{Document, FileError, FileErrors, find, parse};

/// The directory of an export and the file of each agent.
pub struct Target {
    format: Format,
    /// The file of each agent, in the agents' order.
    paths: Vec<PathBuf>,
    /// The external references of the agents in each existing file; `None` for an agent without a reference.
    known: BTreeMap<PathBuf, BTreeSet<Option<String>>>,
}

/// The file of one exported agent.
#[derive(Debug, Serialize)]
pub struct Written {
    /// The agent's external reference.
    pub external_ref: String,
    /// The path of the file.
    pub file: String,
    /// True if the command wrote the file, false if the file already had this content.
    pub written: bool,
}

impl Target {
    /// Creates the directory if it is missing and there are agents to write, and reads the files that it contains.
    ///
    /// # Errors
    /// If the directory cannot be created or an existing file is invalid. Also fails if a file would lose an agent,
    /// or if an agent would be in two files; the error then lists all such conflicts. In all these cases, no file is
    /// written.
    pub fn new(directory: &Path, format: Format, agents: &[(String, Value)]) -> anyhow::Result<Self> {
        if !agents.is_empty() {
            fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        }
        let extension = match format {
            Format::Yaml => "yaml",
            Format::Json => "json",
        };
        let names = names(agents.iter().map(|(external_ref, _)| external_ref.as_str()));
        let paths: Vec<_> = names.iter().map(|name| directory.join(format!("{name}.{extension}"))).collect();
        let target = Self {
            format,
            known: if directory.exists() { known(directory)? } else { BTreeMap::new() },
            paths,
        };
        let errors = target.conflicts(agents);
        if errors.is_empty() { Ok(target) } else { Err(FileErrors(errors).into()) }
    }

    fn conflicts(&self, agents: &[(String, Value)]) -> Vec<FileError> {
        let targets: BTreeMap<_, _> =
            agents.iter().map(|(external_ref, _)| external_ref.as_str()).zip(&self.paths).collect();
        let mut errors = Vec::new();
        for (path, identities) in &self.known {
            let here = identities.iter().flatten().filter_map(|it| targets.get_key_value(it.as_str()));
            for (external_ref, target) in here.filter(|(_, target)| **target != path) {
                let detail = format!(
                    "{external_ref:?} is in this file and would be in {} too; move it there, or export to another directory.",
                    target.display()
                );
                errors.push(FileError::with(path, Kind::AlreadyExists, detail));
            }
            let is_target = self.paths.contains(path);
            let foreign = |identity: &Option<String>| {
                identity.as_deref().and_then(|it| targets.get(it)).is_none_or(|target| *target != path)
            };
            if is_target && identities.iter().any(foreign) {
                let detail =
                    "The file contains other agents too, which would be lost; move them to another file.";
                errors.push(FileError::with(path, Kind::AlreadyExists, detail));
            }
        }
        errors
    }

    /// Lists the existing files to which no agent is exported.
    pub fn others(&self) -> Vec<String> {
        let others = self.known.keys().filter(|path| !self.paths.contains(path));
        others.map(|path| path.display().to_string()).collect()
    }

    /// Writes each file whose content would change.
    ///
    /// # Errors
    /// If an agent cannot be serialized or a file cannot be written. Files that are already written remain.
    pub fn write(&self, agents: &[(String, Value)]) -> anyhow::Result<Vec<Written>> {
        let files = agents.iter().zip(&self.paths).map(|((external_ref, agent), path)| {
            let text = self.text(agent)?;
            let same = fs::read(path).is_ok_and(|before| before == text.as_bytes());
            if !same {
                replace(path, &text).with_context(|| format!("{} cannot be written", path.display()))?;
            }
            let (external_ref, file) = (external_ref.clone(), path.display().to_string());
            Ok(Written { external_ref, file, written: !same })
        });
        files.collect()
    }

    fn text(&self, agent: &Value) -> anyhow::Result<String> {
        Ok(match self.format {
            Format::Yaml => serde_saphyr::to_string(agent)?,
            Format::Json => serde_json::to_string_pretty(agent)? + "\n",
        })
    }
}

/// Reads the external references of the agents in the files of a directory.
///
/// # Errors
/// All errors in the files.
fn known(directory: &Path) -> Result<BTreeMap<PathBuf, BTreeSet<Option<String>>>, FileErrors> {
    let (found, mut errors) = find(&[directory.to_owned()]);
    let mut known = BTreeMap::new();
    for path in found {
        match parse(&path) {
            Ok(documents) => {
                let identity = |it: &Document| it.value["external_ref"].as_str().map(ToOwned::to_owned);
                known.insert(path, documents.iter().map(identity).collect());
            }
            Err(wrong) => errors.extend(wrong),
        }
    }
    if errors.is_empty() { Ok(known) } else { Err(FileErrors(errors)) }
}

/// Replaces a file atomically. After a failure, the file has either the old or the new content.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    fs::write(&temporary, text)?;
    fs::rename(&temporary, path)
}
