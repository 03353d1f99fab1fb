//! The vendor's documented requests, read from the OpenAPI document in the adapter's folder.

use std::{borrow::Cow, collections::BTreeMap, fs, path::Path};

use jsonschema::Validator;
use serde_json::{Map, Value, json};
use switchboard_core::vendor::{Destination, GrantedUrl, Payload, Request};

/// The operations of one OpenAPI document.
pub struct Contract {
    operations: Vec<Operation>,
}

/// An operation of the contract.
pub struct Operation {
    /// The operation's `operationId`.
    pub id: String,
    method: String,
    /// The servers of an operation that is reached by granted URLs; empty for an operation below the base
    /// URL.
    servers: Vec<GrantedUrl>,
    segments: Vec<String>,
    /// The query parameters, by name. The value is true if the parameter is required.
    query: BTreeMap<String, bool>,
    /// The media types of the request body; empty if the operation has no body.
    media_types: Vec<String>,
    /// The schema of a JSON body.
    body: Option<Validator>,
}

impl Contract {
    /// Reads an OpenAPI document. Operations without an `operationId` are omitted.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let document: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let mut operations = Vec::new();
        for (path, item) in members(&document["paths"]) {
            for (method, operation) in
                members(item).filter(|(_, operation)| operation.get("operationId").is_some())
            {
                let servers = operation.get("servers").or_else(|| item.get("servers"));
                operations.push(Operation {
                    servers: servers.map_or(Ok(Vec::new()), origins)?,
                    ..Operation::read(&document, path, method, operation)?
                });
            }
        }
        Ok(Self { operations })
    }

    /// Returns true if the contract has an operation with this id.
    pub fn has(&self, id: &str) -> bool {
        self.operations.iter().any(|operation| operation.id == id)
    }

    /// Finds the operation of a request. If several operations match, returns the operation with the most
    /// literal path segments.
    ///
    /// # Errors
    /// A message if no operation matches.
    pub fn operation(&self, request: &Request) -> Result<&Operation, String> {
        let fitting = self.operations.iter().filter(|operation| operation.fits(request));
        let literal = |operation: &&Operation| {
            operation.segments.iter().filter(|segment| !segment.starts_with('{')).count()
        };
        fitting.max_by_key(literal).ok_or_else(|| format!("{request:?} is not in the contract"))
    }

    /// Checks a request against the contract.
    ///
    /// # Errors
    /// A message that lists everything wrong with the request, or the error of [`Self::operation`].
    pub fn check(&self, request: &Request) -> Result<(), String> {
        let operation = self.operation(request)?;
        let mut wrong: Vec<_> = operation.strangers(request).collect();
        match (&request.body, &operation.body) {
            (Some(Payload::Json(body)), Some(schema)) => wrong
                .extend(schema.iter_errors(body).map(|error| format!("{}: {error}", error.instance_path()))),
            (Some(Payload::Json(_)), None) => wrong.push("the operation has no JSON body".to_owned()),
            (Some(Payload::Bytes(binary)), _) => {
                let media_type = binary.media_type.split(';').next().unwrap_or_default().trim();
                if !operation.media_types.iter().any(|known| known == media_type) {
                    wrong.push(format!("the operation has no body of the type {media_type}"));
                }
            }
            (None, _) if !operation.media_types.is_empty() => {
                wrong.push("the operation requires a body".to_owned())
            }
            (None, _) => {}
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
        let content = &operation["requestBody"]["content"];
        let schema = &content["application/json"]["schema"];
        let body = (!schema.is_null()).then(|| {
            let rooted = json!({ "allOf": [schema], "components": document["components"] });
            jsonschema::draft202012::options().should_validate_formats(true).build(&rooted)
        });
        Ok(Self {
            id: operation["operationId"].as_str().unwrap_or_default().to_owned(),
            method: method.to_uppercase(),
            servers: Vec::new(),
            media_types: members(content).map(|(media_type, _)| media_type.clone()).collect(),
            segments: path.split('/').skip(1).map(ToOwned::to_owned).collect(),
            query: query.collect(),
            body: body.transpose().map_err(|error| format!("{method} {path}: {error}"))?,
        })
    }

    fn fits(&self, request: &Request) -> bool {
        let segments: Vec<_> = match &request.to {
            Destination::Path(segments) if self.servers.is_empty() => segments.clone(),
            Destination::Granted(url) if self.servers.iter().any(|server| same_origin(server, url)) => {
                url.expose().path().split('/').skip(1).map(|segment| segment.to_owned().into()).collect()
            }
            Destination::Path(_) | Destination::Granted(_) => return false,
        };
        let mut pairs = self.segments.iter().zip(&segments);
        self.method == request.method.as_str()
            && self.segments.len() == segments.len()
            && pairs.all(|(template, segment)| template.starts_with('{') || template == segment)
    }

    fn strangers(&self, request: &Request) -> impl Iterator<Item = String> {
        let given = parameters(request);
        let unknown = given.iter().filter(|name| !self.query.contains_key(&***name));
        let unknown: Vec<_> =
            unknown.map(|name| format!("the operation has no query parameter {name}")).collect();
        let missing = self
            .query
            .iter()
            .filter(move |(name, required)| **required && !given.contains(&name.as_str().into()));
        missing.map(|(name, _)| format!("the operation requires the query parameter {name}")).chain(unknown)
    }
}

/// Lists the names of a request's query parameters, including those in a granted URL.
fn parameters(request: &Request) -> Vec<Cow<'_, str>> {
    let own = request.query.iter().map(|(name, _)| Cow::Borrowed(*name));
    match &request.to {
        Destination::Path(_) => own.collect(),
        Destination::Granted(url) => url.expose().query_pairs().map(|(name, _)| name).chain(own).collect(),
    }
}

/// Reads the servers of an operation. Fails if a server has no absolute URL.
fn origins(servers: &Value) -> Result<Vec<GrantedUrl>, String> {
    let url = |server: &Value| GrantedUrl::parse(server["url"].as_str()?);
    let urls: Option<Vec<_>> = servers.as_array().into_iter().flatten().map(url).collect();
    urls.ok_or_else(|| format!("{servers} has no absolute URLs"))
}

fn same_origin(one: &GrantedUrl, other: &GrantedUrl) -> bool {
    one.expose().origin() == other.expose().origin()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
