//! The placeholders in the strings of an agent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::dial::is_variable;
use crate::{
    error::{Kind, Violation},
    model::schema,
};

/// Returns a violation at `/variables/NAME` for each placeholder `{{NAME}}` without a value. `settings` is the agent in
/// the form of the API, and `fields` are the JSON pointers at which it is searched. `has_value` returns true for each
/// name whose value the vendor already has or receives with the dial.
pub fn missing_variables(
    settings: &Value,
    fields: &[&'static str],
    has_value: impl Fn(&str) -> bool,
) -> Vec<Violation> {
    let mut missing: BTreeMap<&str, &str> = BTreeMap::new();
    for field in fields {
        let mut names = Vec::new();
        settings.pointer(field).into_iter().for_each(|value| collect(value, &mut names));
        for name in names.into_iter().filter(|name| !has_value(name)) {
            missing.entry(name).or_insert(field);
        }
    }
    let violation = |(name, field): (&str, &str)| {
        let at = format!("/variables/{}", schema::escape(name));
        let mut detail = format!(
            "{at} is required: {field} of the agent has the placeholder {{{{{name}}}}}, and the vendor ends a call in which a \
             placeholder has no value."
        );
        if !is_variable(name) {
            detail.push_str(
                " No variable of a call can have this name, because such a name starts with a lower-case letter and consists \
                 of lower-case letters, digits and underscores: set the value in the variables of the agent, or rename the \
                 placeholder.",
            );
        }
        Violation::at(at, Kind::FieldRequired, detail)
    };
    missing.into_iter().map(violation).collect()
}

/// Collects the names of the placeholders in all strings of a value.
fn collect<'a>(value: &'a Value, names: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => names.extend(names_in(text)),
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(members) => members.values().for_each(|member| collect(member, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Iterates over the names in double braces. Braces around anything but a name are text.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    let is_name = |name: &&str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    text.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0.trim())).filter(is_name)
}
