//! What is wrong with a file, and where.

use std::{fmt, path::Path};

use serde::Serialize;
use switchboard_core::{Error, InputLocation as Spot, Kind, Violation};

/// Where an agent is described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLocation {
    /// The file, as it was named or found.
    pub file: String,
    /// Which of several YAML documents, from 1.
    pub document: Option<usize>,
    /// The pointer to it in its document; empty where it is the whole.
    pub pointer: String,
}

impl FileLocation {
    /// A whole file.
    pub fn file(file: &Path) -> Self {
        Self { file: file.display().to_string(), document: None, pointer: String::new() }
    }
}

impl fmt::Display for FileLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, document, pointer } = self;
        f.write_str(file)?;
        if let Some(document) = document {
            write!(f, " (document {document})")?;
        }
        if pointer.is_empty() { Ok(()) } else { write!(f, " at {pointer}") }
    }
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileError {
    /// The file.
    pub file: String,
    /// Which of several YAML documents, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<usize>,
    /// A JSON pointer into the document; empty where it is about the whole.
    pub pointer: String,
    /// The stable code that the API has for it.
    pub code: Kind,
    /// One sentence.
    pub detail: String,
}

impl FileError {
    /// At a pointer into an agent.
    pub fn at(place: &FileLocation, pointer: &str, code: Kind, detail: impl Into<String>) -> Self {
        Self {
            file: place.file.clone(),
            document: place.document,
            pointer: format!("{}{pointer}", place.pointer),
            code,
            detail: detail.into(),
        }
    }

    /// With a file as a whole.
    pub fn with(file: &Path, code: Kind, detail: impl Into<String>) -> Self {
        Self::at(&FileLocation::file(file), "", code, detail)
    }

    /// All that an error says of a document.
    pub fn all(place: &FileLocation, error: Error) -> Vec<Self> {
        if error.violations.is_empty() {
            return vec![Self::at(place, "", error.kind, error.detail)];
        }
        let found = |Violation { location: spot, code, detail }: Violation| {
            let (Spot::Pointer(name) | Spot::Parameter(name) | Spot::Header(name)) = spot;
            Self::at(place, &name, code, detail)
        };
        error.violations.into_iter().map(found).collect()
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, document, pointer, code, detail } = self;
        f.write_str(file)?;
        if let Some(document) = document {
            write!(f, " (document {document})")?;
        }
        let colon = if pointer.is_empty() { "" } else { ": " };
        write!(f, "{colon}{pointer}: {detail} ({})", code)
    }
}

/// Everything that is wrong with the files.
#[derive(Debug)]
pub struct FileErrors(pub Vec<FileError>);

impl std::error::Error for FileErrors {}

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the files cannot be taken; nothing was done")?;
        self.0.iter().try_for_each(|error| write!(f, "\n{error}"))
    }
}
