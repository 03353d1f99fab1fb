//! Agents in files: YAML or JSON, one or several agents per file, in nested directories.
//!
//! An agent in a file has the form of a request body of the API, without output-only members. The `external_ref` identifies
//! the agent, so the same files describe the same agents at every gateway.

mod error;
mod find;
mod parse;
mod portable;
mod rounded;

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use anyhow::bail;
use serde_json::Value;
use switchboard_core::{error::Kind, model::Agent};
use switchboard_engine::{Body, Extensions};

pub use self::{
    error::{FileError, FileErrors, FileLocation},
    find::find,
    parse::{Document, parse},
    portable::extensions,
};

/// Reads the only document of a file.
///
/// # Errors
/// The errors in the file, or an error if it has several documents. The items of a list at the top level count as
/// documents.
pub fn only_document(file: &Path) -> anyhow::Result<Value> {
    let mut documents = parse(file).map_err(FileErrors)?;
    match documents.pop().filter(|_| documents.is_empty()) {
        Some(document) => Ok(document.value),
        None => bail!("{} contains several documents; give a file with one", file.display()),
    }
}

/// An agent in a file.
#[derive(Debug)]
pub struct FileAgent {
    /// The location of the agent.
    pub place: FileLocation,
    /// The external reference.
    pub external_ref: String,
    /// The desired state.
    pub body: Body<Agent>,
}

/// The agents of all files.
#[derive(Debug)]
pub struct Files {
    /// The agents, in the order of the files.
    pub agents: Vec<FileAgent>,
    /// The warnings about valid agents, for example if an agent is not portable to every gateway.
    pub warnings: Vec<FileError>,
}

impl Files {
    /// Reads these files, and in these directories all YAML and JSON files that are not hidden.
    ///
    /// # Errors
    /// All errors in all files and paths. An external reference that several agents have is an error too. If the paths
    /// have no other error, reports the first directory that contains no agent files.
    pub fn read(paths: &[PathBuf]) -> Result<Self, FileErrors> {
        let (found, mut errors) = find(paths);
        let empty = |path: &&PathBuf| !found.iter().any(|file| file.starts_with(path));
        // An empty directory is more likely a wrong path than a request to have no agents.
        if let (true, Some(path)) = (errors.is_empty(), paths.iter().find(empty)) {
            let detail = "There is no .yaml, .yml or .json file in this directory.";
            errors.push(FileError::with(path, Kind::NotFound, detail));
        }
        let extensions = extensions();
        let mut files = Self { agents: Vec::new(), warnings: Vec::new() };
        for path in found {
            match parse(&path) {
                Ok(documents) => {
                    documents.into_iter().for_each(|it| files.take(it, &extensions, &mut errors));
                }
                Err(wrong) => errors.extend(wrong),
            }
        }
        errors.extend(files.duplicates());
        if errors.is_empty() { Ok(files) } else { Err(FileErrors(errors)) }
    }

    fn take(&mut self, document: Document, extensions: &Extensions, errors: &mut Vec<FileError>) {
        match portable::read(document, extensions) {
            Ok(file_agent) => {
                self.warnings.extend(portable::warnings(&file_agent));
                self.agents.push(file_agent);
            }
            Err(wrong) => errors.extend(wrong),
        }
    }

    /// Reports each agent whose external reference an earlier agent already has.
    fn duplicates(&self) -> Vec<FileError> {
        let mut first: HashMap<&str, &FileLocation> = HashMap::new();
        let mut duplicates = Vec::new();
        for FileAgent { place, external_ref, .. } in &self.agents {
            if let Some(other) = first.get(external_ref.as_str()) {
                let detail = format!("{external_ref:?} is also the external_ref of an agent in {other}.");
                duplicates.push(FileError::at(place, "/external_ref", Kind::AlreadyExists, detail));
            } else {
                first.insert(external_ref, place);
            }
        }
        duplicates
    }
}
