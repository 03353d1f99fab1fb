//! The vendor's documented requests, from the OpenAPI document beside the adapter.

use std::{collections::BTreeMap, fs, path::Path};

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use switchboard_core::vendor::Request;

/// The operations of one OpenAPI document.
pub struct Contract {
    operations: Vec<Operation>,
}

/// One operation.
pub struct Operation {
    /// The operation's `operationId`.
    pub id: String,
    method: String,
    segments: Vec<String>,
    /// The query parameters, each with true if it is required.
    query: BTreeMap<String, bool>,
    body: Option<Validator>,
}

impl Contract {
    /// Reads the document.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let document: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let mut operations = Vec::new();
        for (path, item) in members(&document["paths"]) {
            for (method, operation) in
                members(item).filter(|(_, operation)| operation.get("operationId").is_some())
            {
                operations.push(Operation::read(&document, path, method, operation)?);
            }
        }
        Ok(Self { operations })
    }

    /// Returns whether there is an operation with that id.
    pub fn has(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| operation.id == id)
    }

    /// Finds the operation of a request: of the matching ones, the one with the most literal path.
    pub fn operation(&self, request: &Request) -> Result<&Operation, String> {
        let fitting = self.operations.iter().filter(|operation| operation.fits(request));
        let literal = |operation: &&Operation| {
            operation.segments.iter().filter(|segment| !segment.starts_with('{')).count()
        };
        fitting.max_by_key(literal).ok_or_else(|| format!("{request:?} is not in the contract"))
    }

    /// Reports every part of a request that the contract does not allow.
    pub fn check(&self, request: &Request) -> Result<(), String> {
        let operation = self.operation(request)?;
        let mut wrong: Vec<_> = operation.strangers(request).collect();
        match (&operation.body, &request.body) {
            (Some(schema), Some(body)) => wrong
                .extend(schema.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path()))),
            (None, Some(_)) => wrong.push("it takes no body".to_owned()),
            (Some(_), None) => wrong.push("it wants a body".to_owned()),
            (None, None) => {}
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(format!("{} does not allow this request: {}", operation.id, wrong.join("; "))),
        }
    }
}

impl Operation {
    fn read(document: &Value, path: &str, method: &str, operation: &Value) -> Result<Self, String> {
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let query = parameters.filter(|parameter| parameter["in"] == "query").filter_map(|parameter| {
            Some((parameter["name"].as_str()?.to_owned(), parameter["required"] == true))
        });
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let body = (!schema.is_null()).then(|| {
            let rooted = json!({ "allOf": [schema], "components": document["components"] });
            jsonschema::draft202012::options().should_validate_formats(true).build(&rooted)
        });
        Ok(Self {
            id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            method: method.to_uppercase(),
            segments: path.split('/').skip(1).map(ToOwned::to_owned).collect(),
            query: query.collect(),
            body: body.transpose().map_err(|error| format!("{method} {path}: {error}"))?,
        })
    }

    fn fits(&self, request: &Request) -> bool {
        let mut pairs = self.segments.iter().zip(&request.path);
        self.method == request.method.as_str()
            && self.segments.len() == request.path.len()
            && pairs.all(|(template, segment)| template.starts_with('{') || template == segment)
    }

    fn strangers(&self, request: &Request) -> impl Iterator<Item = String> {
        let given = |name: &str| request.query.iter().any(|(given, _)| *given == name);
        let missing = self.query.iter().filter(move |(name, required)| **required && !given(name));
        let unknown = request.query.iter().filter(|(name, _)| !self.query.contains_key(*name));
        missing
            .map(|(name, _)| format!("it wants the query parameter {name}"))
            .chain(unknown.map(|(name, _)| format!("it has no query parameter {name}")))
    }
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
