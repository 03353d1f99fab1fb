//! The parsing of files into JSON values, before any value is read as an agent.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Options, options};
use switchboard_core::error::{Kind, Result};
use switchboard_core::model::json::{self, Strict};

use super::{FileError, FileLocation, find::unreadable, rounded::refuse_rounded};

/// The maximum size of a file, in bytes: enough for hundreds of agents.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// The format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

impl Notation {
    /// Returns the format for a file's extension in upper or lower case, or `None` if the extension is unknown.
    pub fn from_path(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// A JSON value that represents one agent.
#[derive(Debug)]
pub struct Document {
    /// The location of the value.
    pub place: FileLocation,
    /// The value.
    pub value: Value,
}

/// Reads the agents of a file as JSON values. Each document of the file contains one agent or a list of agents.
///
/// # Errors
/// The first syntax error. If the syntax is valid, all other defects, such as duplicate members. Also fails if the file
/// cannot be read, is larger than 16 MiB or contains no agent.
pub fn parse(path: &Path) -> Result<Vec<Document>, Vec<FileError>> {
    let text = read(path).map_err(|error| vec![error])?;
    let documents = match Notation::from_path(path) {
        Some(Notation::Json) => vec![json::parse(text.as_bytes())],
        _ => yaml(&text).map_err(|detail| vec![FileError::with(path, Kind::ValidationFailed, detail)])?,
    };
    let several = documents.len() > 1;
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for (index, document) in documents.into_iter().enumerate() {
        let place = FileLocation { document: several.then_some(index + 1), ..FileLocation::file(path) };
        match document {
            Ok(value) => found.extend(agents(place, value)),
            Err(error) => errors.extend(FileError::all(&place, error)),
        }
    }
    if found.is_empty() && errors.is_empty() {
        errors.push(FileError::with(path, Kind::ValidationFailed, "The file contains no agent."));
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn read(path: &Path) -> Result<String, FileError> {
    let file = File::open(path).map_err(|cause| unreadable(path, &cause))?;
    let mut text = String::new();
    let read =
        file.take(MAX_FILE_BYTES + 1).read_to_string(&mut text).map_err(|cause| match cause.kind() {
            io::ErrorKind::InvalidData => {
                FileError::with(path, Kind::ValidationFailed, "The file is not UTF-8.")
            }
            _ => unreadable(path, &cause),
        })?;
    if read as u64 > MAX_FILE_BYTES {
        let detail = format!("The file is larger than {MAX_FILE_BYTES} bytes.");
        return Err(FileError::with(path, Kind::BodyTooLarge, detail));
    }
    Ok(text)
}

/// Parses the YAML documents of a string. Omits empty documents.
fn yaml(text: &str) -> Result<Vec<Result<Value>>, String> {
    let documents = serde_saphyr::from_multiple_with_options::<Strict>(text, strictly());
    let documents = documents.map_err(|cause| format!("The file is not valid YAML: {cause}."))?;
    let documents = documents.into_iter();
    Ok(documents
        .map(|Strict(document)| document.and_then(|document| refuse_rounded(document, text)))
        .collect())
}

/// Returns the parser's options. They keep ambiguous scalars, such as the language `no` and the digits `007`, as
/// strings, and leave duplicate keys to [`Strict`], which lists them.
fn strictly() -> Options {
    options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        with_snippet: false,
    }
}

fn agents(place: FileLocation, value: Value) -> Vec<Document> {
    match value {
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items
                .map(|(index, value)| Document {
                    place: FileLocation { pointer: format!("/{index}"), ..place.clone() },
                    value,
                })
                .collect()
        }
        value => vec![Document { place, value }],
    }
}
