//! Which files there are.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use switchboard_core::Kind;
use walkdir::{DirEntry, WalkDir};

use super::{Mistake, parse::Notation};

/// How deep directories may be in each other.
const DEEPEST: usize = 32;

/// The files with agents: those that are named, and those in named directories, by name.
///
/// Hidden entries of directories are left out, as are files of another kind than YAML and JSON. Links are followed.
pub fn find(paths: &[PathBuf]) -> (Vec<PathBuf>, Vec<Mistake>) {
    let (mut files, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths {
        match fs::metadata(path) {
            Ok(it) if it.is_dir() => walk(path, &mut files, &mut mistakes),
            Ok(_) if Notation::of(path).is_some() => files.push(path.clone()),
            Ok(_) => {
                let detail = "Its name must end in .yaml, .yml or .json.";
                mistakes.push(Mistake::with(path, Kind::ValidationFailed, detail));
            }
            Err(cause) => mistakes.push(unreadable(path, &cause)),
        }
    }
    // A file that is named beside its directory is one file.
    let mut known = BTreeSet::new();
    files.retain(|file| known.insert(file.clone()));
    (files, mistakes)
}

fn walk(directory: &Path, files: &mut Vec<PathBuf>, mistakes: &mut Vec<Mistake>) {
    let entries = WalkDir::new(directory).follow_links(true).max_depth(DEEPEST).sort_by_file_name();
    for entry in entries.into_iter().filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        match entry {
            Ok(entry) if entry.file_type().is_file() && Notation::of(entry.path()).is_some() => {
                files.push(entry.into_path());
            }
            Ok(entry) if entry.depth() == DEEPEST && entry.file_type().is_dir() => {
                let detail =
                    format!("It is deeper than {DEEPEST} directories below {}.", directory.display());
                mistakes.push(Mistake::with(entry.path(), Kind::ValidationFailed, detail));
            }
            Ok(_) => {}
            Err(cause) => mistakes.push(unreadable(cause.path().unwrap_or(directory), &cause)),
        }
    }
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

pub(super) fn unreadable(path: &Path, cause: &dyn std::fmt::Display) -> Mistake {
    Mistake::with(path, Kind::NotFound, format!("It cannot be read: {cause}."))
}
