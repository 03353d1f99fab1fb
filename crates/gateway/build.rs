//! Passes the version of the compiler to the build, for the metric `switchboard_build_info`.

use std::{env, process::Command};

fn main() {
    let compiler = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(compiler).arg("--version").output().ok();
    let version = version.and_then(|output| String::from_utf8(output.stdout).ok());
    // The second word of the output is the version number.
    let number = version.as_deref().and_then(|version| version.split(' ').nth(1)).unwrap_or("unknown");
    println!("cargo::rustc-env=SWITCHBOARD_RUSTC={number}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SWITCHBOARD_REVISION");
}
