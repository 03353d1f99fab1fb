//! The directory that agents are written to, with what is there already.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::Serialize;
use serde_json::Value;
use switchboard_core::Kind;

use super::{Format, name::names};
use crate::files::{Document, FileError, FileErrors, find, parse};

/// The directory, and which of its files will hold which agent.
pub struct Target {
    format: Format,
    /// The file of each agent, in the agents' order.
    paths: Vec<PathBuf>,
    /// The identities that files have now, by file.
    known: BTreeMap<PathBuf, BTreeSet<Option<String>>>,
}

/// A file of an agent.
#[derive(Debug, Serialize)]
pub struct Written {
    /// The agent's identity.
    pub external_ref: String,
    /// The file.
    pub file: String,
    /// Whether it was written; else it was the same already.
    pub written: bool,
}

impl Target {
    /// The directory, which is made where there is none.
    ///
    /// # Errors
    /// Where a file would be lost, or an agent be described twice: everything of that kind, and nothing is written.
    pub fn new(directory: &Path, format: Format, agents: &[(String, Value)]) -> anyhow::Result<Self> {
        fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        let extension = match format {
            Format::Yaml => "yaml",
            Format::Json => "json",
        };
        let names = names(agents.iter().map(|(external_ref, _)| external_ref.as_str()));
        let paths: Vec<_> = names.iter().map(|name| directory.join(format!("{name}.{extension}"))).collect();
        let target = Self { format, known: known(directory)?, paths };
        let errors = target.conflicts(agents);
        if errors.is_empty() { Ok(target) } else { Err(FileErrors(errors).into()) }
    }

    fn conflicts(&self, agents: &[(String, Value)]) -> Vec<FileError> {
        let homes: BTreeMap<_, _> =
            agents.iter().map(|(external_ref, _)| external_ref.as_str()).zip(&self.paths).collect();
        let mut errors = Vec::new();
        for (path, identities) in &self.known {
            let here = identities.iter().flatten().filter_map(|it| homes.get_key_value(it.as_str()));
            for (external_ref, home) in here.filter(|(_, home)| **home != path) {
                let detail = format!(
                    "{external_ref:?} is described here, and would be in {} too; move it there, or export elsewhere.",
                    home.display()
                );
                errors.push(FileError::with(path, Kind::AlreadyExists, detail));
            }
            let is_home = self.paths.contains(path);
            let strange = |identity: &Option<String>| {
                identity.as_deref().and_then(|it| homes.get(it)).is_none_or(|home| *home != path)
            };
            if is_home && identities.iter().any(strange) {
                let detail = "It has other agents too, which would be lost; move them to another file.";
                errors.push(FileError::with(path, Kind::AlreadyExists, detail));
            }
        }
        errors
    }

    /// The files that hold none of the agents.
    pub fn others(&self) -> Vec<String> {
        let others = self.known.keys().filter(|path| !self.paths.contains(path));
        others.map(|path| path.display().to_string()).collect()
    }

    /// Writes what differs from what is there.
    ///
    /// # Errors
    /// Those of the file system.
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

/// The identities in the files of a directory.
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

/// A file is whole or as it was: the new text takes its place at once.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(".new");
    fs::write(&aside, text)?;
    fs::rename(&aside, path)
}
