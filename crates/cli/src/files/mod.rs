//! Agents as files: YAML and JSON, one or several in each, in directories as deep as they are.
//!
//! A file's agent is what the API takes: all settable fields, and nothing that belongs to one gateway or vendor. Its
//! `external_ref` is its identity, so the same files describe the same agents at every gateway.

mod error;
mod find;
mod parse;
mod portable;

use std::{collections::HashMap, path::PathBuf};

use switchboard_core::{Agent, Kind};
use switchboard_engine::{Body, Extensions};

pub use self::{
    error::{FileError, FileErrors, FileLocation},
    find::find,
    parse::{Document, parse},
    portable::extensions,
};

/// An agent of a file.
#[derive(Debug)]
pub struct FileAgent {
    /// Where it is described.
    pub place: FileLocation,
    /// Its identity.
    pub external_ref: String,
    /// What it is to be.
    pub body: Body<Agent>,
}

/// The agents of all files.
#[derive(Debug)]
pub struct Files {
    /// In the order of the files, which is that of their names.
    pub agents: Vec<FileAgent>,
    /// What can be taken, but is not as portable as it could be.
    pub warnings: Vec<FileError>,
}

impl Files {
    /// Reads these files, and all that are in these directories.
    ///
    /// # Errors
    /// Everything that is wrong with all of them.
    pub fn read(paths: &[PathBuf]) -> Result<Self, FileErrors> {
        let (found, mut errors) = find(paths);
        let empty = |path: &&PathBuf| !found.iter().any(|file| file.starts_with(path));
        // An empty directory is rather a wrong name than the wish for no agents.
        if let (true, Some(path)) = (errors.is_empty(), paths.iter().find(empty)) {
            let detail = "There is no .yaml, .yml or .json file in it.";
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
                self.warnings.extend(portable::warning(&file_agent));
                self.agents.push(file_agent);
            }
            Err(wrong) => errors.extend(wrong),
        }
    }

    /// The agents that another one has the identity of.
    fn duplicates(&self) -> Vec<FileError> {
        let mut first: HashMap<&str, &FileLocation> = HashMap::new();
        let mut twins = Vec::new();
        for FileAgent { place, external_ref, .. } in &self.agents {
            if let Some(other) = first.get(external_ref.as_str()) {
                let detail = format!("{external_ref:?} is the external_ref of an agent in {other} too.");
                twins.push(FileError::at(place, "/external_ref", Kind::AlreadyExists, detail));
            } else {
                first.insert(external_ref, place);
            }
        }
        twins
    }
}
