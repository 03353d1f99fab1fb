//! The exchanges that read and write assistants.

use std::sync::LazyLock;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    NAME, agent, creation,
    envelope::{self, Answer, acknowledged},
    extension::{self, QcallExtensionRules},
    listing::{Listing, Row},
    wire,
};

/// The maximum number of candidates for a newly created assistant. A candidate has the assistant's name, is not bound
/// to an agent, and its row in the list has either the same script or none. If the row has none, the candidate is read.
const MAX_CANDIDATES: usize = 10;

/// The required members of an assistant.
static REQUIRED: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let rows = Translator::<Agent>::new(&Agents::default(), NAME).capabilities();
    let required = rows.into_iter().filter(|row| row.required);
    required.flat_map(|row| row.vendor_fields).filter_map(|field| field.strip_prefix('/')).collect()
});

/// The rules and exchanges for assistants.
pub struct Agents {
    rules: AgentRules,
    extension: QcallExtensionRules,
}

impl Default for Agents {
    fn default() -> Self {
        Self { rules: agent::rules(), extension: extension::rules() }
    }
}

impl Rules<Agent> for Agents {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    fn extension(&self) -> Option<&dyn ExtensionRules> {
        Some(&self.extension)
    }

    fn parts(&self) -> &'static [Part] {
        Part::REPLACED
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[CatalogueKind::VOICES]
    }
}

impl SingleObject<Agent> for Agents {
    fn create(&self, body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        let request = Request::new("create agent", Method::Post, ["user", "createAssistant"]);
        let request = with_body(request, body.clone());
        Exchange::ask(request, move |reply| {
            let said = Answer::parse(reply, "a created assistant")?.written()?;
            Ok(match envelope::id(&said) {
                Some(id) => Exchange::Done(remote(id, said).into()),
                None => {
                    Exchange::Done(StepAnswer::unidentified(|bound| find(body, bound).map(Performed::from)))
                }
            })
        })
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        let id = remote_id.to_owned();
        Some(Exchange::send(get(remote_id), move |reply| {
            let record = Answer::parse(reply, "one assistant")?.record()?;
            Ok(record.map(|record| Remote { coverage: Coverage::Whole, ..remote(id, record) }).into())
        }))
    }

    /// Updates the assistant. The documents of the gateway contain no credentials, so an assistant that has credentials
    /// is read first, and the update restores them.
    fn update(&self, remote_id: &str, mut body: Value) -> Exchange<Option<Value>> {
        if !has_mark(&body) {
            return put(remote_id, body);
        }
        let id = remote_id.to_owned();
        Exchange::ask(get(remote_id), move |reply| {
            let status = reply.status;
            let fresh = Answer::parse(reply, "one assistant")?.record()?.unwrap_or_default();
            match wire::restore(&mut body, &Value::Object(fresh)) {
                true => Ok(put(&id, body)),
                false => Err(Error::unreadable(status, "the assistant that was read before")),
            }
        })
    }

    fn delete(&self, remote_id: &str) -> Exchange<()> {
        // The vendor spells this path with a lower-case `a`.
        let request =
            Request::new("delete agent", Method::Delete, ["user", "deleteassistant"]).query("id", remote_id);
        Exchange::send(request, |reply| acknowledged(reply, "an acknowledged deletion").map(drop))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        listing().read(|rows| {
            let named = |row| envelope::id(&row).map(|id| remote(id, row));
            Ok(Exchange::Done(rows.into_iter().filter_map(named).collect()))
        })
    }
}

/// Sends an update. According to the documentation, the answer contains the whole record, but the backends seen so far
/// only acknowledge the update (vendor's audit).
fn put(remote_id: &str, body: Value) -> Exchange<Option<Value>> {
    let request = Request::new("update agent", Method::Put, ["user", "updateAssistant"]);
    Exchange::send(with_body(request.query("id", remote_id), body), |reply| {
        let said = acknowledged(reply, "an updated assistant")?;
        Ok(is_whole(&said).then(|| wire::assistant(said)))
    })
}

/// Adds the body of an assistant to a request. Dry runs do not show its credentials.
fn with_body(request: Request, body: Value) -> Request {
    let credentials = wire::CREDENTIALS.pointers(&body);
    request.json(body).hiding(credentials)
}

fn listing() -> Listing {
    let request = || Request::new("list agents", Method::Get, ["user", "listAssistant"]);
    Listing::new(request, "a list of assistants")
}

fn get(remote_id: &str) -> Request {
    Request::new("read agent", Method::Get, ["user", "getAssistant"]).query("assistant_id", remote_id)
}

/// Returns whether a record is complete. Rows of the list and some answers to writes have only a few members.
fn is_whole(record: &Row) -> bool {
    REQUIRED.iter().all(|member| record.contains_key(*member))
}

fn remote(id: String, record: Row) -> Remote {
    let name = record.get("name").and_then(Value::as_str).map(ToOwned::to_owned);
    let created_at = record.get("created_at").and_then(parse_timestamp);
    let coverage = Coverage::whole_if(is_whole(&record));
    Remote { name, coverage, created_at, ..Remote::new(id, wire::assistant(record)) }
}

/// Searches the list for the assistant that was just created: one with the name and script in `body` to which no agent
/// of the gateway is bound.
///
/// # Errors
/// `vendor_outcome_unknown` if the assistant cannot be identified, for example because there are more than
/// [`MAX_CANDIDATES`] candidates.
fn find(body: Value, bound: Vec<String>) -> Exchange<Remote> {
    listing().read(move |rows| {
        let same = |row: &Row, member: &str| row.get(member) == body.get(member);
        let candidates: Vec<Row> = rows
            .into_iter()
            .filter(|row| same(row, "name") && !envelope::is_among(row, &bound))
            .filter(|row| row.get("script").is_none_or(|script| script.is_null()) || same(row, "script"))
            .collect();
        match candidates.len() {
            0..=MAX_CANDIDATES => sift(candidates, Vec::new(), body),
            many => Err(creation::untold(many)),
        }
    })
}

/// Reads the candidates whose rows lack the script, and returns the only candidate with the script of `body`.
///
/// # Errors
/// `vendor_outcome_unknown` if no candidate or several candidates have the script.
fn sift(mut candidates: Vec<Row>, mut found: Vec<Remote>, body: Value) -> Result<Exchange<Remote>> {
    let Some((id, row)) = candidates.pop().and_then(|row| Some((envelope::id(&row)?, row))) else {
        return creation::only(found).map(Exchange::Done);
    };
    if row.get("script") == body.get("script") {
        found.push(remote(id, row));
        return sift(candidates, found, body);
    }
    Ok(Exchange::ask(get(&id), move |reply| {
        let record = Answer::parse(reply, "one assistant")?.record()?;
        let new = record.filter(|record| record.get("script") == body.get("script"));
        found.extend(new.map(|record| remote(id, record)));
        sift(candidates, found, body)
    }))
}
