//! A vendor's documented contract: the operations that exist, and the requests that they accept.
//!
//! Routes come from the contract document, so a simulator cannot answer on a path that the vendor does not
//! document.

mod known;
mod parameter;
mod schema;
mod violation;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde_json::Value;

use crate::SIMULATORS;
use known::KnownMembers;
use parameter::Parameter;
pub(crate) use schema::Unusable;
use schema::{Schema, Schemas};
pub(crate) use violation::{Violation, sentence};

/// The contracts. All sandboxes of a process share them, because reading them and compiling their schemas takes tens of
/// milliseconds.
static READ: [OnceLock<Contract>; SIMULATORS.len()] = [const { OnceLock::new() }; SIMULATORS.len()];

/// Reads the contracts of all vendors, in the order of [`SIMULATORS`]. A contract is unusable if its document
/// is not JSON.
pub(crate) fn all() -> impl Iterator<Item = Result<&'static Contract, Unusable>> {
    SIMULATORS.iter().zip(&READ).map(|(simulated, place)| {
        if let Some(contract) = place.get() {
            return Ok(contract);
        }
        let contract = Contract::read(simulated.contract);
        let contract = contract.map_err(|why| Unusable::new(format!("{}: {why}", simulated.vendor)))?;
        Ok(place.get_or_init(|| contract))
    })
}

/// The operations of one vendor.
pub(crate) struct Contract {
    operations: Vec<Operation>,
}

/// One documented operation.
pub(crate) struct Operation {
    id: String,
    method: String,
    /// The path template, split at its slashes. `{name}` stands for any one segment.
    segments: Vec<String>,
    parameters: Vec<Parameter>,
    body: Option<Body>,
    /// True if the operation needs no key, because the contract contains `"security": []`.
    is_open: bool,
}

struct Body {
    required: bool,
    schema: Schema,
    /// The members that the vendor knows. `None` if the vendor refuses a request with other members.
    known: Option<KnownMembers>,
}

/// The parts of a request that a contract restricts.
pub(crate) struct ContractRequest<'a> {
    /// Query parameters, percent-decoded, in order.
    pub query: &'a [(String, String)],
    /// The JSON body. `None` if the request has no JSON body.
    pub body: Option<&'a Value>,
}

impl Contract {
    /// Reads an OpenAPI 3.1 document.
    fn read(text: &str) -> Result<Self, Unusable> {
        let document: Value = serde_json::from_str(text).map_err(Unusable::new)?;
        let schemas = Schemas::new(&document);
        let drops_unknown = document.get("x-unknown-members").and_then(Value::as_str) == Some("dropped");
        let mut operations = Vec::new();
        for (path, item) in schema::members(&document, "paths") {
            for (method, operation) in item.as_object().into_iter().flatten() {
                if let Some(id) = operation.get("operationId").and_then(Value::as_str) {
                    operations.push(Operation {
                        id: id.to_owned(),
                        method: method.to_ascii_uppercase(),
                        segments: path.split('/').map(str::to_owned).collect(),
                        parameters: parameter::parse_all(&schemas, item, operation),
                        body: Body::from_operation(&schemas, operation, drops_unknown),
                        is_open: operation
                            .get("security")
                            .and_then(Value::as_array)
                            .is_some_and(Vec::is_empty),
                    });
                }
            }
        }
        Ok(Self { operations })
    }

    /// Finds the operation at `method` and `path`. Returns the operation with the values of the path's parameters, or
    /// `None` if no operation is documented there.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<(&Operation, BTreeMap<String, String>)> {
        self.operations
            .iter()
            .filter(|operation| operation.method == method)
            .find_map(|operation| Some((operation, operation.capture(path)?)))
    }

    /// Lists the ids of all operations.
    pub(crate) fn operation_ids(&self) -> impl Iterator<Item = &str> {
        self.operations.iter().map(Operation::id)
    }
}

impl Operation {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns true if the vendor carries out the operation without a key.
    pub(crate) fn is_open(&self) -> bool {
        self.is_open
    }

    /// Lists all violations of the contract in a request.
    pub(crate) fn violations(&self, asked: &ContractRequest<'_>) -> Vec<Violation> {
        let mut found = parameter::violations(&self.parameters, asked.query);
        match (&self.body, asked.body) {
            (Some(expected), Some(body)) => {
                found.extend(expected.schema.violations(body));
            }
            (Some(expected), None) if expected.required => {
                found.push(Violation::new("", "a JSON body is required"));
            }
            (None, Some(_)) => found.push(Violation::new("", "this operation takes no body")),
            _ => {}
        }
        found
    }

    /// Returns the body as the vendor reads it. If the contract contains `"x-unknown-members": "dropped"`, the members
    /// that the contract does not know are removed.
    pub(crate) fn read_by_vendor<'a>(&self, body: &'a Value) -> Cow<'a, Value> {
        match self.body.as_ref().and_then(|expected| expected.known.as_ref()) {
            Some(known) => Cow::Owned(known.prune(body)),
            None => Cow::Borrowed(body),
        }
    }

    /// Returns the values of the path's parameters, percent-decoded. Returns `None` if the path is not that of the
    /// operation.
    fn capture(&self, path: &str) -> Option<BTreeMap<String, String>> {
        let given: Vec<&str> = path.split('/').collect();
        if given.len() != self.segments.len() {
            return None;
        }
        let mut captured = BTreeMap::new();
        for (template, segment) in self.segments.iter().zip(given) {
            match template.strip_prefix('{').and_then(|t| t.strip_suffix('}')) {
                Some(name) if !segment.is_empty() => {
                    captured.insert(name.to_owned(), percent_decoded(segment)?);
                }
                None if template == segment => {}
                _ => return None,
            }
        }
        Some(captured)
    }
}

/// Decodes the percent-encoded bytes of a path segment. Returns `None` if the result is not UTF-8.
fn percent_decoded(segment: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let [first, others @ ..] = rest {
        let encoded = match others {
            [high, low, after @ ..] if *first == b'%' => hex(*high, *low).map(|byte| (byte, after)),
            _ => None,
        };
        let (byte, after) = encoded.unwrap_or((*first, others));
        decoded.push(byte);
        rest = after;
    }
    String::from_utf8(decoded).ok()
}

/// Reads a byte from two hexadecimal digits.
fn hex(high: u8, low: u8) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

impl Body {
    /// Reads the body of an operation. Returns `None` if the operation takes no JSON.
    fn from_operation(schemas: &Schemas<'_>, operation: &Value, drops_unknown: bool) -> Option<Self> {
        let body = schemas.resolve(operation.get("requestBody")?);
        let schema = body.pointer("/content/application~1json/schema")?;
        Some(Self {
            required: body.get("required") == Some(&Value::Bool(true)),
            schema: schemas.schema(schema),
            known: drops_unknown.then(|| KnownMembers::new(schemas, schema)),
        })
    }
}
