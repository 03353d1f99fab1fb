//! The errors in files of agents, with their locations.

use std::{fmt, path::Path};

use serde::Serialize;
use switchboard_core::error::{Error, InputLocation, Kind, Violation};

/// The location of an agent in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileLocation {
    /// The file, as given on the command line or found in a directory.
    pub file: String,
    /// The number of the YAML document, counted from 1, if the file has several documents.
    pub document: Option<usize>,
    /// The JSON pointer to the agent in its document, empty for the whole document.
    pub pointer: String,
}

impl FileLocation {
    /// Returns the location of a whole file.
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

/// One error in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileError {
    /// The file.
    pub file: String,
    /// The number of the YAML document, counted from 1, if the file has several documents.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<usize>,
    /// The JSON pointer into the document, empty for the whole document.
    pub pointer: String,
    /// The stable code that the API uses for this error.
    pub code: Kind,
    /// The explanation of the error.
    pub detail: String,
}

impl FileError {
    /// Creates an error at a pointer into an agent.
    pub fn at(place: &FileLocation, pointer: &str, code: Kind, detail: impl Into<String>) -> Self {
        Self {
            file: place.file.clone(),
            document: place.document,
            pointer: format!("{}{pointer}", place.pointer),
            code,
            detail: detail.into(),
        }
    }

    /// Creates an error about a whole file.
    pub fn with(file: &Path, code: Kind, detail: impl Into<String>) -> Self {
        Self::at(&FileLocation::file(file), "", code, detail)
    }

    /// Converts an error into one file error for each violation, or into a single one if there are no violations.
    pub fn all(place: &FileLocation, error: Error) -> Vec<Self> {
        if error.violations.is_empty() {
            return vec![Self::at(place, "", error.kind, error.detail)];
        }
        let found = |Violation { location, code, detail }: Violation| {
            let (InputLocation::Pointer(name) | InputLocation::Parameter(name) | InputLocation::Header(name)) =
                location;
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

/// All errors in the files.
#[derive(Debug)]
pub struct FileErrors(pub Vec<FileError>);

impl std::error::Error for FileErrors {}

impl fmt::Display for FileErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the files are not valid; nothing was changed")?;
        self.0.iter().try_for_each(|error| write!(f, "\n{error}"))
    }
}
