//! Agents as files: YAML and JSON, one or several in each, in directories as deep as they are.
//!
//! A file's agent is what the API takes: all settable fields, and nothing that belongs to one gateway or vendor. Its
//! `external_ref` is its identity, so the same files describe the same agents at every gateway.

mod find;
mod mistake;
mod parse;
mod portable;

use std::{collections::HashMap, path::PathBuf};

use switchboard_core::{Agent, Kind};
use switchboard_engine::{Body, Extensions};

pub use self::{
    find::find,
    mistake::{Mistake, Place, Wrong},
    parse::{Document, parse},
    portable::extensions,
};

/// An agent of a file.
#[derive(Debug)]
pub struct Filed {
    /// Where it is described.
    pub place: Place,
    /// Its identity.
    pub external_ref: String,
    /// What it is to be.
    pub body: Body<Agent>,
}

/// The agents of all files.
#[derive(Debug)]
pub struct Files {
    /// In the order of the files, which is that of their names.
    pub agents: Vec<Filed>,
    /// What can be taken, but is not as portable as it could be.
    pub warnings: Vec<Mistake>,
}

impl Files {
    /// Reads these files, and all that are in these directories.
    ///
    /// # Errors
    /// Everything that is wrong with all of them.
    pub fn read(paths: &[PathBuf]) -> Result<Self, Wrong> {
        let (found, mut mistakes) = find(paths);
        let empty = |path: &&PathBuf| !found.iter().any(|file| file.starts_with(path));
        // An empty directory is rather a wrong name than the wish for no agents.
        if let (true, Some(path)) = (mistakes.is_empty(), paths.iter().find(empty)) {
            let detail = "There is no .yaml, .yml or .json file in it.";
            mistakes.push(Mistake::with(path, Kind::NotFound, detail));
        }
        let extensions = extensions();
        let mut files = Self { agents: Vec::new(), warnings: Vec::new() };
        for path in found {
            match parse(&path) {
                Ok(documents) => {
                    documents.into_iter().for_each(|it| files.take(it, &extensions, &mut mistakes));
                }
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        mistakes.extend(files.twins());
        if mistakes.is_empty() { Ok(files) } else { Err(Wrong(mistakes)) }
    }

    fn take(&mut self, document: Document, extensions: &Extensions, mistakes: &mut Vec<Mistake>) {
        match portable::read(document, extensions) {
            Ok(filed) => {
                self.warnings.extend(portable::warning(&filed));
                self.agents.push(filed);
            }
            Err(wrong) => mistakes.extend(wrong),
        }
    }

    /// The agents that another one has the identity of.
    fn twins(&self) -> Vec<Mistake> {
        let mut first: HashMap<&str, &Place> = HashMap::new();
        let mut twins = Vec::new();
        for Filed { place, external_ref, .. } in &self.agents {
            if let Some(other) = first.get(external_ref.as_str()) {
                let detail = format!("{external_ref:?} is the external_ref of an agent in {other} too.");
                twins.push(Mistake::at(place, "/external_ref", Kind::AlreadyExists, detail));
            } else {
                first.insert(external_ref, place);
            }
        }
        twins
    }
}
