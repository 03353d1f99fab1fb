//! The vendor's answers.

use serde::de::DeserializeOwned;
use serde_json::Value;
use switchboard_core::prelude::*;

use super::{secrets, shape};

/// The number of rows that a page is asked for, the vendor's default (vendor OpenAPI document, 2026-08-20).
pub const PAGE_SIZE: usize = 100;

/// The query parameters of the next page, as beginnings of cursors.
pub const BEFORE: &str = "createdAtLe";
/// The same for a list that begins with the oldest assistant.
pub const AFTER: &str = "createdAtGe";

/// Reads an answer that contains an assistant.
///
/// # Errors
/// `vendor_protocol_error` if the answer is not an assistant.
pub fn assistant(reply: Reply) -> Result<Remote> {
    read(reply, "an assistant with an id", remote)
}

/// Reads an assistant in the vendor's form, with its credentials.
pub fn unconverted(reply: Reply) -> Result<Value> {
    read(reply, "an assistant with an id", |document: Value| document["id"].is_string().then_some(document))
}

/// Reads a page of the list. The vendor documents no order (vendor OpenAPI document, 2026-08-20), so the page tells it: the
/// next page begins at the time of the last row. The same rows may be on both pages.
pub fn assistants(reply: Reply) -> Result<Rows<Remote>> {
    read(reply, "a list of assistants", |rows: Vec<Value>| {
        let time = |row: Option<&Value>| row?.get("createdAt")?.as_str().map(ToOwned::to_owned);
        let next = match rows.len() < PAGE_SIZE {
            true => None,
            false => {
                let (first, last) = (time(rows.first())?, time(rows.last())?);
                Some(format!("{}={last}", if first < last { AFTER } else { BEFORE }))
            }
        };
        Some((rows.into_iter().map(remote).collect::<Option<_>>()?, next))
    })
}

/// Converts an assistant. Returns `None` if it has no id.
fn remote(mut document: Value) -> Option<Remote> {
    let id = document.get("id")?.as_str().filter(|id| !id.is_empty())?.to_owned();
    let name = document["name"].as_str().map(ToOwned::to_owned);
    let created_at = parse_timestamp(&document["createdAt"]);
    secrets::hide(&mut document);
    shape::to_rules(&mut document);
    Some(Remote { name, created_at, coverage: Coverage::Whole, ..Remote::new(id, document) })
}

fn read<A: DeserializeOwned, T>(
    reply: Reply,
    expected: &str,
    take: impl FnOnce(A) -> Option<T>,
) -> Result<T> {
    let status = reply.status;
    let answer = A::deserialize(reply.document(expected)?).ok();
    answer.and_then(take).ok_or_else(|| Error::unreadable(status, expected))
}
