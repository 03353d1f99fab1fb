//! The registration of a new vendor: the adapter in the registry's manifest, from which `ADAPTERS` is
//! generated, and the simulator in `SIMULATORS`.

use std::{fs, path::Path};

use anyhow::Context as _;

use crate::name::Name;

/// The manifest whose dependencies on adapters make up `ADAPTERS`.
const REGISTRY: &str = "crates/registry/Cargo.toml";

/// The file that contains `SIMULATORS`.
const SANDBOX: &str = "crates/sandbox/src/lib.rs";

/// Adds the adapter to the registry's manifest, and its simulator to the sandbox. Returns the paths of the
/// two changed files.
pub fn register(root: &Path, name: &Name) -> anyhow::Result<[&'static str; 2]> {
    edit(root, REGISTRY, |text| {
        let line = name.fill("switchboard-adapter-acme.path = \"../adapter-acme\"\n");
        let last = text.rfind("\nswitchboard-adapter-")? + 1;
        insert(text, line_end(text, last)?, &line)
    })?;
    edit(root, SANDBOX, |text| {
        let list = text.find("pub const SIMULATORS")?;
        let end = list + text.get(list..)?.find("];")?;
        let text = insert(text, end, &name.fill("    acme::SIMULATOR,\n"))?;
        let modules = text.find("\nmod ")? + 1;
        insert(&text, modules, &name.fill("mod acme;\n"))
    })?;
    Ok([REGISTRY, SANDBOX])
}

fn edit(root: &Path, file: &str, change: impl FnOnce(&str) -> Option<String>) -> anyhow::Result<()> {
    let text = fs::read_to_string(root.join(file))?;
    let text = change(&text).with_context(|| format!("{file} has no list to add to"))?;
    Ok(fs::write(root.join(file), text)?)
}

fn insert(text: &str, at: usize, line: &str) -> Option<String> {
    let (before, after) = text.split_at_checked(at)?;
    Some([before, line, after].concat())
}

/// Returns the position after the line break of the line that starts at `start`, or `None` if the line has no line
/// break.
fn line_end(text: &str, start: usize) -> Option<usize> {
    Some(start + text.get(start..)?.find('\n')? + 1)
}
