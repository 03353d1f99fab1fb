//! The command `switchboard schema`.

use std::{
    collections::BTreeSet,
    io::{Write as _, stdout},
    process::ExitCode,
};

use clap::{Args, ValueEnum};
use serde_json::{Map, Value, json};

/// The prefix of references to schemas in the OpenAPI document.
const COMPONENTS: &str = "#/components/schemas/";
/// The prefix of references to schemas in a JSON Schema.
const DEFINITIONS: &str = "#/$defs/";

/// Prints a JSON Schema that lets an editor check and complete a file.
#[derive(Debug, Args)]
pub struct Schema {
    /// The file that the schema describes.
    #[arg(value_enum)]
    file: FileKind,
}

/// A kind of file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FileKind {
    /// A file with agents, for plan, apply and explain.
    Agent,
    /// A file with one trunk, for trunks create.
    Trunk,
    /// The configuration of the gateway.
    Configuration,
}

impl Schema {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        stdout().write_all(self.file.schema().as_bytes())?;
        Ok(ExitCode::SUCCESS)
    }
}

impl FileKind {
    /// Returns the schema as indented JSON.
    pub fn schema(self) -> String {
        let schema = match self {
            Self::Agent => several(component("NewAgent", "Agents of Switchboard")),
            Self::Trunk => component("NewTrunk", "A trunk of Switchboard"),
            Self::Configuration => switchboard_config::schema(),
        };
        format!("{schema:#}\n")
    }
}

/// Returns a component of the OpenAPI document as a schema of its own, with all components to which it refers.
fn component(name: &str, title: &str) -> Value {
    let document = json!(switchboard_api::document());
    let components = &document["components"]["schemas"];
    let (mut found, mut open) = (BTreeSet::new(), vec![name.to_owned()]);
    while let Some(name) = open.pop() {
        if found.insert(name.clone()) {
            references(&components[&name], &mut open);
        }
    }
    let definitions: Map<_, _> = found
        .into_iter()
        .map(|name| {
            let mut schema = components[&name].clone();
            relocate(&mut schema);
            (name, schema)
        })
        .collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "$ref": format!("{DEFINITIONS}{name}"),
        "$defs": definitions,
    })
}

/// Extends the schema to accept a list of the described objects too.
fn several(mut schema: Value) -> Value {
    let one = json!({ "$ref": schema["$ref"].take() });
    if let Value::Object(members) = &mut schema {
        members.remove("$ref");
    }
    schema["anyOf"] = json!([one, { "type": "array", "items": one }]);
    schema
}

/// Collects the names of the components to which a schema refers.
fn references(schema: &Value, names: &mut Vec<String>) {
    match schema {
        Value::String(text) => names.extend(text.strip_prefix(COMPONENTS).map(ToOwned::to_owned)),
        Value::Array(items) => items.iter().for_each(|item| references(item, names)),
        Value::Object(members) => members.values().for_each(|member| references(member, names)),
        _ => {}
    }
}

/// Replaces references to components with references to definitions.
fn relocate(schema: &mut Value) {
    match schema {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix(COMPONENTS) {
                *text = format!("{DEFINITIONS}{name}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(relocate),
        Value::Object(members) => members.values_mut().for_each(relocate),
        _ => {}
    }
}
