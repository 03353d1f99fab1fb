//! References to secrets: `env:NAME` and `file:PATH`.

use std::{
    cell::RefCell,
    collections::HashMap,
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use super::Environment;

/// Maximum size of a file, in bytes. A larger file is probably not the one that the operator meant.
const MAX_FILE: u64 = 64 * 1024;

/// A resolver of references. The resolver reads each file once, so that all references to a file have the same value.
pub struct References<'a> {
    environment: &'a Environment,
    files: RefCell<HashMap<String, Result<String, String>>>,
}

impl<'a> References<'a> {
    /// Creates a resolver for this environment. The resolver reads a file when a reference names the file for the first time.
    pub fn into(environment: &'a Environment) -> Self {
        Self { environment, files: RefCell::default() }
    }

    /// Returns the value of a reference, or the reason why the reference cannot be resolved, such as an empty value.
    /// Returns `None` if the string is not a reference.
    pub fn resolve(&self, text: &str) -> Option<Result<String, String>> {
        if let Some(name) = text.strip_prefix("env:") {
            return Some(match self.environment.get(name) {
                Some(value) if value.is_empty() => Err(format!("the environment variable {name} is empty")),
                Some(value) => Ok(value.clone()),
                None => Err(format!("the environment variable {name} is not set")),
            });
        }
        let path = text.strip_prefix("file:")?;
        let mut files = self.files.borrow_mut();
        Some(files.entry(path.to_owned()).or_insert_with(|| secret_in(path)).clone())
    }
}

fn secret_in(path: &str) -> Result<String, String> {
    match read(path) {
        Ok(text) if text.is_empty() => Err(format!("the file {path} is empty")),
        Ok(text) => Ok(text),
        Err(error) => Err(format!("the file {path} cannot be read: {error}")),
    }
}

/// Reads a file without its final line break, which editors add.
///
/// # Errors
/// Fails if the file is not a regular file or a link to one, cannot be read, is larger than 64 KiB or is not UTF-8.
pub fn read(path: impl AsRef<Path>) -> io::Result<String> {
    // Opening a named pipe would wait for a process that writes to it.
    if !fs::metadata(&path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"));
    }
    let mut text = String::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the file is larger than 64 KiB"));
    }
    let line = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    Ok(line.map(str::to_owned).unwrap_or(text))
}
