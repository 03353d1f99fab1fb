//! A faithful vendor: the document that it holds after a write, its answer, and the record read from it.

use serde_json::{Value, json};
use switchboard_core::{
    error::Result,
    model::{Root, schema},
    plan::{Parts, Plan},
    rule::{Unread, document_path},
};

use crate::bench::Bench;

impl<R: Root> Bench<R> {
    /// Returns the document that the vendor holds after a creation, under the names that updates have.
    pub fn stored(&self, mut body: Value) -> Value {
        for row in &self.rows {
            if let (Some(from), Some(to)) = (row.created_as, row.vendor_fields.first())
                && let Some(value) = document_path::get(&body, from).cloned()
            {
                document_path::remove(&mut body, from);
                document_path::put(&mut body, to, value);
            }
        }
        body
    }

    /// Returns the record that the vendor answers if it holds this body.
    pub fn answered(&self, body: Value) -> Result<(Value, Vec<Unread>)> {
        self.read(&self.answer(body))
    }

    /// Returns the document that the vendor answers if it holds this body. Values that answers spell otherwise than
    /// requests stay in it as they were sent.
    pub fn answer(&self, body: Value) -> Value {
        let mut document = self.stored(body);
        let moved = self.rows.iter().filter(|row| !row.footprint.respelled).filter_map(|row| {
            let (from, to) = (*row.vendor_fields.first()?, row.footprint.answered_as?);
            Some((from, to, document_path::get(&document, from)?.clone()))
        });
        let moved: Vec<_> = moved.filter(|(from, to, _)| from != to).collect();
        for (from, ..) in &moved {
            document_path::remove(&mut document, from);
        }
        for (_, to, value) in moved {
            document_path::put(&mut document, to, value);
        }
        document
    }

    /// Lists the fields in which the vendor's document differs from what was sent, except those whose values answers
    /// spell otherwise.
    pub fn drifted(&self, record: &Value, plan: &Plan, document: &Value) -> Result<Vec<String>> {
        let desired = self.desired(record)?;
        let drift = self.translator(&Parts::NONE)?.compare(&desired, &plan.report, document).drift;
        let respelled =
            |field: &String| self.rows.iter().any(|row| row.field == *field && row.footprint.respelled);
        Ok(drift.into_iter().map(|drift| drift.field).filter(|field| !respelled(field)).collect())
    }

    /// Reads a vendor's document.
    pub fn read(&self, document: &Value) -> Result<(Value, Vec<Unread>)> {
        let observed = self.translator(&Parts::NONE)?.decode(document);
        let mut record = json!(observed.state.record);
        schema::put(&mut record, "/extensions", Value::Object(observed.state.extensions));
        Ok((record, observed.unread))
    }
}
