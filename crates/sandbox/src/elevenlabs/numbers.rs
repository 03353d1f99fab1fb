//! The phone numbers of the workspace, each with the id of its agent in `agent_id`.

use serde_json::{Value, json};

use super::{AGENTS, Elevenlabs, NUMBERS, catalogue, failure};
use crate::records::{Record, Records};
use crate::simulator::{Answer, SimulatedRequest};

/// Adds the numbers that the workspace has from the start. None of them has an agent.
pub(super) fn seed(records: Records) -> Records {
    catalogue::NUMBERS.iter().fold(records, |records, number| {
        let record =
            json!({ "phone_number": number.number, "label": number.label, "provider": number.provider });
        records.seeded(NUMBERS, number.id, record)
    })
}

/// Returns the provider of a number. A record that a control route wrote may lack it.
pub(super) fn provider(number: &Record) -> &str {
    number.get("provider").and_then(Value::as_str).unwrap_or("twilio")
}

impl Elevenlabs {
    pub(super) fn list_phone_numbers(&self) -> Answer {
        let rows = self.records.iter(NUMBERS).map(|(id, record)| self.shown_number(id, record));
        Answer::ok(rows.collect())
    }

    pub(super) fn phone_number(&self, id: &str) -> Answer {
        match self.records.get(NUMBERS, id) {
            Some(record) => Answer::ok(self.shown_number(id, record)),
            None => failure::no_agent(id),
        }
    }

    /// Assigns a number to an agent. If another agent had the number, that agent loses it.
    pub(super) fn update_phone_number(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("phone_number_id");
        let Some(mut record) = self.records.get(NUMBERS, id).cloned() else { return failure::no_agent(id) };
        if let Some(agent) = request.body.get("agent_id") {
            if let Some(agent) = agent.as_str().filter(|agent| self.records.get(AGENTS, agent).is_none()) {
                return failure::no_agent(agent);
            }
            record.insert("agent_id".to_owned(), agent.clone());
            self.records.replace(NUMBERS, id, record);
        }
        self.phone_number(id)
    }

    /// Lists the numbers of an agent in the form that they have in answers about the agent.
    pub(super) fn numbers_of(&self, agent: &str) -> Value {
        let numbers = self.records.iter(NUMBERS);
        let ours = numbers.filter(|(_, record)| record.get("agent_id").is_some_and(|id| id == agent));
        ours.map(|(id, record)| self.shown_number(id, record)).collect()
    }

    fn shown_number(&self, id: &str, record: &Record) -> Value {
        let agent = record.get("agent_id").and_then(Value::as_str);
        let assigned = agent.map(|agent| {
            let name = self.records.get(AGENTS, agent).and_then(|agent| agent.get("name"));
            json!({ "agent_id": agent, "agent_name": name.unwrap_or(&json!("")), "environment": "production", "branch_id": null })
        });
        let mut number = record.clone();
        number.shift_remove("agent_id");
        number.insert("phone_number_id".to_owned(), json!(id));
        number.insert("supports_inbound".to_owned(), json!(true));
        number.insert("supports_outbound".to_owned(), json!(true));
        number.insert("assigned_agent".to_owned(), json!(assigned));
        Value::Object(number)
    }
}
