//! The search for files of agents.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use switchboard_core::error::Kind;
use walkdir::{DirEntry, WalkDir};

use super::{FileError, parse::Notation};

/// The maximum depth of nested directories.
const MAX_DEPTH: usize = 32;

/// Returns the given files, and the files of agents in the given directories. The files of a directory are sorted by name.
/// Also returns an error for each path that cannot be used.
///
/// In directories, skips hidden entries and files that are neither YAML nor JSON. Follows links. A given file that is
/// neither YAML nor JSON is an error. A directory nested more than 31 levels deep is also an error.
pub fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<FileError>) {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        match fs::metadata(path) {
            Ok(it) if it.is_dir() => walk(path, &mut files, &mut errors),
            Ok(_) if Notation::from_path(path).is_some() => files.push(path.clone()),
            Ok(_) => {
                let detail = "The name must end in .yaml, .yml or .json.";
                errors.push(FileError::with(path, Kind::ValidationFailed, detail));
            }
            Err(cause) => errors.push(unreadable(path, &cause)),
        }
    }
    // A file that is given together with its directory counts once.
    let mut known = BTreeSet::new();
    files.retain(|file| known.insert(file.clone()));
    (files, errors)
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>, errors: &mut Vec<FileError>) {
    let entries = WalkDir::new(directory).follow_links(true).max_depth(MAX_DEPTH).sort_by_file_name();
    for entry in entries.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && Notation::from_path(entry.path()).is_some() => {
                files.push(entry.into_path());
            }
            Ok(entry) if entry.depth() == MAX_DEPTH && entry.file_type().is_dir() => {
                let detail = format!(
                    "The directory is {MAX_DEPTH} levels below {}, which is too deep.",
                    directory.display()
                );
                errors.push(FileError::with(entry.path(), Kind::ValidationFailed, detail));
            }
            Ok(_) => {}
            Err(cause) => errors.push(unreadable(cause.path().unwrap_or(directory), &cause)),
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

pub(super) fn unreadable(path: &Path, cause: &dyn std::fmt::Display) -> FileError {
    FileError::with(path, Kind::NotFound, format!("The path cannot be read: {cause}."))
}
