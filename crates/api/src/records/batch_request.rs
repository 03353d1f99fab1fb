//! The body of a batch.

use std::collections::HashMap;

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::schema::escape,
};

/// The maximum number of operations of a batch.
pub const MAX_OPERATIONS: usize = 200;
const MEMBERS: [&str; 4] = ["create", "id", "patch", "if_revision"];

/// One operation of a batch.
pub enum BatchOperation {
    /// The creation of a record with this body.
    Create(Value),
    /// A change to a record.
    Change {
        /// The id of the record.
        id: String,
        /// The merge patch (RFC 7396).
        patch: Value,
        /// The revision that the record must have. If `None`, the record may have any revision.
        if_revision: Option<u64>,
    },
}

/// Reads the body `{"operations": [{"create": {…}}, {"id": …, "patch": {…}, "if_revision": …}]}`. Does not check the
/// members of `create` and `patch`.
///
/// # Errors
/// All violations in the body.
pub fn read_operations(body: &Value) -> Result<Vec<BatchOperation>> {
    let mut reader = Reader::default();
    let operations = reader.operations(body);
    match reader.violations.is_empty() {
        true => Ok(operations),
        false => Err(Error::invalid(reader.violations)),
    }
}

#[derive(Default)]
struct Reader {
    violations: Vec<Violation>,
}

impl Reader {
    fn refuse(&mut self, pointer: impl Into<String>, kind: Kind, detail: impl Into<String>) {
        self.violations.push(Violation::at(pointer, kind, detail));
    }

    fn refuse_unknown(&mut self, members: &Map<String, Value>, above: &str, known: &[&str]) {
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let detail = unknown_name("field", name, known.iter().copied());
            self.refuse(format!("{above}/{}", escape(name)), Kind::UnknownField, detail);
        }
    }

    fn operations(&mut self, body: &Value) -> Vec<BatchOperation> {
        let Some(members) = body.as_object() else {
            self.refuse("", Kind::ValidationFailed, "The body must be an object.");
            return Vec::new();
        };
        self.refuse_unknown(members, "", &["operations"]);
        let given = match members.get("operations") {
            None => {
                self.refuse("/operations", Kind::FieldRequired, "/operations is required.");
                return Vec::new();
            }
            Some(given) => given.as_array().filter(|given| (1..=MAX_OPERATIONS).contains(&given.len())),
        };
        let Some(given) = given else {
            let detail = format!("/operations must be a list of 1 to {MAX_OPERATIONS} operations.");
            self.refuse("/operations", Kind::ValidationFailed, detail);
            return Vec::new();
        };
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut read = Vec::with_capacity(given.len());
        for (place, operation) in given.iter().enumerate() {
            if let Some(id) = operation["id"].as_str()
                && let Some(earlier) = places.insert(id, place)
            {
                let detail = format!(
                    "/operations/{place}/id is also in /operations/{earlier}: a batch can have one operation for each record."
                );
                self.refuse(format!("/operations/{place}/id"), Kind::ValidationFailed, detail);
            }
            read.extend(self.operation(operation, &format!("/operations/{place}")));
        }
        read
    }

    fn operation(&mut self, operation: &Value, at: &str) -> Option<BatchOperation> {
        let Some(members) = operation.as_object() else {
            let detail = format!("{at} must be an object with create, or with id and patch.");
            self.refuse(at, Kind::ValidationFailed, detail);
            return None;
        };
        self.refuse_unknown(members, at, &MEMBERS);
        let member = |name: &str| members.get(name).filter(|value| !value.is_null());
        match (member("create"), member("id"), member("patch"), member("if_revision")) {
            (Some(create), None, None, None) => Some(BatchOperation::Create(create.clone())),
            (None, Some(id), Some(patch), if_revision) => {
                let id = id.as_str().map(ToOwned::to_owned);
                if id.is_none() {
                    self.refuse(
                        format!("{at}/id"),
                        Kind::ValidationFailed,
                        format!("{at}/id must be a string."),
                    );
                }
                let revision = if_revision.map(|revision| revision.as_u64().filter(|revision| *revision > 0));
                if revision == Some(None) {
                    let detail = format!("{at}/if_revision must be a whole number from 1.");
                    self.refuse(format!("{at}/if_revision"), Kind::ValidationFailed, detail);
                }
                Some(BatchOperation::Change {
                    id: id?,
                    patch: patch.clone(),
                    if_revision: revision.flatten(),
                })
            }
            (None, Some(_), None, _) => {
                self.refuse(
                    format!("{at}/patch"),
                    Kind::FieldRequired,
                    format!("{at}/patch is required beside id."),
                );
                None
            }
            (None, None, Some(_), _) => {
                self.refuse(
                    format!("{at}/id"),
                    Kind::FieldRequired,
                    format!("{at}/id is required beside patch."),
                );
                None
            }
            _ => {
                let detail = format!("{at} must have either create, or id and patch.");
                self.refuse(at, Kind::ValidationFailed, detail);
                None
            }
        }
    }
}
