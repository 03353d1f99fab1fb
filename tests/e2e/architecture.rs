//! The permitted dependencies between crates: the manifests of the packages, checked against the design.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::sources::sources;

/// The workspace's crates from the bottom up. A crate may depend on the crates of the layers below it.
/// `adapter-*` stands for every adapter.
const STEPS: [&[&str]; 7] = [
    &["core-derive", "xtask"],
    &["core"],
    &["transport", "store", "config", ADAPTERS, "conformance", "sandbox"],
    &["registry", "engine"],
    &["api", "cli"],
    &["gateway"],
    &["e2e"],
];

/// All adapters, which have the same permissions.
const ADAPTERS: &str = "adapter-*";

/// Libraries that only certain crates of the workspace may use.
const OWNED: [(&str, &[&str]); 10] = [
    ("reqwest", &["transport"]),
    ("rusqlite", &["store"]),
    ("sqlx", &["store"]),
    ("axum", &["api", "gateway", "sandbox"]),
    ("http", &["api", "cli", "transport", "sandbox"]),
    ("clap", &["cli", "gateway", "e2e"]),
    // The other crates have instruments and spans, and know no exporter.
    ("opentelemetry_sdk", &["gateway"]),
    ("opentelemetry-otlp", &["gateway"]),
    ("opentelemetry-prometheus", &["gateway"]),
    ("prometheus", &["gateway"]),
];

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");

fn metadata() -> Metadata {
    MetadataCommand::new().manifest_path(MANIFEST).no_deps().exec().unwrap()
}

fn short(package: &str) -> Option<&str> {
    package.strip_prefix("switchboard-")
}

/// Returns the entry for a crate in [`STEPS`].
fn entry(name: &str) -> &str {
    if name.starts_with("adapter-") { ADAPTERS } else { name }
}

fn entry_of(package: &str) -> Option<&str> {
    short(package).map(entry)
}

fn step(name: &str) -> usize {
    let name = entry(name);
    STEPS.iter().position(|step| step.contains(&name)).unwrap_or_else(|| panic!("{name} has no step"))
}

/// Lists the dependencies of a package, except those of its tests only.
fn named(package: &Package) -> impl Iterator<Item = &str> {
    let dependencies = package.dependencies.iter();
    dependencies.filter(|it| it.kind != DependencyKind::Development).map(|it| it.name.as_str())
}

#[test]
fn crates_look_down_only() {
    let metadata = metadata();
    let ours = metadata.workspace_packages();
    let known: BTreeSet<_> = ours.iter().filter_map(|package| short(&package.name)).map(entry).collect();
    assert_eq!(known, STEPS.concat().into_iter().collect(), "every crate has its step");
    for package in ours {
        let name = short(&package.name).unwrap();
        for below in named(package).filter_map(short) {
            assert!(step(below) < step(name), "{name} names {below}");
        }
    }
}

#[test]
fn adapters_see_the_core_and_nothing_else_of_ours() {
    for package in metadata().workspace_packages() {
        if package.name.starts_with("switchboard-adapter-") {
            let ours: Vec<_> = named(package).filter_map(short).collect();
            assert_eq!(ours, ["core"], "{}", package.name);
        }
    }
}

/// Checks that every adapter is registered. No other test would notice that an adapter is missing from the
/// binary.
#[test]
fn every_adapter_is_registered() {
    let metadata = metadata();
    let ours = metadata.workspace_packages();
    let registry = ours.iter().find(|package| package.name == "switchboard-registry").unwrap();
    let registered: BTreeSet<_> = named(registry).filter(|name| entry_of(name) == Some(ADAPTERS)).collect();
    let adapters = ours.iter().map(|package| package.name.as_str());
    assert_eq!(registered, adapters.filter(|name| entry_of(name) == Some(ADAPTERS)).collect());
}

#[test]
fn the_sandbox_shares_nothing_with_what_it_judges() {
    let metadata = metadata();
    let sandbox = metadata.packages.iter().find(|package| package.name == "switchboard-sandbox").unwrap();
    let ours: Vec<_> = sandbox.dependencies.iter().filter_map(|it| short(&it.name)).collect();
    assert_eq!(ours, Vec::<&str>::new());
}

#[test]
fn libraries_are_named_where_they_belong() {
    for package in metadata().workspace_packages() {
        let name = short(&package.name).unwrap();
        for (library, owners) in OWNED {
            assert!(
                !named(package).any(|it| it == library) || owners.contains(&name),
                "{name} names {library}"
            );
        }
    }
}

/// Checks that no runtime, HTTP or SQL crate is a direct or transitive dependency.
#[test]
fn the_core_is_pure() {
    let tree = ["tree", "--package", "switchboard-core", "--edges", "normal,build"];
    let shape = ["--prefix", "none", "--format", "{p}", "--locked", "--offline", "--manifest-path", MANIFEST];
    let output = Command::new(env!("CARGO")).args(tree).args(shape).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let brought: BTreeSet<_> = said.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(brought.contains("serde_json"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    for library in
        ["tokio", "hyper", "axum", "reqwest", "rusqlite", "sqlx", "sqlx-core", "tower", "async-std", "mio"]
    {
        assert!(!brought.contains(library), "the core brings {library} along");
    }
}

/// Checks that the root file of every module with a folder is `mod.rs` in that folder.
#[test]
fn modules_have_one_style() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                assert!(!path.with_extension("rs").exists(), "{} is beside its folder", path.display());
                folders.push(path);
            }
        }
    }
}

/// Checks that the core's root exports only a few modules, and that adapters use its items through the
/// prelude.
#[test]
fn the_core_has_a_prelude_for_adapters() {
    let sources = sources();
    let root = sources["crates/core/src/lib.rs"].lines();
    let exports: Vec<_> = root.filter(|line| line.trim_start().starts_with("pub ")).collect();
    assert!(exports.iter().all(|line| line.starts_with("pub mod ")) && exports.len() <= 12, "{exports:#?}");
    for (name, text) in sources.iter().filter(|(name, _)| name.starts_with("crates/adapter-")) {
        let naming = text.lines().filter(|line| line.contains("switchboard_core"));
        let other: Vec<_> = naming.filter(|line| *line != "use switchboard_core::prelude::*;").collect();
        assert!(other.is_empty(), "{name}: {other:#?}");
    }
}
