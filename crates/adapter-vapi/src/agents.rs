//! The rules and exchanges for agents, which the vendor calls assistants.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{agent, wire};

/// The rules and exchanges for Vapi assistants.
pub struct Agents {
    rules: AgentRules,
}

impl Agents {
    /// Builds the rules and exchanges.
    pub fn new() -> Self {
        Self { rules: agent::rules() }
    }
}

impl Rules<Agent> for Agents {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    /// Returns the root as the only part. An update replaces each member that it contains, including everything nested
    /// in it.
    fn parts(&self) -> &'static [Part] {
        const PARTS: &[Part] = &[Part::root(Unit::Member)];
        PARTS
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[CatalogueKind::VOICES]
    }
}

impl SingleObject<Agent> for Agents {
    fn create(&self, mut body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        wire::to_vendor(&mut body, false);
        let request = Request::new("create assistant", Method::Post, ["assistant"]).json(body);
        Exchange::send(request, |reply| wire::assistant(reply).map(StepAnswer::from))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        let request = one("read assistant", Method::Get, remote_id);
        Some(Exchange::send(request, |reply| wire::assistant(reply).map(|remote| Some(remote).into())))
    }

    /// Updates the assistant. The gateway's documents contain no credentials. If the update replaces an object that has
    /// any, the assistant is read first, and the credentials are copied into the update.
    fn update(&self, remote_id: &str, mut body: Value) -> Exchange<Option<Value>> {
        let request = one("update assistant", Method::Patch, remote_id);
        if !wire::has_mark(&body) {
            wire::to_vendor(&mut body, true);
            return send(request.json(body));
        }
        Exchange::ask(one("read assistant", Method::Get, remote_id), move |reply| {
            let status = reply.status;
            let fresh = wire::unconverted(reply)?;
            wire::to_vendor(&mut body, true);
            let mut credentials = Vec::new();
            wire::restore(&mut body, &fresh, "", &mut credentials);
            let are_known =
                credentials.iter().all(|at| body.pointer(at).is_some_and(|value| !value.is_null()));
            match are_known {
                true => Ok(send(request.json(body).hiding(credentials))),
                false => Err(Error::unreadable(status, "the assistant that was read before")),
            }
        })
    }

    /// Deletes the assistant. The vendor returns the deleted assistant.
    fn delete(&self, remote_id: &str) -> Exchange<()> {
        Exchange::send(one("delete assistant", Method::Delete, remote_id), |reply| {
            wire::assistant(reply).map(drop)
        })
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Pages::new(page, wire::assistants, |remote| &remote.id).exchange()
    }
}

fn send(request: Request) -> Exchange<Option<Value>> {
    Exchange::send(request, |reply| wire::assistant(reply).map(|remote| Some(remote.document)))
}

fn page(cursor: Option<&str>) -> Request {
    paged(Request::new("list assistants", Method::Get, ["assistant"]), cursor)
}

/// Adds the page size and the cursor to the request for a page of a list. A cursor is a query parameter and its value,
/// joined by `=`.
pub fn paged(request: Request, cursor: Option<&str>) -> Request {
    let request = request.query("limit", wire::PAGE_SIZE);
    match cursor.and_then(|cursor| cursor.split_once('=')) {
        Some((wire::AFTER, time)) => request.query(wire::AFTER, time),
        Some((_, time)) => request.query(wire::BEFORE, time),
        None => request,
    }
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["assistant", id].map(ToOwned::to_owned))
}
