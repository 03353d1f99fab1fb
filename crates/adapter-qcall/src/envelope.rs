//! What answers are wrapped in, which varies by endpoint and by the age of the vendor's backend.

use serde_json::{Map, Value};
use switchboard_core::{Body, Error, Reply, Result, scalar};

/// The names under which the vendor's MCP client looks for rows, there also one level deeper.
const ROWS: [&str; 5] = ["data", "rows", "list", "items", "result"];

/// How deep rows may be: `data.rows`.
const DEPTH: u8 = 2;

/// The ids an answer may name a record by. Backends that have a `hash_id` mean that one (vendor's MCP client).
const IDS: [&str; 2] = ["hash_id", "id"];

/// An admitted answer, with what it should have been.
pub struct Answer {
    /// The whole JSON document.
    pub document: Value,
    status: u16,
    expected: &'static str,
}

impl Answer {
    /// The answer, which must be JSON.
    pub fn parse(reply: Reply, expected: &'static str) -> Result<Self> {
        let status = reply.status;
        Ok(Self { document: reply.document(expected)?, status, expected })
    }

    /// The rows of a list, each by `read`, which none may fail.
    pub fn rows<T>(self, read: fn(&Value) -> Option<T>) -> Result<Vec<T>> {
        let rows = rows(&self.document, DEPTH).and_then(|rows| rows.iter().map(read).collect());
        rows.ok_or_else(|| self.unreadable())
    }

    /// The one record that was asked for; `None` where the answer is an empty list.
    pub fn record(self) -> Result<Option<Map<String, Value>>> {
        match &self.document {
            Value::Object(members) if is_record(members) => return Ok(Some(members.clone())),
            Value::Object(members) => {
                if let Some(Value::Object(record)) = members.get("data")
                    && is_record(record)
                {
                    return Ok(Some(record.clone()));
                }
            }
            _ => {}
        }
        match rows(&self.document, DEPTH).map(Vec::as_slice) {
            Some([]) => Ok(None),
            Some([Value::Object(record)]) if is_record(record) => Ok(Some(record.clone())),
            _ => Err(self.unreadable()),
        }
    }

    /// What a write says of the record, as far as it says anything: the members of a bare record, or of `data` with
    /// the ids that stand beside it.
    pub fn written(self) -> Result<Map<String, Value>> {
        let members = match &self.document {
            Value::Object(members) => members,
            _ => return Err(self.unreadable()),
        };
        if !members.contains_key("success") {
            return Some(members)
                .filter(|members| is_record(members))
                .cloned()
                .ok_or_else(|| self.unreadable());
        }
        let mut said = match members.get("data") {
            Some(Value::Object(record)) => record.clone(),
            Some(Value::Array(rows)) if rows.len() == 1 => rows[0].as_object().cloned().unwrap_or_default(),
            _ => Map::new(),
        };
        for name in IDS {
            if let Some(id) = members.get(name) {
                said.entry(name).or_insert_with(|| id.clone());
            }
        }
        Ok(said)
    }

    /// How many records and pages there are, where the answer says it.
    pub fn totals(&self) -> (Option<u64>, Option<u64>) {
        let total = |name: &str| self.document.get(name).and_then(Value::as_u64);
        (total("totalItems"), total("totalPages"))
    }

    /// The error of an answer that is not what was expected.
    pub fn unreadable(&self) -> Error {
        Error::unreadable(self.status, self.expected)
    }
}

/// What the answer of a write says of the record, as far as it says anything: an acknowledgement, the record, or (for
/// deletions) nothing.
pub fn acknowledged(reply: Reply, expected: &'static str) -> Result<Map<String, Value>> {
    if reply.status == 204 && reply.body == Body::Empty {
        return Ok(Map::new());
    }
    Answer::parse(reply, expected)?.written()
}

/// The id of a record, as text.
pub fn id(record: &Map<String, Value>) -> Option<String> {
    IDS.iter().find_map(|name| scalar(record.get(*name)?)).filter(|id| !id.is_empty())
}

/// Whether one of the record's ids is among these.
pub fn is_among(record: &Map<String, Value>, ids: &[String]) -> bool {
    IDS.iter().filter_map(|name| scalar(record.get(*name)?)).any(|id| ids.contains(&id))
}

/// A row that has an id.
pub fn row(row: &Value) -> Option<Map<String, Value>> {
    row.as_object().filter(|row| id(row).is_some()).cloned()
}

fn is_record(members: &Map<String, Value>) -> bool {
    id(members).is_some() || members.contains_key("name")
}

fn rows(document: &Value, depth: u8) -> Option<&Vec<Value>> {
    match document {
        Value::Array(rows) => Some(rows),
        Value::Object(members) if depth > 0 => {
            let inner = ROWS.iter().find_map(|name| members.get(*name))?;
            rows(inner, depth - 1)
        }
        _ => None,
    }
}
