//! Dialers: the trunks of QCall. The vendor returns them with their credentials.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{CAMPAIGNS, DIALERS, Qcall, envelope};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

impl Qcall {
    pub(super) fn create_dialer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut record = request.record();
        let now = Timestamp::now().to_string();
        record.insert("created_at".to_owned(), json!(now));
        let id = match self.records.insert(DIALERS, record.clone()) {
            Ok(id) => id,
            Err(refused) => return self.not_stored(&refused),
        };
        self.created("Dialer created successfully", &id, || row(&id, &record))
    }

    pub(super) fn update_dialer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_query("id").unwrap_or("");
        let Some(stored) = self.records.get(DIALERS, id) else {
            return self.no_dialer();
        };
        let created_at = stored.get("created_at").cloned().unwrap_or_default();
        let mut record = request.record();
        record.insert("created_at".to_owned(), created_at);
        let dialer = row(id, &record);
        self.records.replace(DIALERS, id, record);
        envelope::one(&self.options, "Dialer updated successfully", dialer)
    }

    pub(super) fn list_dialers(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        self.page(request, DIALERS, row)
    }

    /// Deletes the dialer whose id is in the request body (vendor's OpenAPI document of September 2026), unless
    /// a campaign uses the dialer.
    pub(super) fn delete_dialer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.body.get("id").and_then(Value::as_str).unwrap_or("");
        let needed = |(_, campaign): (&str, &Record)| campaign.get("dialer_id") == Some(&json!(id));
        if self.records.iter(CAMPAIGNS).any(needed) {
            let why = "Dialer is in use by an active campaign";
            return self.fail(StatusCode::BAD_REQUEST, why);
        }
        if !self.records.remove(DIALERS, id, By::Request) {
            return self.no_dialer();
        }
        envelope::done("Dialer deleted successfully", None)
    }

    fn no_dialer(&self) -> Answer {
        self.fail(StatusCode::NOT_FOUND, "Dialer not found")
    }
}

/// Builds a row of the list. The row has the written members, including credentials, and the members that the
/// vendor adds (vendor's MCP server).
fn row(id: &str, record: &Record) -> Value {
    let mut row = Record::new();
    row.insert("id".to_owned(), json!(id));
    row.extend(record.clone());
    let kind = record.get("dialer_type").cloned().unwrap_or_default();
    row.insert("provider".to_owned(), kind);
    row.insert("status".to_owned(), json!("active"));
    row.insert("is_default".to_owned(), json!(false));
    row.into()
}
