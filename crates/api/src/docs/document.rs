//! A view of the OpenAPI document for the pages.

use serde_json::{Map, Value};

/// The OpenAPI document as a JSON value.
#[derive(Clone, Copy)]
pub struct Document<'a>(pub &'a Value);

/// One API operation: a method of a path.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    pub method: &'a str,
    pub path: &'a str,
    /// The operation object of the document.
    pub said: &'a Value,
}

impl<'a> Document<'a> {
    /// Lists the schemas with their names.
    pub fn schemas(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        members(&self.0["components"]["schemas"])
    }

    /// Returns the schema with this name, or null if there is none.
    pub fn schema(self, name: &str) -> &'a Value {
        &self.0["components"]["schemas"][name]
    }

    /// Lists the tags of operations, each with its name and description.
    pub fn tags(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        items(&self.0["tags"]).map(|tag| (text(tag, "name"), text(tag, "description")))
    }

    /// Returns the operation with this id, if there is one.
    pub fn operation(self, id: &str) -> Option<Operation<'a>> {
        self.operations().find(|operation| operation.id() == id)
    }

    /// Lists all operations.
    pub fn operations(self) -> impl Iterator<Item = Operation<'a>> {
        let paths = members(&self.0["paths"]);
        paths.flat_map(|(path, item)| {
            members(item).map(move |(method, said)| Operation { method, path, said })
        })
    }
}

impl<'a> Operation<'a> {
    /// Returns the operation's id, which is its name in generated clients and the last part of its page's address.
    pub fn id(self) -> &'a str {
        text(self.said, "operationId")
    }

    /// Lists the parameters.
    pub fn parameters(self) -> impl Iterator<Item = &'a Value> {
        items(&self.said["parameters"])
    }

    /// Returns the first media type of the body, and the object with its schema and example. Returns `None` if the
    /// operation has no body.
    pub fn body(self) -> Option<(&'a str, &'a Value)> {
        members(&self.said["requestBody"]["content"]).next()
    }

    /// Returns true if the operation needs no API key.
    pub fn is_open(self) -> bool {
        items(&self.said["security"]).any(|scheme| scheme.as_object().is_some_and(Map::is_empty))
    }

    /// Returns true if the operation has this tag.
    pub fn has_tag(self, tag: &str) -> bool {
        items(&self.said["tags"]).any(|name| name == tag)
    }
}

/// Returns the name of the component that a schema refers to, or `None` if the schema is not a reference.
pub fn referred(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.rsplit('/').next()
}

/// Returns a member that is a string, or an empty string if there is no such member.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

/// Lists the members of an object.
pub fn members(value: &Value) -> impl Iterator<Item = (&str, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

/// Lists the items of an array.
pub fn items(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
