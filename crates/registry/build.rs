//! Generates `ADAPTERS` from the manifest's lines, so that a new adapter is registered in one file.

use std::io::{Result, Write, stdout};
use std::path::Path;
use std::{env, fs};

fn main() -> Result<()> {
    writeln!(stdout(), "cargo::rerun-if-changed=Cargo.toml")?;
    let manifest = fs::read_to_string("Cargo.toml")?;
    let names = manifest.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
    let adapters: Vec<_> = names.filter(|name| name.starts_with("switchboard-adapter-")).collect();
    let factories: String =
        adapters.iter().map(|name| format!("    {}::FACTORY,\n", name.replace('-', "_"))).collect();
    let list = format!(
        "/// Every adapter that is built in, in the order of this crate's manifest.\n\
         pub const ADAPTERS: [switchboard_core::vendor::Factory; {}] = [\n{factories}];\n",
        adapters.len()
    );
    let out = env::var_os("OUT_DIR").ok_or(std::io::ErrorKind::NotFound)?;
    fs::write(Path::new(&out).join("adapters.rs"), list)
}
