//! The vendor's answers.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use super::{CREDENTIALS, shape};
use crate::fault;

/// The number of rows requested per page: the vendor's default (vendor OpenAPI document, 2026-08-20).
pub const PAGE_SIZE: usize = 100;

/// The query parameter for the next page of a list that runs from newest to oldest. A cursor begins with its name.
pub const BEFORE: &str = "createdAtLe";
/// The query parameter for the next page of a list that runs from oldest to newest. A cursor begins with its name.
pub const AFTER: &str = "createdAtGe";

/// Reads an answer that contains an assistant.
///
/// # Errors
/// `vendor_protocol_error` if the answer is not an assistant.
pub fn assistant(reply: Reply) -> Result<Remote> {
    fault::refused(reply)?.read("an assistant with an id", remote)
}

/// Reads an object in the vendor's form, with its credentials.
pub fn unconverted(reply: Reply) -> Result<Value> {
    let expected = "an object with an id";
    fault::refused(reply)?.read(expected, |document: Value| document["id"].is_string().then_some(document))
}

/// Reads a page of the list of assistants.
pub fn assistants(reply: Reply) -> Result<Rows<Remote>> {
    page(reply, "a list of assistants", remote)
}

/// Reads a phone number with the assistant to which it is assigned. The document has only the provider, because the answer
/// may have credentials of the carrier.
pub fn phone_number(reply: Reply) -> Result<Bindable> {
    fault::refused(reply)?.read("a phone number with its id and its provider", |row: Value| {
        let text = |name: &str| row.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text("id")?;
        let holder = match (text("assistantId"), text("squadId").or(text("workflowId"))) {
            (None, None) => Holder::Free,
            (Some(assistant), None) => Holder::Record(assistant.to_owned()),
            (_, Some(_)) => Holder::Other,
        };
        Some(Bindable { document: json!({ "provider": text("provider")? }), holder })
    })
}

/// Reads a page of the list of phone numbers. A number has no digits until the vendor has activated it, and may have
/// credentials of its carrier, so the entry has only some of its members.
pub fn phone_numbers(reply: Reply) -> Result<Rows<CatalogueEntry>> {
    page(reply, "a list of phone numbers", |row| {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let name = ["number", "sipUri", "name", "id"].into_iter().find_map(text)?;
        let document = json!({
            "id": text("id"), "name": name, "provider": text("provider"), "assistantId": text("assistantId"),
        });
        CatalogueEntry::from_row(document, "id", "name", "provider")
    })
}

/// Reads a page of a list. The vendor documents no order (vendor OpenAPI document, 2026-08-20), so it is derived from
/// the page: the next page begins at the time of the last row. A row may be on both pages.
fn page<T>(reply: Reply, expected: &str, row: fn(Value) -> Option<T>) -> Result<Rows<T>> {
    fault::refused(reply)?.read(expected, |rows: Vec<Value>| {
        let time = |row: Option<&Value>| row?.get("createdAt")?.as_str().map(ToOwned::to_owned);
        let next = match rows.len() < PAGE_SIZE {
            true => None,
            false => {
                let (first, last) = (time(rows.first())?, time(rows.last())?);
                Some(format!("{}={last}", if first < last { AFTER } else { BEFORE }))
            }
        };
        Some((rows.into_iter().map(row).collect::<Option<_>>()?, next))
    })
}

/// Converts an assistant. Returns `None` if it has no id.
fn remote(mut document: Value) -> Option<Remote> {
    let id = document.get("id")?.as_str().filter(|id| !id.is_empty())?.to_owned();
    let name = document["name"].as_str().map(ToOwned::to_owned);
    let created_at = parse_timestamp(&document["createdAt"]);
    CREDENTIALS.hide(&mut document);
    shape::to_rules(&mut document);
    Some(Remote { name, created_at, coverage: Coverage::Whole, ..Remote::new(id, document) })
}
