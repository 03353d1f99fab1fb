//! Assistants. A write replaces the whole record. Some members have other names in answers.

use http::StatusCode;
use serde_json::{Value, json};

use super::options::Envelope;
use super::{ASSISTANTS, Qcall, envelope};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

impl Qcall {
    pub(super) fn create_assistant(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let record = request.record();
        if let Some(refusal) = self.refused_members(&record) {
            return refusal;
        }
        let id = match self.records.insert(ASSISTANTS, record.clone()) {
            Ok(id) => id,
            Err(refused) => return self.not_stored(&refused),
        };
        self.created("Assistant created successfully", &id, || as_read(&id, &record))
    }

    /// Replaces the record. A PUT removes the members that its body omits (vendor's MCP server).
    pub(super) fn update_assistant(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_query("id").unwrap_or("");
        let record = request.record();
        if let Some(refusal) = self.refused_members(&record) {
            return refusal;
        }
        let answer = match self.options.envelope {
            Envelope::Bare => Answer::ok(as_read(id, &record)),
            Envelope::Wrapped | Envelope::Nested => envelope::done("Assistant updated successfully", None),
        };
        if self.records.replace(ASSISTANTS, id, record) { answer } else { self.no_assistant() }
    }

    pub(super) fn get_assistant(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_query("assistant_id").unwrap_or("");
        let Some(record) = self.records.get(ASSISTANTS, id) else {
            return self.no_assistant();
        };
        let assistant = as_read(id, record);
        let found = if self.options.reads_as_array { json!([assistant]) } else { assistant };
        envelope::one(&self.options, "", found)
    }

    pub(super) fn list_assistants(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        self.page(request, ASSISTANTS, as_read)
    }

    pub(super) fn delete_assistant(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_query("id").unwrap_or("");
        if !self.records.remove(ASSISTANTS, id, By::Request) {
            return self.no_assistant();
        }
        envelope::done("Assistant deleted successfully", None)
    }

    /// Refuses an inbound assistant that waits for the other party to speak first (vendor's OpenAPI document).
    fn refused_members(&self, record: &Record) -> Option<Answer> {
        let is = |member: &str, value: Value| record.get(member) == Some(&value);
        let waits = is("type", json!("inbound")) && is("is_wait_start_speech", json!(true));
        let why = "is_wait_start_speech is available to outbound assistants only";
        waits.then(|| self.fail(StatusCode::BAD_REQUEST, why))
    }

    fn no_assistant(&self) -> Answer {
        self.fail(StatusCode::NOT_FOUND, "Assistant not found")
    }
}

/// Renders the record as the vendor returns it: `knowledge_base_Id` in writes becomes `knowledge_base_id` in
/// answers (vendor's MCP server). A `knowledge_base_id` in a write is not returned, because the vendor's writes
/// have no such member.
fn as_read(id: &str, record: &Record) -> Value {
    let mut answer = record.clone();
    answer.insert("id".to_owned(), json!(id));
    answer.shift_remove("knowledge_base_id");
    if let Some(bases) = answer.shift_remove("knowledge_base_Id") {
        answer.insert("knowledge_base_id".to_owned(), bases);
    }
    answer.into()
}
