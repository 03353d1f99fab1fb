//! The formats of QCall's answers, for successes and failures.

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::options::{Envelope, Options};
use crate::simulator::Answer;

/// Builds a successful answer with at most one value. The answer always has the envelope (vendor's audit).
pub(super) fn done(message: &str, data: Option<Value>) -> Answer {
    Answer::ok(wrap(message, data).into())
}

/// Builds the answer with one record, with or without the envelope, as the options specify.
pub(super) fn one(options: &Options, message: &str, thing: Value) -> Answer {
    match options.envelope {
        Envelope::Bare => Answer::ok(thing),
        Envelope::Wrapped | Envelope::Nested => done(message, Some(thing)),
    }
}

/// Builds a page of rows. In an envelope, `totalItems` and `totalPages` are next to `data` (vendor's MCP
/// server). Without an envelope, the page has no totals.
pub(super) fn rows(options: &Options, rows: Vec<Value>, total: usize, pages: usize) -> Answer {
    let rows = Value::Array(rows);
    let payload = match options.envelope {
        Envelope::Bare => return Answer::ok(rows),
        Envelope::Wrapped => rows,
        Envelope::Nested => json!({ options.nested_under.name(): rows }),
    };
    let mut body = wrap("", Some(payload));
    body.insert("totalItems".to_owned(), json!(total));
    body.insert("totalPages".to_owned(), json!(pages));
    Answer::ok(body.into())
}

/// Builds the refusal of a request. With `failures_as_200`, the answer has status 200 and an envelope. Otherwise, it
/// has its own status and, if the options specify no envelope, the error body of the published specification: `{error,
/// message}`.
pub(super) fn failure(options: &Options, status: StatusCode, message: &str) -> Answer {
    if options.failures_as_200 {
        let outright = outright_failure(status, message);
        return Answer { status: StatusCode::OK, ..outright };
    }
    if options.envelope == Envelope::Bare {
        let body = json!({ "error": status.as_u16(), "message": message });
        return Answer::json(status, body);
    }
    outright_failure(status, message)
}

/// Builds a failure with its own status, regardless of the options, such as for an unknown route, a wrong key or an
/// ordered fault.
pub(super) fn outright_failure(status: StatusCode, message: &str) -> Answer {
    let body = json!({ "success": false, "status": status.as_u16(), "message": message });
    Answer::json(status, body)
}

fn wrap(message: &str, data: Option<Value>) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("success".to_owned(), json!(true));
    if !message.is_empty() {
        body.insert("message".to_owned(), json!(message));
    }
    if let Some(data) = data {
        body.insert("data".to_owned(), data);
    }
    body
}
