//! The vendor's catalogues. The API returns each as one array without pages.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::config::Generation;

/// The type of the pipeline engine's models in the vendor's list of models and in the gateway's catalogue.
pub const PIPELINE_MODELS: &str = "llm";
/// The vendor's type of the models that process audio directly.
pub const REALTIME_MODELS: &str = "multimodal";

/// The engines for which voices are listed.
const MODES: [&str; 2] = ["pipeline", "multimodal"];

/// The types of calls for which phone numbers are listed. A number may be in the lists of both types.
const CALL_TYPES: [&str; 2] = ["inbound", "outbound"];

/// Returns the exchange that reads a catalogue, or `None` if the vendor has no such catalogue.
pub fn ask(kind: CatalogueKind, generation: Generation) -> Option<Exchange<Vec<CatalogueEntry>>> {
    match (kind, generation) {
        (CatalogueKind::LANGUAGES, _) => Some(gather(vec![languages()])),
        (CatalogueKind::MODELS, Generation::Legacy) => Some(gather(vec![models(None)])),
        (CatalogueKind::MODELS, Generation::Current) => {
            Some(gather([PIPELINE_MODELS, REALTIME_MODELS].map(|kind| models(Some(kind))).into()))
        }
        (CatalogueKind::VOICES, Generation::Legacy) => Some(voices(Vec::new())),
        // Voices of the current generation identify their language by id, so the list of languages is read first.
        (CatalogueKind::VOICES, Generation::Current) => {
            gather(vec![languages()]).then(|languages| Ok(voices(languages))).ok()
        }
        (CatalogueKind::PHONE_NUMBERS, _) => Some(gather(CALL_TYPES.map(phone_numbers).into())),
        _ => None,
    }
}

/// A request for one list, and the function that reads a row of the list.
struct Question {
    request: Request,
    read: ReadRow,
}

type ReadRow = Box<dyn Fn(&Value) -> Option<CatalogueEntry> + Send>;

fn question(
    operation: &'static str,
    list: &'static str,
    read: impl Fn(&Value) -> Option<CatalogueEntry> + Send + 'static,
) -> Question {
    let request = Request::new(operation, Method::Get, ["user", "assistants", list]);
    Question { request, read: Box::new(read) }
}

/// Requests the lists one after the other and joins their entries without duplicates.
fn gather(questions: Vec<Question>) -> Exchange<Vec<CatalogueEntry>> {
    go_on(questions.into_iter(), Vec::new())
}

fn go_on(
    mut questions: std::vec::IntoIter<Question>,
    mut entries: Vec<CatalogueEntry>,
) -> Exchange<Vec<CatalogueEntry>> {
    let Some(Question { request, read }) = questions.next() else {
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert((entry.id.clone(), entry.kind.clone())));
        return Exchange::Done(entries);
    };
    Exchange::ask(request, move |reply| {
        entries.extend(rows(reply, read)?);
        Ok(go_on(questions, entries))
    })
}

fn rows(reply: Reply, read: impl Fn(&Value) -> Option<CatalogueEntry>) -> Result<Vec<CatalogueEntry>> {
    const EXPECTED: &str = "a list of rows with id and name";
    let status = reply.status;
    let document = reply.document(EXPECTED)?;
    let entries = document.as_array().and_then(|rows| rows.iter().map(read).collect());
    entries.ok_or_else(|| Error::unreadable(status, EXPECTED))
}

fn languages() -> Question {
    question("list languages", "languages", |row| {
        let tag = row.get("iso_2").and_then(Value::as_str).and_then(|code| Language::new(code).ok());
        Some(CatalogueEntry { language: tag.map(|tag| tag.as_str().to_owned()), ..entry(row)? })
    })
}

fn models(kind: Option<&'static str>) -> Question {
    let mut question = question("list models", "models", move |row| {
        Some(CatalogueEntry { kind: kind.map(ToOwned::to_owned), ..entry(row)? })
    });
    question.request.query.extend(kind.map(|kind| ("type", kind.to_owned())));
    question
}

/// Requests the numbers that can be assigned to an assistant for calls of one type.
fn phone_numbers(calls: &'static str) -> Question {
    let mut question = question("list phone numbers", "phone-numbers", |row| {
        Some(CatalogueEntry {
            id: row.get("id").and_then(scalar)?,
            name: row.get("phone_number")?.as_str()?.to_owned(),
            language: None,
            kind: row.get("type_label").and_then(Value::as_str).map(ToOwned::to_owned),
            document: row.clone(),
        })
    });
    question.request.query.push(("type", calls.to_owned()));
    question
}

/// Requests the voices of each engine. `languages` resolves the language ids in the rows.
fn voices(languages: Vec<CatalogueEntry>) -> Exchange<Vec<CatalogueEntry>> {
    let languages = std::sync::Arc::new(languages);
    let of = |mode: &'static str| {
        let languages = languages.clone();
        let mut question = question("list voices", "voices", move |row| {
            let id = row.get("language_id").and_then(scalar);
            let language = languages.iter().find(|language| Some(&language.id) == id.as_ref());
            Some(CatalogueEntry {
                language: language.and_then(|language| language.language.clone()),
                kind: row.get("gender").and_then(Value::as_str).map(ToOwned::to_owned),
                ..entry(row)?
            })
        });
        question.request.query.push(("mode", mode.to_owned()));
        question
    };
    gather(MODES.map(of).into())
}

fn entry(row: &Value) -> Option<CatalogueEntry> {
    Some(CatalogueEntry {
        id: row.get("id").and_then(scalar)?,
        name: row.get("name")?.as_str()?.to_owned(),
        language: None,
        kind: None,
        document: row.clone(),
    })
}

/// Returns the answer that the vendor documents for a request, or `None` if no such answer is recorded. With these
/// answers, the documentation is built without an account.
pub fn recorded(generation: &str, request: &Request) -> Option<&'static str> {
    let kind = request.query.iter().find(|(name, _)| *name == "type").map(|(_, kind)| kind.as_str());
    match (generation, request.path().last()?.as_ref(), kind) {
        (_, "languages", _) => Some(include_str!("../contract/fixtures/2026/listLanguages.all.json")),
        (_, "phone-numbers", _) => Some(include_str!("../contract/fixtures/2026/listPhoneNumbers.all.json")),
        ("2025", "models", _) => Some(include_str!("../contract/fixtures/2025/listModels.all.json")),
        ("2025", "voices", _) => Some(include_str!("../contract/fixtures/2025/listVoices.all.json")),
        (_, "models", Some(REALTIME_MODELS)) => {
            Some(include_str!("../contract/fixtures/2026/listModels.multimodal.json"))
        }
        (_, "models", _) => Some(include_str!("../contract/fixtures/2026/listModels.llm.json")),
        (_, "voices", _) => Some(include_str!("../contract/fixtures/2026/listVoices.all.json")),
        _ => None,
    }
}
