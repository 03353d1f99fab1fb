//! The source files of the crates, for tests of their form.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Returns the workspace's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Reads every source file of the crates, keyed by its path below `crates`.
pub fn sources() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let crates = root().join("crates");
    for package in fs::read_dir(&crates).unwrap() {
        let mut folders = vec![package.unwrap().path().join("src")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let name = path.strip_prefix(&crates).unwrap().display().to_string();
                    found.insert(name, fs::read_to_string(path).unwrap());
                }
            }
        }
    }
    assert!(found.len() > 300, "the sources were not found");
    found
}
