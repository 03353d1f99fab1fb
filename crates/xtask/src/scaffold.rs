//! Creation of a new vendor's files from the templates.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, ensure};
use walkdir::WalkDir;

use crate::name::Name;

/// The folders of templates, each with the workspace folder that is created from it.
const FOLDERS: [(&str, &str); 3] = [
    ("adapter", "crates/adapter-acme"),
    ("simulator", "crates/sandbox/src/acme"),
    ("simulator-tests", "crates/sandbox/tests/acme"),
];

/// Writes all files and returns their paths, relative to the workspace root. Writes nothing and fails if a folder or
/// module with the vendor's name already exists.
pub fn write(root: &Path, templates: &Path, name: &Name, rules: &str) -> anyhow::Result<Vec<PathBuf>> {
    let mut written = Vec::new();
    for (_, folder) in FOLDERS {
        let folder = name.fill(folder);
        ensure!(!root.join(&folder).exists(), "{folder} already exists");
    }
    let module = format!("crates/sandbox/src/{}.rs", name.lower());
    ensure!(!root.join(&module).exists(), "{module} already exists");
    for (from, to) in FOLDERS {
        for entry in WalkDir::new(templates.join(from)).sort_by_file_name() {
            let entry = entry?;
            if entry.file_type().is_file() {
                let below = entry.path().strip_prefix(templates.join(from))?;
                let path = Path::new(&name.fill(to)).join(name.fill(&below.to_string_lossy()));
                let text = fs::read_to_string(entry.path())?;
                let text = text.replace("RULES", rules);
                let target = root.join(&path);
                fs::create_dir_all(target.parent().context("a file has a folder")?)?;
                fs::write(&target, name.fill(&text))?;
                written.push(path);
            }
        }
    }
    Ok(written)
}

/// Formats the written code, because the length of its lines depends on the length of the name.
pub fn format(root: &Path, name: &Name) -> anyhow::Result<()> {
    let adapter = format!("switchboard-adapter-{}", name.lower());
    let packages = ["--package", &adapter, "--package", "switchboard-sandbox"];
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo).current_dir(root).arg("fmt").args(packages).status()?;
    ensure!(status.success(), "cargo fmt failed");
    Ok(())
}
