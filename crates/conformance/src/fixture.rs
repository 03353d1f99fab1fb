//! The vendor's answers, read from the fixtures in the adapter's folder.

use std::{fs, path::Path};

use serde_json::Value;
use switchboard_core::vendor::Reply;

/// An answer of the vendor.
#[derive(Clone)]
pub struct Fixture {
    /// The name of the file, without its extension.
    pub name: String,
    /// The operation to which the answer belongs.
    pub operation: String,
    /// The answer.
    pub reply: Reply,
    /// The kind of error that the adapter must return for the answer; `None` for a success. `not_found` also permits a
    /// result without a record, and any error that means that the record is gone.
    pub expect: Option<String>,
}

/// Reads all fixtures in a directory.
///
/// # Errors
/// A message if a fixture cannot be read, or if there is no fixture.
pub fn read_all(directory: &Path) -> Result<Vec<Fixture>, String> {
    let entries = fs::read_dir(directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    let mut paths: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let fixtures: Result<Vec<_>, _> = paths.iter().map(|path| read(path)).collect();
    match fixtures {
        Ok(fixtures) if fixtures.is_empty() => Err(format!("{} has no fixtures", directory.display())),
        fixtures => fixtures,
    }
}

fn read(path: &Path) -> Result<Fixture, String> {
    let wrong = |what: &str| format!("{}: {what}", path.display());
    let text = fs::read_to_string(path).map_err(|error| wrong(&error.to_string()))?;
    let fixture: Value = serde_json::from_str(&text).map_err(|error| wrong(&error.to_string()))?;
    let word = |name: &str| fixture[name].as_str().map(ToOwned::to_owned);
    Ok(Fixture {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        operation: word("operation").ok_or_else(|| wrong("the fixture has no operation"))?,
        reply: Reply::from_fixture(&fixture)
            .ok_or_else(|| wrong("the fixture has no status, or its body is not valid"))?,
        expect: word("expect"),
    })
}
