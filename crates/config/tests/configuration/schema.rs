//! The JSON Schema of a configuration.

use std::{fs, path::Path};

use config::{ConfigBuilder, File, FileFormat, builder::DefaultState};
use serde_json::{Value, json};
use switchboard_config::{DEFAULTS, schema};

use super::FULL;

/// Reads TOML as JSON.
fn toml(text: &str) -> Value {
    let source = File::from_str(text, FileFormat::Toml);
    ConfigBuilder::<DefaultState>::default().add_source(source).build().unwrap().try_deserialize().unwrap()
}

fn errors(text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    validator.iter_errors(&toml(text)).map(|error| error.to_string()).collect()
}

#[test]
fn every_valid_configuration_satisfies_the_schema() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    let files = fs::read_dir(folder).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap());
    for text in files.chain([FULL.to_owned()]) {
        assert_eq!(errors(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_schema_refuses_what_a_single_value_can_have_wrong() {
    for text in [
        "[server]\nlisten = 7",
        "[server]\nlisen = \"127.0.0.1:1\"",
        "[server]\nmax_in_flight = 0",
        "[writes]\nwait_s = 601.0",
        "[publik]\ndocs = true",
        "[telemetry]\nformat = \"xml\"",
        "[store]\nkey = \"a-literal-secret\"",
        "[auth]\nkeys = [{ secret = \"env:KEY\" }]",
        "[vendors.a]\ntimeout_s = 5",
        "[vendors.a]\nadapter = \"qcall\"\nattempts = 11",
        "[[routing.rules]]\nvendors = { a = 1001 }",
        "[[routing.rules]]\nwhen = { lables = {} }",
        "[voices.warm]\na = 7",
    ] {
        assert!(!errors(text).is_empty(), "{text}");
    }
}

/// Lists the keys of a table and of the tables in it, as dotted paths.
fn keys(table: &Value, path: &str, found: &mut Vec<String>) {
    for (name, value) in table.as_object().unwrap() {
        let path = format!("{path}{name}");
        match value {
            Value::Object(_) => keys(value, &format!("{path}."), found),
            _ => found.push(path),
        }
    }
}

#[test]
fn every_default_is_in_the_schema_with_its_comment() {
    let (schema, mut defaults) = (schema(), Vec::new());
    keys(&toml(DEFAULTS), "", &mut defaults);
    assert!(defaults.len() > 30, "{defaults:?}");
    for key in defaults {
        let pointer = format!("/properties/{}", key.replace('.', "/properties/"));
        let found = schema.pointer(&pointer).unwrap_or_else(|| panic!("{key} is not in the schema"));
        let text = found["description"].as_str().unwrap_or_else(|| panic!("{key} has no description"));
        assert!(text.len() > 20 && !text.contains('#'), "{key}: {text}");
    }
    let vendor = &schema["properties"]["vendors"]["additionalProperties"];
    assert_eq!(vendor["required"], json!(["adapter"]));
    for name in ["adapter", "timeout_s", "late_s", "auth_pause_s"] {
        assert!(vendor["properties"][name]["description"].is_string(), "{name}");
    }
    let wait = &schema["properties"]["writes"]["properties"]["wait_s"];
    assert_eq!((&wait["minimum"], &wait["maximum"]), (&json!(0.0), &json!(600.0)));
}
