//! The vendor's answers, from the fixtures beside the adapter.

use std::{fs, path::Path, time::Duration};

use serde_json::Value;
use switchboard_core::vendor::{Body, Reply};

/// An answer of the vendor.
#[derive(Clone)]
pub struct Fixture {
    /// The file's name.
    pub name: String,
    /// The operation that it answers.
    pub operation: String,
    /// The answer.
    pub reply: Reply,
    /// The kind of error that the answer is; none for a success.
    pub expect: Option<String>,
}

/// Reads all fixtures of a directory.
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
    let status = fixture["status"].as_u64().and_then(|status| status.try_into().ok());
    let wait = fixture["headers"]["retry-after"].as_str().and_then(|seconds| seconds.parse().ok());
    Ok(Fixture {
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        operation: word("operation").ok_or_else(|| wrong("it names no operation"))?,
        reply: Reply {
            status: status.ok_or_else(|| wrong("it has no status"))?,
            retry_after: wait.map(Duration::from_secs),
            body: fixture.get("body").map_or(Body::Empty, |body| Body::Json(body.clone())),
        },
        expect: word("expect"),
    })
}
