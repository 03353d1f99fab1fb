//! The model of a faithful vendor: its document after a write, its answer, and the record read from the
//! answer.

use serde_json::{Value, json};
use switchboard_core::{
    error::Result,
    model::{Root, schema},
    plan::{Parts, Plan},
    rule::{Unread, document_path},
};

use crate::bench::Bench;

impl<R: Root> Bench<R> {
    /// Returns the vendor's document after a creation, with the field names that updates use.
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

    /// Reads the record from the answer of a vendor that stores this body faithfully. Also returns the values that
    /// could not be read.
    pub fn answered(&self, body: Value) -> Result<(Value, Vec<Unread>)> {
        self.read(&self.answer(body))
    }

    /// Converts a request body, or the vendor's document after an update, to the answer of a vendor that stores it
    /// faithfully. Moves each value whose path in answers differs to that path. Does not move or convert a value
    /// that has a different form in answers.
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

    /// Lists the fields whose value in the vendor's document differs from the value that was sent. Fields
    /// whose values have a different form in answers than in requests are omitted.
    pub fn drifted(&self, record: &Value, plan: &Plan, document: &Value) -> Result<Vec<String>> {
        let desired = self.desired(record)?;
        let drift = self.translator(&Parts::NONE)?.compare(&desired, &plan.report, document).drift;
        let respelled =
            |field: &String| self.rows.iter().any(|row| row.field == *field && row.footprint.respelled);
        Ok(drift.into_iter().map(|drift| drift.field).filter(|field| !respelled(field)).collect())
    }

    /// Reads a record from a vendor's document. Also returns the values that could not be read.
    pub fn read(&self, document: &Value) -> Result<(Value, Vec<Unread>)> {
        let observed = self.translator(&Parts::NONE)?.decode(document);
        let mut record = json!(observed.state.record);
        schema::put(&mut record, "/extensions", Value::Object(observed.state.extensions));
        Ok((record, observed.unread))
    }
}
