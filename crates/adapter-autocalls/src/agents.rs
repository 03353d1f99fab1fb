//! The exchanges that read and write assistants. Both generations use the same exchanges.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{agent, config::Generation, rows, tools};

/// The rules and exchanges for assistants.
pub struct Agents {
    rules: AgentRules,
}

impl Agents {
    /// Creates the rules and exchanges for one generation.
    pub fn new(generation: Generation) -> Self {
        Self { rules: agent::rules(generation) }
    }
}

impl Rules<Agent> for Agents {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[CatalogueKind::LANGUAGES, CatalogueKind::MODELS]
    }
}

impl SingleObject<Agent> for Agents {
    fn create(&self, body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        let request = Request::new("create assistant", Method::Post, ["user", "assistant"]).json(body);
        Exchange::send(request, read_created)
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        Some(rows::one(remote_id, |row| Ok(Exchange::Done(row.map(listed).transpose()?.into()))))
    }

    fn update(&self, remote_id: &str, mut body: Value) -> Exchange<Option<Value>> {
        if !tools::lacks_keys(&mut body) {
            return put(remote_id, body, Vec::new());
        }
        let id = remote_id.to_owned();
        rows::one(remote_id, move |row| {
            // Without a row, the body needs no calendar credentials: the vendor refuses to update an assistant that
            // does not exist.
            let keys = row.map(|row| tools::put_keys_back(&mut body, row)).transpose()?;
            Ok(put(&id, body, keys.unwrap_or_default()))
        })
    }

    fn delete(&self, remote_id: &str) -> Exchange<()> {
        Exchange::send(addressed("delete assistant", Method::Delete, remote_id), read_deleted)
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        rows::all(|rows| rows.into_iter().map(listed).collect::<Result<_>>().map(Exchange::Done))
    }
}

fn put(remote_id: &str, body: Value, keys: Vec<String>) -> Exchange<Option<Value>> {
    let request = addressed("update assistant", Method::Put, remote_id).json(body).hiding(keys);
    Exchange::send(request, |reply| read_updated(reply).map(|()| None))
}

fn addressed(operation: &'static str, method: Method, remote_id: &str) -> Request {
    Request::new(operation, method, ["user".to_owned(), "assistant".to_owned(), remote_id.to_owned()])
}

/// Reads a row of the list. The row counts as the whole assistant, because no answer of the vendor contains more.
fn listed(row: Value) -> Result<Remote> {
    remote(row).map(|remote| Remote { coverage: Coverage::Whole, ..remote })
}

fn remote(row: Value) -> Result<Remote> {
    let id = rows::id_of(&row).ok_or_else(|| Error::unreadable(200, "an assistant with an id"))?;
    let name = row.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let created_at = row.get("created_at").and_then(parse_timestamp);
    Ok(Remote { name, created_at, ..Remote::new(id, tools::document(row)) })
}

/// Reads the answer to a creation: `{message, data}`. The member `data` has the id and a few other members.
fn read_created(reply: Reply) -> Result<StepAnswer> {
    const EXPECTED: &str = "a created assistant with its id";
    let status = reply.status;
    let mut answer = reply.document(EXPECTED)?;
    let row = answer.get_mut("data").map(Value::take).unwrap_or_default();
    remote(row).map(StepAnswer::from).map_err(|_| Error::unreadable(status, EXPECTED))
}

/// Reads the answer to an update: `{message, data}`. The answer has too few members to verify the values that were
/// sent.
fn read_updated(reply: Reply) -> Result<()> {
    const EXPECTED: &str = "a changed assistant";
    let status = reply.status;
    match reply.document(EXPECTED)? {
        Value::Object(_) => Ok(()),
        _ => Err(Error::unreadable(status, EXPECTED)),
    }
}

/// Reads the answer to a deletion: `{message}` or no body. Rejects a body that is not JSON, because such a body comes
/// from a proxy.
fn read_deleted(reply: Reply) -> Result<()> {
    match reply.body {
        Body::Empty | Body::Json(_) => Ok(()),
        Body::Bytes(_) | Body::Other(_) => {
            Err(Error::unreadable(reply.status, "a message about a deleted assistant"))
        }
    }
}
