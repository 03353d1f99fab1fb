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

/// Reads every source file of the crates, keyed by its path in the workspace.
pub fn sources() -> BTreeMap<String, String> {
    let found = read(crates().map(|package| package.join("src")));
    assert!(found.len() > 300, "the sources were not found");
    found
}

/// Reads every source file of the tests and the benchmarks, keyed by its path in the workspace.
pub fn test_sources() -> BTreeMap<String, String> {
    let own = crates().flat_map(|package| ["tests", "benches"].map(|folder| package.join(folder)));
    let found = read(own.chain([root().join("tests")]));
    assert!(found.len() > 300, "the tests were not found");
    found
}

/// Lists the folders of the crates.
fn crates() -> impl Iterator<Item = PathBuf> {
    fs::read_dir(root().join("crates")).unwrap().map(|package| package.unwrap().path())
}

/// Reads every Rust file below these folders. Omits folders that do not exist.
fn read(folders: impl Iterator<Item = PathBuf>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<_> = folders.collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root()).unwrap().display().to_string();
                found.insert(name, fs::read_to_string(path).unwrap());
            }
        }
    }
    found
}
