//! The JSON Schema of the configuration, for editors. The schema is recorded while the reader of the configuration
//! reads a sample, so that the schema has exactly the keys that the reader knows.

mod documentation;

use std::cell::RefCell;

use serde_json::{Value, json};

use self::documentation::Documentation;
use super::{
    Config, ConfigFile, Environment,
    reference::References,
    shape::Shape,
    source,
    table::{Reading, Table},
};

/// A configuration with one entry in each list, and one in each table whose keys the operator chooses.
const SAMPLE: &str = r#"
[auth]
keys = [{}]
[[routing.rules]]
[vendors."*"]
[voices."*"]
[models."*"]
[knowledge_bases."*"]
[phone_numbers."*"]
"#;

/// Returns the JSON Schema of a configuration file (draft 7, which editors support for TOML). The descriptions are the comments of
/// [`DEFAULTS`](crate::DEFAULTS).
///
/// Conditions between keys, and the adapters' own settings, are not part of the schema; `switchboard check` checks
/// them.
pub fn schema() -> Value {
    let environment = Environment::new();
    let reading = Reading {
        references: References::into(&environment),
        problems: RefCell::default(),
        shape: Some(RefCell::new(Shape::default())),
    };
    let merged = source::merge(Some(SAMPLE), None::<&ConfigFile>, &environment).unwrap_or_default();
    // The sample has no vendor with an adapter, so there is nothing to vet.
    Config::read(Table::root(&reading, merged), super::Values::default(), &|_, _, _| Vec::new());
    let documentation = Documentation::read(super::DEFAULTS);
    let shape = reading.shape.map(RefCell::into_inner).unwrap_or_default();
    let mut schema = shape.build(&|path| documentation.find(path));
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("Configuration of Switchboard");
    schema
}
