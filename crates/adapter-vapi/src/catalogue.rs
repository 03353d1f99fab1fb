//! The vendor's catalogues: phone numbers from its API, all others from its documentation.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{lists::LISTS, numbers, wire};

/// Returns the exchange that reads a catalogue, or `None` if the vendor has no such catalogue.
pub fn ask(kind: CatalogueKind) -> Option<Exchange<Vec<CatalogueEntry>>> {
    match kind {
        CatalogueKind::VOICES => Some(Exchange::Done(rows(&LISTS.voices, false))),
        CatalogueKind::MODELS => Some(Exchange::Done(rows(&LISTS.models, true))),
        CatalogueKind::LANGUAGES => Some(Exchange::Done(wire::tags().map(language).collect())),
        CatalogueKind::PHONE_NUMBERS => Some(numbers::list()),
        _ => None,
    }
}

/// Returns an entry for each name. With `may_repeat`, two providers can list the same name; the id of the second
/// entry then begins with its provider.
fn rows(table: &[(&str, &str)], may_repeat: bool) -> Vec<CatalogueEntry> {
    let mut rows: Vec<CatalogueEntry> = Vec::new();
    for (provider, names) in table {
        for name in names.split_ascii_whitespace() {
            let is_taken = may_repeat && rows.iter().any(|row| row.id == name);
            let id = if is_taken { format!("{provider}/{name}") } else { name.to_owned() };
            let document = json!({ "provider": provider, "name": name });
            rows.push(CatalogueEntry { id, name: name.to_owned(), language: None, kind: None, document });
        }
    }
    rows
}

fn language(tag: &str) -> CatalogueEntry {
    let language = Some(tag.to_owned());
    CatalogueEntry {
        id: tag.to_owned(),
        name: tag.to_owned(),
        language,
        kind: None,
        document: Value::from(tag),
    }
}

/// Returns the documented answer to the request for phone numbers, the only catalogue that is read from the API.
pub fn recorded(_: &str, _: &Request) -> Option<&'static str> {
    Some(include_str!("../contract/fixtures/listPhoneNumbers.all.json"))
}
