//! What a file says, before anything is known of agents.

use std::{fs::File, io::Read as _, path::Path};

use serde_json::Value;
use serde_saphyr::{DuplicateKeyPolicy, Options, options};
use switchboard_core::json::{self, Strict};
use switchboard_core::{Kind, Result};

use super::{Mistake, Place, find::unreadable};

/// The largest file, in bytes: hundreds of agents.
const LARGEST: u64 = 16 * 1024 * 1024;

/// In which notation a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// YAML 1.2.
    Yaml,
    /// JSON.
    Json,
}

impl Notation {
    /// That of a file of this name, if it is one of ours.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()? {
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// What is to be one agent.
#[derive(Debug)]
pub struct Document {
    /// Where it is.
    pub place: Place,
    /// What it says.
    pub value: Value,
}

/// The agents of a file: each of its documents, and each item of a document that is a list.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(path: &Path) -> Result<Vec<Document>, Vec<Mistake>> {
    let text = read(path).map_err(|mistake| vec![mistake])?;
    let documents = match Notation::of(path) {
        Some(Notation::Json) => vec![json::parse(text.as_bytes())],
        _ => yaml(&text).map_err(|detail| vec![Mistake::with(path, Kind::ValidationFailed, detail)])?,
    };
    let several = documents.len() > 1;
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for (index, document) in documents.into_iter().enumerate() {
        let place = Place { document: several.then_some(index + 1), ..Place::of(path) };
        match document {
            Ok(value) => found.extend(agents(place, value)),
            Err(error) => mistakes.extend(Mistake::all(&place, error)),
        }
    }
    if found.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake::with(path, Kind::ValidationFailed, "There is no agent in it."));
    }
    if mistakes.is_empty() { Ok(found) } else { Err(mistakes) }
}

fn read(path: &Path) -> Result<String, Mistake> {
    let file = File::open(path).map_err(|cause| unreadable(path, &cause))?;
    let mut text = String::new();
    let read = file.take(LARGEST + 1).read_to_string(&mut text).map_err(|cause| unreadable(path, &cause))?;
    if read as u64 > LARGEST {
        let detail = format!("It is larger than {LARGEST} bytes.");
        return Err(Mistake::with(path, Kind::BodyTooLarge, detail));
    }
    Ok(text)
}

/// The documents of a YAML text, empty ones left out.
fn yaml(text: &str) -> Result<Vec<Result<Value>>, String> {
    let documents = serde_saphyr::from_multiple_with_options::<Strict>(text, strictly());
    let documents = documents.map_err(|cause| format!("It is not YAML: {cause}."))?;
    Ok(documents.into_iter().map(|Strict(document)| document).collect())
}

/// Nothing is taken for something else than it looks like: `no` is a language, `007` a text.
fn strictly() -> Options {
    options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        with_snippet: false,
    }
}

fn agents(place: Place, value: Value) -> Vec<Document> {
    match value {
        Value::Array(items) => {
            let items = items.into_iter().enumerate();
            items
                .map(|(index, value)| Document {
                    place: Place { pointer: format!("/{index}"), ..place.clone() },
                    value,
                })
                .collect()
        }
        value => vec![Document { place, value }],
    }
}
