//! The phone numbers of the organization, each with its persona in `persona_id`. A number is its own id.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Bland, NUMBERS, PERSONAS, catalogue, failure};
use crate::records::{Record, Records};
use crate::simulator::{Answer, SimulatedRequest};

/// Adds the numbers that the organization has bought. None of them has a persona.
pub(super) fn seed(records: Records) -> Records {
    catalogue::BOUGHT.iter().fold(records, |records, (number, label)| {
        records.seeded(NUMBERS, number, json!({ "label": label, "persona_id": null }))
    })
}

impl Bland {
    pub(super) fn list_numbers(&self) -> Answer {
        let rows: Vec<_> = self.records.iter(NUMBERS).map(|(number, record)| shown(number, record)).collect();
        Answer::ok(json!({ "inbound_numbers": rows }))
    }

    pub(super) fn number(&self, number: &str) -> Answer {
        match self.records.get(NUMBERS, number) {
            Some(record) => Answer::ok(shown(number, record)),
            None => failure::text(StatusCode::NOT_FOUND, "Not Found"),
        }
    }

    /// Attaches numbers to a persona, or detaches them from it. Attaching takes a number from another persona, because
    /// the vendor does not document a refusal.
    pub(super) fn attach_numbers(&mut self, request: &SimulatedRequest<'_>, attaches: bool) -> Answer {
        let persona = request.in_path("persona_id");
        if self.records.get(PERSONAS, persona).is_none() {
            return failure::no_persona(persona);
        }
        let numbers = request.body["inbound_numbers"].as_array().into_iter().flatten();
        let numbers: Vec<_> = numbers.filter_map(Value::as_str).collect();
        let is_known = |number: &&str| self.records.get(NUMBERS, number).is_some();
        if !numbers.iter().all(is_known) {
            let details = json!({ "inbound_numbers": numbers });
            let message = "Invalid inbound numbers.";
            return failure::coded(StatusCode::BAD_REQUEST, "INVALID_INBOUND_NUMBERS", message, &details);
        }
        for number in numbers {
            let mut record = self.records.get(NUMBERS, number).cloned().unwrap_or_default();
            let holder = record.get("persona_id").cloned().unwrap_or_default();
            if attaches || holder == persona {
                let next = if attaches { json!(persona) } else { Value::Null };
                record.insert("persona_id".to_owned(), next);
                self.records.replace(NUMBERS, number, record);
            }
        }
        self.persona(persona)
    }
}

/// Renders a number. A record that a control route wrote may lack some members.
fn shown(number: &str, record: &Record) -> Value {
    let mut row = json!({
        "phone_number": number, "label": null, "persona_id": null, "prompt": "Answer.", "webhook": null,
        "created_at": "2026-11-02T09:15:00.000Z",
    });
    if let Some(members) = row.as_object_mut() {
        members.extend(record.clone());
    }
    row
}
