//! The agents of the workspace, and their versions.

use http::StatusCode;
use serde_json::{Value, json};

use super::{AGENTS, LLMS, Retell, failure, new_id, versions};
use crate::records::{By, Record};
use crate::simulator::{Answer, SimulatedRequest};

const KIND: &str = "agent";
const ID: &str = "agent_id";

impl Retell {
    pub(super) fn create_agent(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let mut agent = versions::first(Record::new());
        agent.insert("channel".to_owned(), json!("voice"));
        match self.written(agent, request) {
            Ok(agent) => {
                let (id, shown) = (new_id("agent_"), agent.clone());
                let agent = self.with_copies(agent);
                match self.records.put(AGENTS, &id, agent, By::Request) {
                    Ok(()) => Answer::json(StatusCode::CREATED, versions::shown(&shown, ID, &id)),
                    Err(_) => failure::failing(StatusCode::INTERNAL_SERVER_ERROR),
                }
            }
            Err(refused) => refused,
        }
    }

    pub(super) fn agent(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        match self.records.get(AGENTS, id).and_then(|record| versions::named(record, request)) {
            Some(version) => Answer::ok(versions::shown(&version, ID, id)),
            None => self.no_such(id, KIND),
        }
    }

    pub(super) fn update_agent(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        let stored = self.records.get(AGENTS, id).cloned();
        let named = stored.and_then(|record| Some((versions::named(&record, request)?, record)));
        let Some((version, record)) = named else { return self.no_such(id, KIND) };
        let is_frozen =
            versions::is_published(&version) || versions::number(&version) < versions::number(&record);
        if is_frozen && request.record().keys().any(|name| name != "version_title") {
            return failure::published_agent();
        }
        match self.written(version, request) {
            Ok(version) => {
                self.store_agent(id, versions::replace(&record, version.clone()));
                Answer::ok(versions::shown(&version, ID, id))
            }
            Err(refused) => refused,
        }
    }

    /// Writes the body of a request to a version, and checks the result. The response engine gets the latest version of
    /// its LLM.
    fn written(&mut self, mut agent: Record, request: &SimulatedRequest<'_>) -> Result<Record, Answer> {
        let mut body = self.kept(request);
        let number = versions::number(&agent);
        if let Some(engine) = body.get("response_engine").filter(|engine| engine["type"] == "retell-llm") {
            let mut engine = engine.clone();
            if engine.get("version").is_some_and(|version| *version != number) {
                return Err(failure::refused("response_engine/version version mismatch"));
            }
            let llm = engine["llm_id"].as_str().and_then(|id| self.records.get(LLMS, id)).cloned();
            engine["version"] = json!(llm.map_or(number, |llm| versions::number(&llm)));
            body.insert("response_engine".to_owned(), engine);
        }
        if let Some(Value::Object(given)) = body.get("contact_memory_config") {
            let mut memory = agent.get("contact_memory_config").cloned().unwrap_or(json!({}));
            json_patch::merge(&mut memory, &Value::Object(given.clone()));
            body.insert("contact_memory_config".to_owned(), memory);
        }
        versions::write(&mut agent, &body);
        self.check_agent(&agent)?;
        Ok(agent)
    }

    pub(super) fn delete_agent(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        match self.records.remove(AGENTS, id, By::Request) {
            true => Answer::without_body(StatusCode::NO_CONTENT),
            false => self.no_such(id, KIND),
        }
    }

    /// Lists the agents of a channel, in rows that contain few members.
    pub(super) fn list_agents(&self, request: &SimulatedRequest<'_>) -> Answer {
        let filter = &request.body["filter_criteria"];
        let (channel, query) = (&filter["channel"]["value"], filter["query"].as_str().unwrap_or_default());
        let rows = self.records.iter(AGENTS).map(|(id, record)| row(id, record)).filter(|row| {
            let named = row["agent_name"].as_str().is_some_and(|name| name.contains(query));
            (channel.is_null() || row["channel"] == *channel) && (named || row["agent_id"] == query)
        });
        self.page(request, rows.collect())
    }

    pub(super) fn create_version(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        let base = request.body["base_version"].as_i64().unwrap_or_default();
        let stored = self.records.get(AGENTS, id).cloned();
        let named = stored.and_then(|record| Some((versions::numbered(&record, base)?, record)));
        let Some((base, record)) = named else { return self.no_such(id, KIND) };
        let number = versions::number(&record) + 1;
        let mut draft = versions::draft(&base, number);
        if !self.options.titled_drafts {
            draft.shift_remove("version_title");
        }
        if let Some((llm_id, llm)) = self.llm_of(&base) {
            let used = base["response_engine"]["version"].as_i64().unwrap_or_default();
            let used = versions::numbered(&llm, used).unwrap_or_else(|| versions::latest(&llm));
            self.store_llm(&llm_id, versions::append(&llm, versions::draft(&used, number)));
            draft.insert(
                "response_engine".to_owned(),
                json!({ "type": "retell-llm", "llm_id": llm_id, "version": number }),
            );
        }
        self.store_agent(id, versions::append(&record, draft.clone()));
        Answer::json(StatusCode::CREATED, versions::shown(&draft, ID, id))
    }

    /// Publishes a version of an agent and of its LLM. The answer has an empty body.
    pub(super) fn publish_version(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        let number = request.body["version"].as_i64().unwrap_or_default();
        let stored = self.records.get(AGENTS, id).cloned();
        let named = stored.and_then(|record| Some((versions::numbered(&record, number)?, record)));
        let Some((mut version, record)) = named else { return self.no_such(id, KIND) };
        if versions::is_published(&version) {
            return failure::refused("version is published");
        }
        if let Some((llm_id, llm)) = self.llm_of(&version) {
            let used = version["response_engine"]["version"].as_i64().unwrap_or_default();
            if let Some(mut used) = versions::numbered(&llm, used) {
                used.insert("is_published".to_owned(), json!(true));
                self.store_llm(&llm_id, versions::replace(&llm, used));
            }
        }
        version.insert("is_published".to_owned(), json!(true));
        versions::touch(&mut version);
        self.store_agent(id, versions::replace(&record, version));
        Answer::empty()
    }

    pub(super) fn list_versions(&mut self, request: &SimulatedRequest<'_>) -> Answer {
        let id = request.in_path(ID);
        let Some(record) = self.records.get(AGENTS, id) else { return self.no_such(id, KIND) };
        let members = [
            "version",
            "is_published",
            "base_version",
            "last_modification_timestamp",
            "version_title",
            "version_description",
        ];
        let rows = versions::all(record).into_iter().map(|mut version| {
            version.retain(|name, _| members.contains(&name.as_str()));
            Value::Object(version)
        });
        self.page(request, rows.collect())
    }

    /// Stores an agent on behalf of a vendor request.
    pub(super) fn store_agent(&mut self, id: &str, record: Record) {
        let record = self.with_copies(record);
        self.records.replace(AGENTS, id, record);
    }

    /// Adds the copies of the agent's name and of its LLM's prompt, as calls use them: from the latest published
    /// version, or from the latest version if none is published.
    fn with_copies(&self, mut record: Record) -> Record {
        let used =
            versions::with_name(&record, "latest_published").unwrap_or_else(|| versions::latest(&record));
        let llm = self.llm_of(&used).map(|(_, llm)| {
            let number = used["response_engine"]["version"].as_i64().unwrap_or_default();
            versions::numbered(&llm, number).unwrap_or_else(|| versions::latest(&llm))
        });
        let prompt = llm.and_then(|llm| llm.get("general_prompt").cloned());
        let name = used.get("agent_name").cloned();
        record.insert("name".to_owned(), name.unwrap_or_default());
        record.insert("general_prompt".to_owned(), prompt.unwrap_or_default());
        record
    }

    /// Returns the LLM that a version of an agent uses.
    fn llm_of(&self, agent: &Record) -> Option<(String, Record)> {
        let id = agent.get("response_engine")?.get("llm_id")?.as_str()?;
        Some((id.to_owned(), self.records.get(LLMS, id)?.clone()))
    }
}

fn row(id: &str, record: &Record) -> Value {
    let latest = versions::latest(record);
    json!({
        "agent_id": id,
        "agent_name": latest.get("agent_name").and_then(Value::as_str).unwrap_or_default(),
        "channel": latest.get("channel").cloned().unwrap_or(json!("voice")),
        "is_suspended": false,
        "tags": {},
        "user_modified_timestamp": latest["last_modification_timestamp"],
    })
}
