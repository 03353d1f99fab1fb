//! The files that are generated from the code: the OpenAPI document and the capability tables.
//!
//! `UPDATE_GENERATED=1 cargo test -p switchboard-gateway --test generated` updates them.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::{env, fs, path::PathBuf};

use clap::{Command, CommandFactory as _};
use switchboard_api as api;
use switchboard_core::{
    facts::CatalogueKind,
    vendor::{Factory, Sample},
};
use switchboard_engine::{capability::built_in, capability::markdown};
use switchboard_gateway::cli::Cli;
use switchboard_registry::ADAPTERS;

const BEGIN: &str = "<!-- capabilities -->\n";
const END: &str = "<!-- /capabilities -->\n";

fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(file)
}

fn holds(file: &str, content: &str) {
    let there = fs::read_to_string(path(file)).unwrap_or_default();
    if there == content {
        return;
    }
    assert!(
        env::var_os("UPDATE_GENERATED").is_some(),
        "{file} is not what the code makes; write it with UPDATE_GENERATED=1"
    );
    fs::write(path(file), content).unwrap();
}

#[test]
fn the_openapi_document() {
    holds("openapi/openapi.json", &(serde_json::to_string_pretty(&api::document()).unwrap() + "\n"));
}

#[test]
fn the_openapi_document_names_every_catalogue_of_an_adapter() {
    for Sample { label, adapter, .. } in ADAPTERS.iter().flat_map(Factory::samples) {
        for kind in adapter.catalogue_kinds() {
            assert!(CatalogueKind::ALL.contains(&kind), "{kind} of {label}");
        }
    }
}

#[test]
fn the_table_of_all_vendors() {
    let table = markdown::matrix(&built_in(&ADAPTERS));
    let title =
        "# What each vendor can hold\n\nMade from the rules that translate: `switchboard capabilities`.\n\n";
    holds("openapi/capabilities.md", &format!("{title}{table}"));
}

#[test]
fn the_table_of_all_moves() {
    let table = markdown::moves(&built_in(&ADAPTERS));
    let title = "# What each move between vendors loses\n\n";
    let about = "Made from the rules that translate. The first number counts the essential fields that the new vendor lacks: the \
                 gateway refuses\nto move an agent that sets one. The second number counts the other fields that are lost, \
                 substituted or narrowed.\n`/docs/moving` of a running gateway lists them for each pair.\n\n";
    holds("openapi/moving.md", &format!("{title}{about}{table}"));
}

#[test]
fn the_tables_of_the_adapters() {
    let matrix = built_in(&ADAPTERS);
    for Factory { adapter, .. } in &ADAPTERS {
        let columns = matrix.0.iter().filter(|column| column.adapter == *adapter);
        let tables: Vec<_> =
            columns.map(|column| format!("### {}\n\n{}", column.vendor, markdown::column(column))).collect();
        let file = format!("crates/adapter-{adapter}/README.md");
        let readme = fs::read_to_string(path(&file)).unwrap();
        let (before, rest) = readme.split_once(BEGIN).unwrap_or_else(|| panic!("{file} has no {BEGIN}"));
        let (_, after) = rest.split_once(END).unwrap_or_else(|| panic!("{file} has no {END}"));
        holds(&file, &format!("{before}{BEGIN}\n{}\n{END}{after}", tables.join("\n")));
    }
}

#[test]
fn the_table_of_commands() {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    let mut rows = String::new();
    command.get_subcommands().for_each(|subcommand| list(subcommand, "", &mut rows));
    let (begin, end) = ("<!-- commands -->\n", "<!-- /commands -->\n");
    let manual = fs::read_to_string(path("docs/CLI.md")).unwrap();
    let (before, rest) = manual.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let heading = "| `switchboard …` | purpose |\n|---|---|\n";
    holds("docs/CLI.md", &format!("{before}{begin}\n{heading}{rows}\n{end}{after}"));
}

/// Lists a command with the first paragraph of its help, or its subcommands if it has any.
fn list(command: &Command, path: &str, rows: &mut String) {
    let name = format!("{path}{}", command.get_name());
    if command.has_subcommands() {
        return command.get_subcommands().for_each(|subcommand| list(subcommand, &format!("{name} "), rows));
    }
    let arguments = command.get_positionals();
    let arguments: String = arguments.map(|argument| format!(" {argument}")).collect();
    let about = command.get_about().unwrap().to_string();
    rows.push_str(&format!("| `{name}{arguments}` | {}. |\n", about.trim_end_matches('.')));
}
