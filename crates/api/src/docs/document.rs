//! The OpenAPI document, as the pages read it.

use serde_json::{Map, Value};

/// The document.
#[derive(Clone, Copy)]
pub struct Document<'a>(pub &'a Value);

/// One method of one path.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The operation object of the document.
    pub said: &'a Value,
}

impl<'a> Document<'a> {
    /// Gives the schemas by name.
    pub fn schemas(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        members(&self.0["components"]["schemas"])
    }

    /// Gives the schema of a name.
    pub fn schema(self, name: &str) -> &'a Value {
        &self.0["components"]["schemas"][name]
    }

    /// Gives the groups of operations: name and description.
    pub fn tags(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        items(&self.0["tags"]).map(|tag| (text(tag, "name"), text(tag, "description")))
    }

    /// Gives every operation.
    pub fn operations(self) -> impl Iterator<Item = Operation<'a>> {
        let paths = members(&self.0["paths"]);
        paths.flat_map(|(path, item)| {
            members(item).map(move |(method, said)| Operation { method, path, said })
        })
    }
}

impl<'a> Operation<'a> {
    /// Gives the operation's name in generated clients, which is also its anchor on the page.
    pub fn id(self) -> &'a str {
        text(self.said, "operationId")
    }

    /// Returns true if the operation is in this group.
    pub fn has_tag(self, tag: &str) -> bool {
        items(&self.said["tags"]).any(|name| name == tag)
    }
}

/// Gives the name of the component that a schema refers to.
pub fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// Gives a string member, or an empty string if it is absent.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// Gives the members of an object.
pub fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

/// Gives the items of an array.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
