//! The phone numbers of the workspace, each with its agents in `inbound_agents`. A number is its own id.

use serde_json::{Value, json};

use super::{AGENTS, NUMBERS, Retell, catalogue, failure, milliseconds};
use crate::records::{Record, Records};
use crate::simulator::{Answer, SimulatedRequest};

const KIND: &str = "phone-number";

/// Adds the numbers that the workspace has from the start. None of them has an agent.
pub(super) fn seed(records: Records) -> Records {
    catalogue::NUMBERS.iter().fold(records, |records, (number, kind, nickname)| {
        let record = json!({
            "phone_number_type": kind, "nickname": nickname, "inbound_agents": null, "outbound_agents": null,
            "last_modification_timestamp": 1_793_697_300_000_u64,
        });
        records.seeded(NUMBERS, number, record)
    })
}

impl Retell {
    pub(super) fn list_numbers(&self, request: &SimulatedRequest<'_>) -> Answer {
        self.page(request, self.records.iter(NUMBERS).map(|(id, record)| shown(id, record)).collect())
    }

    pub(super) fn number(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("phone_number");
        match self.records.get(NUMBERS, id) {
            Some(record) => Answer::ok(shown(id, record)),
            None => self.no_such(id, KIND),
        }
    }

    /// Replaces the agents of a number. The weights of the agents must sum to 1.
    pub(super) fn update_number(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("phone_number");
        let Some(mut record) = self.records.get(NUMBERS, id).cloned() else { return self.no_such(id, KIND) };
        let agents = request.body["inbound_agents"].as_array().cloned().unwrap_or_default();
        let is_known = |agent: &Value| {
            agent["agent_id"].as_str().is_some_and(|id| self.records.get(AGENTS, id).is_some())
        };
        if !agents.iter().all(is_known) {
            return failure::refused("Invalid inbound agent");
        }
        let sum: f64 = agents.iter().filter_map(|agent| agent["weight"].as_f64()).sum();
        if !agents.is_empty() && (sum - 1.0).abs() > 1e-6 {
            return failure::refused("inbound_agents weights must sum to 1");
        }
        if let Some(agents) = request.body.get("inbound_agents") {
            record.insert("inbound_agents".to_owned(), agents.clone());
        }
        record.insert("last_modification_timestamp".to_owned(), json!(milliseconds()));
        self.records.replace(NUMBERS, id, record);
        self.number(request)
    }
}

fn shown(id: &str, record: &Record) -> Value {
    let mut number = json!({ "phone_number": id });
    if let Some(members) = number.as_object_mut() {
        members.extend(record.clone());
    }
    number
}
