//! The OpenAPI document as the contract of every answer.

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::case::Case;
use crate::harness::Answer;

/// The document, by operation.
pub struct Contract {
    operations: BTreeMap<String, Operation>,
    /// The validators, keyed by the schema as a string, because most answers share a schema.
    validators: BTreeMap<String, Validator>,
}

struct Operation {
    method: Method,
    path: String,
    responses: Map<String, Value>,
}

impl Default for Contract {
    fn default() -> Self {
        let document = switchboard_api::document();
        let (mut operations, mut validators) = (BTreeMap::new(), BTreeMap::new());
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let responses = operation["responses"].as_object().unwrap().clone();
                for schema in responses.values().flat_map(schemas) {
                    validators.entry(schema.to_string()).or_insert_with(|| compile(schema, &document));
                }
                let method = method.to_uppercase().parse().unwrap();
                let id = operation["operationId"].as_str().unwrap().to_owned();
                operations.insert(id, Operation { method, path: path.clone(), responses });
            }
        }
        Self { operations, validators }
    }
}

fn schemas(response: &Value) -> impl Iterator<Item = &Value> {
    response["content"].as_object().into_iter().flat_map(Map::values).map(|content| &content["schema"])
}

fn compile(schema: &Value, document: &Value) -> Validator {
    let rooted = json!({ "allOf": [schema], "components": document["components"] });
    jsonschema::draft202012::options().should_validate_formats(true).build(&rooted).unwrap()
}

impl Contract {
    /// Lists every operation with every status that it documents.
    pub fn documented(&self) -> BTreeSet<(String, u16)> {
        let operations = self.operations.iter();
        operations
            .flat_map(|(id, operation)| {
                operation.responses.keys().map(|status| (id.clone(), status.parse().unwrap()))
            })
            .collect()
    }

    /// Lists every code that any operation documents.
    pub fn codes(&self) -> BTreeSet<&str> {
        let responses = self.operations.values().flat_map(|operation| operation.responses.values());
        let named = responses
            .flat_map(|response| response["description"].as_str().unwrap().split("](/problems/").skip(1));
        named.map(|rest| rest.split_once(')').unwrap().0).collect()
    }

    /// Returns the method and the path template of an operation.
    pub fn route(&self, operation: &str) -> (Method, &str) {
        let Operation { method, path, .. } = &self.operations[operation];
        (method.clone(), path)
    }

    /// Returns the methods of every path.
    pub fn methods(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut methods = BTreeMap::<_, BTreeSet<_>>::new();
        for operation in self.operations.values() {
            methods.entry(operation.path.as_str()).or_default().insert(operation.method.as_str());
        }
        methods
    }

    /// Checks an answer against the case and against the contract.
    pub fn check(&self, case: &Case, answer: Answer) {
        let told = format!("{} {}: {} {}", case.operation, case.status, answer.status, answer.text);
        assert_eq!(answer.status, case.status, "{told}");
        let response = &self.operations[case.operation].responses[&case.status.to_string()];
        self.check_headers(case, response, &answer, &told);
        self.check_body(response, &answer, &told);
        let Some(code) = case.code else { return assert!(case.status < 400, "{told}") };
        let named = response["description"]
            .as_str()
            .is_some_and(|text| text.contains(&format!("](/problems/{code})")));
        assert!(named, "{code} is not documented: {told}");
        answer.problem(case.status, code);
    }

    fn check_headers(&self, case: &Case, response: &Value, answer: &Answer, told: &str) {
        let documented = response["headers"].as_object().into_iter().flatten();
        let required =
            documented.filter(|(_, header)| header["required"] == true).map(|(name, _)| name.as_str());
        let mut wanted: Vec<_> = required.chain(["x-request-id"]).collect();
        match case.status {
            200..300 if case.ask.has("prefer") => wanted.push("preference-applied"),
            415 if self.route(case.operation).0 == Method::PATCH => wanted.push("accept-patch"),
            415 => wanted.push("accept-post"),
            _ => {}
        }
        for name in wanted {
            assert!(answer.header(name).is_some_and(|value| !value.is_empty()), "no {name}: {told}");
        }
    }

    fn check_body(&self, response: &Value, answer: &Answer, told: &str) {
        let Some(contents) = response["content"].as_object() else {
            return assert_eq!(answer.text, "", "{told}");
        };
        let kind = answer.header("content-type").unwrap_or_default();
        let range = format!("{}/*", kind.split('/').next().unwrap_or_default());
        if contents.contains_key(&range) {
            return;
        }
        let content = contents.get(kind).unwrap_or_else(|| panic!("{kind:?} is not documented: {told}"));
        let validator = &self.validators[&content["schema"].to_string()];
        let wrong: Vec<_> = validator.iter_errors(&answer.body).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}: {told}");
    }
}
