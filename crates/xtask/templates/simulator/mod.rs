//! The scaffold of a simulator for Acme, a fictitious vendor with a simple REST API.
//!
//! Collections: `agents`. Options: `page_size`, 20 by default.

use http::StatusCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::Vendor;
use crate::contract::Violation;
use crate::options::{self, PageSize};
use crate::records::{By, Record, Records};
use crate::simulator::{Answer, Refusal, Simulated, SimulatedRequest, Simulator};
use crate::vendor::Credential;

const AGENTS: &str = "agents";

impl Vendor {
    /// Acme, a vendor that does not exist.
    pub const ACME: Self = Self {
        name: "acme",
        title: "Acme",
        base_path: "/acme",
        api_key: "sandbox-key-acme-opens-nothing",
        credential: Credential::Bearer,
    };
}

pub(crate) const SIMULATOR: Simulated = Simulated {
    vendor: Vendor::ACME,
    contract: include_str!("../../../adapter-acme/contract/openapi.json"),
    simulator: || Box::new(Acme::new()),
};

/// The simulated account, with its agents and options.
struct Acme {
    records: Records,
    options: Options,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Options {
    /// The number of agents on a page.
    page_size: PageSize,
}

impl Default for Options {
    fn default() -> Self {
        Self { page_size: PageSize::new(20) }
    }
}

impl Acme {
    fn new() -> Self {
        Self { records: Records::with_uuids(&[AGENTS]), options: Options::default() }
    }

    fn create(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut record = request.record();
        record.insert("created_at".to_owned(), json!(Timestamp::now().to_string()));
        match self.records.insert(AGENTS, record) {
            Ok(id) => self.agent(StatusCode::CREATED, &id),
            Err(_) => failure(StatusCode::INTERNAL_SERVER_ERROR, "Not stored."),
        }
    }

    fn update(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path("agent_id");
        let Some(mut record) = self.records.get(AGENTS, id).cloned() else {
            return unknown();
        };
        record.extend(request.record());
        self.records.replace(AGENTS, id, record);
        self.agent(StatusCode::OK, id)
    }

    fn delete(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        if self.records.remove(AGENTS, request.in_path("agent_id"), By::Request) {
            Answer::without_body(StatusCode::NO_CONTENT)
        } else {
            unknown()
        }
    }

    /// Returns a page. The cursor is the last id of the previous page, so no page skips or repeats an agent if agents
    /// are created or deleted between two requests.
    fn list(&self, request: &SimulatedRequest<'_>) -> Answer {
        let after = request.in_query("cursor").unwrap_or("");
        let mut left: Vec<_> = self.records.iter(AGENTS).filter(|(id, _)| *id > after).collect();
        left.sort_unstable_by_key(|(id, _)| *id);
        let size = self.options.page_size.get();
        let next = (left.len() > size).then(|| left.get(size - 1).map(|(id, _)| *id));
        let agents: Vec<Value> = left.iter().take(size).map(|(id, record)| shown(id, record)).collect();
        Answer::ok(json!({ "agents": agents, "next": next }))
    }

    fn agent(&self, status: StatusCode, id: &str) -> Answer {
        match self.records.get(AGENTS, id) {
            Some(record) => Answer::json(status, shown(id, record)),
            None => unknown(),
        }
    }
}

impl Simulator for Acme {
    fn answer(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        match request.operation {
            "createAgent" => self.create(request),
            "getAgent" => self.agent(StatusCode::OK, request.in_path("agent_id")),
            "listAgents" => self.list(request),
            "updateAgent" => self.update(request),
            "deleteAgent" => self.delete(request),
            _ => self.refuse(&Refusal::Failing(StatusCode::NOT_IMPLEMENTED)),
        }
    }

    fn refuse(&self, refusal: &Refusal<'_>) -> Answer {
        match refusal {
            Refusal::UnknownRoute { .. } => failure(StatusCode::NOT_FOUND, "No such route."),
            Refusal::Unauthenticated => failure(StatusCode::UNAUTHORIZED, "Unauthorized."),
            Refusal::Invalid { violations, .. } => invalid(violations),
            Refusal::Failing(status) => failure(*status, status.canonical_reason().unwrap_or("Failed.")),
        }
    }

    fn records(&mut self) -> &mut Records {
        &mut self.records
    }

    fn options(&self) -> Value {
        json!(self.options)
    }

    fn configure(&mut self, options: Value) -> Result<(), String> {
        self.options = options::read(options)?;
        Ok(())
    }
}

/// Renders an agent with its id.
fn shown(id: &str, record: &Record) -> Value {
    let mut agent = record.clone();
    agent.insert("id".to_owned(), json!(id));
    Value::Object(agent)
}

fn failure(status: StatusCode, message: &str) -> Answer {
    Answer::json(status, json!({ "message": message }))
}

fn unknown() -> Answer {
    failure(StatusCode::NOT_FOUND, "No such agent.")
}

fn invalid(violations: &[Violation]) -> Answer {
    let errors = violations.iter().map(|violation| {
        let field = violation.pointer.trim_start_matches(['/', '?']);
        json!({ "field": field, "message": violation.message })
    });
    let body = json!({ "message": "The request is invalid.", "errors": errors.collect::<Vec<_>>() });
    Answer::json(StatusCode::UNPROCESSABLE_ENTITY, body)
}
