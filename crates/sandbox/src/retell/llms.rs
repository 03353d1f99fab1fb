//! The LLMs of the workspace.

use http::StatusCode;
use serde_json::Value;

use super::{AGENTS, LLMS, Retell, RowsOfLlms, checks, failure, new_id, versions};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

const KIND: &str = "retell-llm";
const ID: &str = "llm_id";

impl Retell {
    pub(super) fn create_llm(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut llm = versions::first(Record::new());
        if let Err(refused) = checks::write_llm(&mut llm, &self.kept(request)) {
            return refused;
        }
        if let Err(refused) = self.check_llm(&llm) {
            return refused;
        }
        let (id, shown) = (new_id("llm_"), llm.clone());
        match self.records.put(LLMS, &id, llm, By::Request) {
            Ok(()) => Answer::json(StatusCode::CREATED, versions::shown(&shown, ID, &id)),
            Err(_) => failure::failing(StatusCode::INTERNAL_SERVER_ERROR),
        }
    }

    pub(super) fn llm(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        match self.records.get(LLMS, id).and_then(|record| versions::named(record, request)) {
            Some(version) => Answer::ok(versions::shown(&version, ID, id)),
            None => self.no_such(id, KIND),
        }
    }

    pub(super) fn update_llm(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        let stored = self.records.get(LLMS, id).cloned();
        let named = stored.and_then(|record| Some((versions::named(&record, request)?, record)));
        let Some((mut version, record)) = named else { return self.no_such(id, KIND) };
        if versions::is_published(&version) || versions::number(&version) < versions::number(&record) {
            return failure::published_llm();
        }
        if let Err(refused) = checks::write_llm(&mut version, &self.kept(request)) {
            return refused;
        }
        if let Err(refused) = self.check_llm(&version) {
            return refused;
        }
        self.store_llm(id, versions::replace(&record, version.clone()));
        Answer::ok(versions::shown(&version, ID, id))
    }

    pub(super) fn delete_llm(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        if request.in_query("force_delete") != Some("true") && !self.users(id).is_empty() {
            return failure::llm_in_use();
        }
        match self.records.remove(LLMS, id, By::Request) {
            true => Answer::without_body(StatusCode::NO_CONTENT),
            false => self.no_such(id, KIND),
        }
    }

    pub(super) fn list_llms(&self, request: &SimulatedRequest<'_>) -> Answer {
        let rows = self.records.iter(LLMS).flat_map(|(id, record)| {
            let versions = match self.options.rows_of_llms {
                RowsOfLlms::Llms => vec![versions::latest(record)],
                RowsOfLlms::Versions => versions::all(record),
            };
            versions.into_iter().map(move |version| versions::shown(&version, ID, id))
        });
        self.page(request, rows.collect())
    }

    /// Stores an LLM, and copies its prompt to the agents that use it.
    pub(super) fn store_llm(&mut self, id: &str, record: Record) {
        self.records.replace(LLMS, id, record);
        for agent in self.users(id) {
            if let Some(record) = self.records.get(AGENTS, &agent).cloned() {
                self.store_agent(&agent, record);
            }
        }
    }

    /// Returns the ids of the agents whose latest version uses an LLM.
    fn users(&self, llm: &str) -> Vec<String> {
        let uses =
            |record: &Record| record.get("response_engine").is_some_and(|engine| engine["llm_id"] == llm);
        let agents = self.records.iter(AGENTS).filter(|(_, record)| uses(record));
        agents.map(|(id, _)| id.to_owned()).collect()
    }

    /// Returns the body of a write without the members that the vendor drops.
    pub(super) fn kept(&self, request: &SimulatedRequest<'_>) -> Record {
        let mut body = request.record();
        body.retain(|name, _: &mut Value| !self.options.forgets.contains(name));
        body
    }
}
