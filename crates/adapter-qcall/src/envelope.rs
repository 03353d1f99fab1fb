//! The envelope around answers, which varies by endpoint and by the age of the vendor's backend.

use serde_json::{Map, Value};
use switchboard_core::prelude::*;

/// The members in which the vendor's MCP client looks for rows, at the top level and one level deeper.
const ROWS: [&str; 5] = ["data", "rows", "list", "items", "result"];

/// The greatest depth at which rows are nested, as in `data.rows`.
const DEPTH: u8 = 2;

/// The members that may identify a record, in order of preference. If a record has a `hash_id`, that value is the
/// record's id (vendor's MCP client).
const IDS: [&str; 2] = ["hash_id", "id"];

/// An admitted answer, with a description of the expected answer for error messages.
pub struct Answer {
    /// The whole JSON document.
    pub document: Value,
    status: u16,
    expected: &'static str,
}

impl Answer {
    /// Parses the answer, which must be JSON.
    pub fn parse(reply: Reply, expected: &'static str) -> Result<Self> {
        let status = reply.status;
        Ok(Self { document: reply.document(expected)?, status, expected })
    }

    /// Returns the rows of a list, each converted by `read`. An unreadable row is an error.
    pub fn rows<T>(self, read: fn(&Value) -> Option<T>) -> Result<Vec<T>> {
        let rows = rows(&self.document).and_then(|rows| rows.iter().map(read).collect());
        rows.ok_or_else(|| self.unreadable())
    }

    /// Returns the requested record, or `None` if the answer is an empty list. Any other answer is an error.
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
        match rows(&self.document).map(Vec::as_slice) {
            Some([]) => Ok(None),
            Some([Value::Object(record)]) if is_record(record) => Ok(Some(record.clone())),
            _ => Err(self.unreadable()),
        }
    }

    /// Returns the members of the record in the answer to a write. In an envelope, the record is `data` (an object or a
    /// list of one object); an id beside `data` is added to it. If the envelope contains neither, the result is empty.
    /// An answer without an envelope must be a record; any other is an error.
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

    /// Returns the totals of the list.
    pub fn totals(&self) -> Totals {
        let total = |name: &str| self.document.get(name).and_then(Value::as_u64);
        Totals { rows: total("totalItems"), pages: total("totalPages") }
    }

    /// Builds the error for an answer that does not have the expected form.
    pub fn unreadable(&self) -> Error {
        Error::unreadable(self.status, self.expected)
    }
}

/// The total number of rows and of pages, if the vendor returns them.
pub struct Totals {
    rows: Option<u64>,
    pages: Option<u64>,
}

impl Totals {
    /// Returns true if there may be another page after one with `count` rows. `found` is the number of rows so far,
    /// including this page, `number` is the number of this page, counted from 1, and `full` is the number of rows on a
    /// full page. After a full page, the totals are ignored, because they can be too low.
    pub fn lead_on(&self, count: usize, found: usize, number: usize, full: usize) -> bool {
        let is_last = self.pages.is_some_and(|pages| number as u64 >= pages)
            || self.rows.is_some_and(|rows| found as u64 >= rows);
        count > 0 && (count >= full || !is_last)
    }
}

/// Returns the members of the record in the answer to a write. Returns no members if the answer only acknowledges the
/// write or is a 204 without a body.
pub fn acknowledged(reply: Reply, expected: &'static str) -> Result<Map<String, Value>> {
    if reply.status == 204 && reply.body == Body::Empty {
        return Ok(Map::new());
    }
    Answer::parse(reply, expected)?.written()
}

/// Returns the id of a record as a string, or `None` if the record has no id or an empty one.
pub fn id(record: &Map<String, Value>) -> Option<String> {
    IDS.iter().find_map(|name| scalar(record.get(*name)?).filter(|id| !id.is_empty()))
}

/// Returns whether `ids` contains one of the record's ids.
pub fn is_among(record: &Map<String, Value>, ids: &[String]) -> bool {
    IDS.iter().filter_map(|name| scalar(record.get(*name)?)).any(|id| ids.contains(&id))
}

/// Reads a row. Returns `None` if the row has no id.
pub fn row(row: &Value) -> Option<Map<String, Value>> {
    row.as_object().filter(|row| id(row).is_some()).cloned()
}

fn is_record(members: &Map<String, Value>) -> bool {
    id(members).is_some() || members.contains_key("name")
}

/// Returns the rows in a document, or `None` if none of the members in which the vendor's MCP client looks for rows has
/// any.
pub fn rows(document: &Value) -> Option<&Vec<Value>> {
    rows_within(document, DEPTH)
}

fn rows_within(document: &Value, depth: u8) -> Option<&Vec<Value>> {
    match document {
        Value::Array(rows) => Some(rows),
        Value::Object(members) if depth > 0 => {
            let inner = ROWS.iter().find_map(|name| members.get(*name))?;
            rows_within(inner, depth - 1)
        }
        _ => None,
    }
}
