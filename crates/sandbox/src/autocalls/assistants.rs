//! Assistants: creating, changing, listing and deleting.

use http::StatusCode;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{ASSISTANTS, Autocalls, FieldErrors, Generation, assistant, defaults, row, said};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

impl Autocalls {
    pub(super) fn create(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut record = defaults::assistant(self.generation, Timestamp::now());
        let asked = request.record();
        if let Err(errors) = assistant::change(self.generation, &mut record, &asked) {
            return self.invalid(errors);
        }
        if let Some(errors) = self.unknown_assistants(&asked) {
            return self.invalid(errors);
        }
        let id = match self.records.insert(ASSISTANTS, record) {
            Ok(id) => id,
            Err(_) => {
                return Answer::json(StatusCode::INTERNAL_SERVER_ERROR, said("Assistant creation failed"));
            }
        };
        let status = match self.generation {
            Generation::Legacy => StatusCode::OK,
            Generation::Current => StatusCode::CREATED,
        };
        self.written(status, "Assistant created successfully", &id)
    }

    pub(super) fn update(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("id");
        let Some(mut record) = self.records.get(ASSISTANTS, id).cloned() else {
            return self.no_assistant();
        };
        if let Err(errors) = assistant::change(self.generation, &mut record, &request.record()) {
            return self.invalid(errors);
        }
        if let Some(errors) = self.unknown_assistants(&request.record()) {
            return self.invalid(errors);
        }
        record.insert("updated_at".to_owned(), json!(Timestamp::now().to_string()));
        self.records.replace(ASSISTANTS, id, record);
        self.written(StatusCode::OK, "Assistant updated successfully", id)
    }

    pub(super) fn delete(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        if self.records.remove(ASSISTANTS, request.in_path("id"), By::Request) {
            Answer::ok(said("Assistant deleted successfully"))
        } else {
            self.no_assistant()
        }
    }

    /// Returns the errors of tools that hand calls over to an assistant that does not exist (inferred).
    fn unknown_assistants(&self, asked: &Record) -> Option<FieldErrors> {
        let tools = asked.get("tools").and_then(Value::as_array).into_iter().flatten().enumerate();
        let mut errors = FieldErrors::default();
        for (index, tool) in tools.filter(|(_, tool)| tool["type"] == "assistant_transfer") {
            if self.records.get(ASSISTANTS, &tool["assistant_id"].to_string()).is_none() {
                errors.add(&format!("tools.{index}.assistant_id"), "The selected assistant is invalid.");
            }
        }
        (!errors.is_empty()).then_some(errors)
    }

    /// Lists assistants. Pages are counted from 1.
    pub(super) fn list(&self, request: &SimulatedRequest<'_>) -> Answer {
        let number = |name| {
            let number = request.number_in_query(name)?;
            usize::try_from(number).ok().filter(|number| *number > 0)
        };
        let size = number("per_page").unwrap_or(self.options.default_page_size.get());
        let page = number("page").unwrap_or(1);
        let total = self.records.iter(ASSISTANTS).count();
        let rows = self.records.iter(ASSISTANTS);
        let rows = rows.skip((page - 1).saturating_mul(size)).take(size);
        let rows: Vec<Value> = rows.map(|(id, record)| row::row(self.records.id_value(id), record)).collect();
        Answer::ok(json!({
            "data": rows,
            "current_page": page,
            "per_page": size,
            "total": total,
            "last_page": total.div_ceil(size).max(1),
        }))
    }

    /// Builds the answer to a write. The answer has the current field names in both generations.
    fn written(&self, status: StatusCode, message: &str, id: &str) -> Answer {
        let empty = Record::new();
        let record = self.records.get(ASSISTANTS, id).unwrap_or(&empty);
        let mut told = Record::new();
        told.insert("id".to_owned(), self.records.id_value(id));
        for name in ["name", "status", "type", "mode"] {
            let value = record.get(name).cloned().unwrap_or_default();
            told.insert(name.to_owned(), value);
        }
        Answer::json(status, json!({ "message": message, "data": told }))
    }

    pub(super) fn no_assistant(&self) -> Answer {
        let message = match self.generation {
            Generation::Legacy => "Assistant not found or does not belong to the authenticated user",
            Generation::Current => "Assistant not found",
        };
        Answer::json(StatusCode::NOT_FOUND, said(message))
    }
}
