//! The rules and exchanges for agents.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    agent,
    wire::{self, Persona},
};

/// The number of personas that a page is asked for, the largest that the vendor accepts (vendor documentation, 2026-08-09).
const PAGE_SIZE: usize = 100;
/// The maximum number of pages in the list of personas. Accounts are assumed to have fewer, so a longer list is an error.
const MAX_PAGES: usize = 500;

/// The rules and exchanges for Bland agents.
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
}

impl SingleObject<Agent> for Agents {
    /// Creates a persona. Its production version exists at once, so there is nothing to promote.
    fn create(&self, body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        let request = Request::new("create agent", Method::Post, ["v1", "personas"]).json(body);
        Exchange::send(request, |reply| wire::persona(reply).map(|persona| persona.remote().into()))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        Some(Exchange::send(one("read agent", Method::Get, remote_id), |reply| {
            wire::persona(reply).map(|persona| Some(persona.remote()).into())
        }))
    }

    /// Changes the draft and promotes it. The draft is compared with the production version before the change, so that a
    /// refused write changes nothing, and after it, so that a change which somebody made in between is not promoted.
    fn update(&self, remote_id: &str, body: Value) -> Exchange<Option<Value>> {
        let id = remote_id.to_owned();
        Exchange::ask(one("read agent", Method::Get, remote_id), move |reply| {
            let before = wire::persona(reply)?;
            let publishes = wire::has_versioned(&body);
            if publishes {
                refuse_others(&before, &body)?;
            }
            let request = one("update agent", Method::Patch, &id).json(before.complete(body.clone()));
            Ok(Exchange::ask(request, move |reply| {
                let after = wire::persona(reply)?;
                if publishes {
                    refuse_others(&after, &body)?;
                }
                Ok(match publishes && !after.is_published()? {
                    true => promote(&id),
                    false => Exchange::Done(after.remote().whole()),
                })
            }))
        })
    }

    fn delete(&self, remote_id: &str) -> Exchange<()> {
        Exchange::send(one("delete agent", Method::Delete, remote_id), wire::deleted)
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Walk { page: 1, found: Vec::new(), ids: BTreeSet::new() }.go()
    }
}

fn promote(id: &str) -> Exchange<Option<Value>> {
    let path = ["v1", "personas", id, "versions", "promote"].map(ToOwned::to_owned);
    Exchange::send(Request::new("publish agent", Method::Post, path), |reply| {
        let status = reply.status;
        let document = wire::persona(reply)?.remote().whole();
        document.map(Some).ok_or_else(|| Error::unreadable(status, "a persona with a production version"))
    })
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["v1", "personas", id].map(ToOwned::to_owned))
}

/// Checks that a promotion publishes nothing but the settings of this body.
///
/// # Errors
/// `state_conflict` with the settings that somebody else has changed in the draft.
fn refuse_others(persona: &Persona, body: &Value) -> Result<()> {
    let others = persona.other_changes(body)?;
    if others.is_empty() {
        return Ok(());
    }
    let why = "The draft at the vendor has another value, which nobody has promoted.";
    let detail = format!(
        "The draft of the persona has changes that are not part of this write and that nobody has promoted: {}. The write \
         would publish them. Promote or discard them at the vendor, and repeat the write.",
        others.join(", ")
    );
    let fields = others.into_iter().map(|path| (path, why.to_owned())).collect();
    let failure = VendorFailure::new(Outcome::Rejected).fields(fields);
    Err(Error::vendor(Kind::StateConflict, failure).with_detail(detail))
}

/// A pass through all pages of the list.
struct Walk {
    /// The next page. The first is 1.
    page: usize,
    found: Vec<Remote>,
    ids: BTreeSet<String>,
}

impl Walk {
    fn go(mut self) -> Exchange<Vec<Remote>> {
        let request = Request::new("list agents", Method::Get, ["v1", "personas"]);
        let request = request.query("page", self.page).query("limit", PAGE_SIZE);
        Exchange::ask(request, move |reply| {
            let status = reply.status;
            let personas = wire::personas(reply)?;
            let is_last = personas.len() < PAGE_SIZE;
            let known = self.ids.len();
            for persona in personas {
                // The list shifts if a persona is created between two requests, so a persona can be on two pages.
                if self.ids.insert(persona.id.clone()) && !persona.is_deleted() {
                    self.found.push(persona.remote());
                }
            }
            if is_last {
                return Ok(Exchange::Done(self.found));
            }
            if self.ids.len() == known || self.page >= MAX_PAGES {
                return Err(Error::unreadable(status, "a list that comes to an end"));
            }
            self.page += 1;
            Ok(self.go())
        })
    }
}
