//! References to secrets: `env:NAME` and `file:PATH`.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use super::Environment;

/// A file larger than this is no secret, but a wrong path.
const MAX_FILE: u64 = 64 * 1024;

/// What a reference refers to, or why it cannot be had. `None` if the text is no reference.
pub fn resolve(text: &str, environment: &Environment) -> Option<Result<String, String>> {
    if let Some(name) = text.strip_prefix("env:") {
        return Some(match environment.get(name).filter(|value| !value.is_empty()) {
            Some(value) => Ok(value.clone()),
            None => Err(format!("the environment variable {name} is not set")),
        });
    }
    let path = text.strip_prefix("file:")?;
    Some(match read(path) {
        Ok(text) if text.is_empty() => Err(format!("the file {path} is empty")),
        Ok(text) => Ok(text),
        Err(error) => Err(format!("the file {path} cannot be read: {error}")),
    })
}

/// The text of a small file without its last line break, which editors add.
pub fn read(path: impl AsRef<Path>) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_FILE + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 64 KiB"));
    }
    let line = text.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text));
    Ok(line.map(str::to_owned).unwrap_or(text))
}
