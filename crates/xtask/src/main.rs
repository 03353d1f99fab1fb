//! Tasks for maintainers, run as `cargo xtask TASK`.
//!
//! `new-adapter NAME` writes the adapter and the simulator of a new vendor from the templates in this crate,
//! and registers both. The result is a demo vendor that compiles and passes conformance. The maintainer then
//! changes it into the real vendor.

mod model;
mod name;
mod register;
mod rules;
mod scaffold;

use std::{
    env,
    io::{Write, stdout},
    path::Path,
};

use anyhow::{Context as _, bail};

use name::Name;

const USAGE: &str = "usage: cargo xtask new-adapter NAME";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["new-adapter", name] => new_adapter(&Name::parse(name)?),
        _ => bail!(USAGE),
    }
}

fn new_adapter(name: &Name) -> anyhow::Result<()> {
    // The variable is read at run time, because a copy of the workspace may share the target directory and
    // thus the compiled program.
    let here = env::var_os("CARGO_MANIFEST_DIR").context("run it as `cargo xtask`")?;
    let here = Path::new(&here);
    let root = here.ancestors().nth(2).context("the workspace has no root")?;
    let model = model::read(&root.join("crates/core/src"), "Agent")?;
    let rules = rules::RuleTable::read(&here.join("templates/rules"))?.render(&model)?;
    let written = scaffold::write(root, &here.join("templates"), name, &rules)?;
    let changed = register::register(root, name)?;
    scaffold::format(root, name)?;
    let mut out = stdout().lock();
    for path in written {
        writeln!(out, "wrote   {}", path.display())?;
    }
    for path in changed {
        writeln!(out, "changed {path}")?;
    }
    writeln!(out, "\nThe checklist is in crates/adapter-{}/README.md.", name.lower())?;
    Ok(())
}
