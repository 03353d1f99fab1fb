//! The rules and exchanges for agents.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    agent,
    wire::{self, Page},
};

/// The maximum number of pages in the list of agents. Accounts are assumed to have fewer pages, so a longer list is an
/// error.
const MAX_PAGES: usize = 500;

/// The rules and exchanges for Acme agents.
pub struct Agents {
    rules: AgentRules,
}

impl Agents {
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
    fn create(&self, body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        let request = Request::new("create agent", Method::Post, ["agents"]).json(body);
        Exchange::send(request, |reply| wire::agent(reply).map(StepAnswer::from))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        let request = Request::new("read agent", Method::Get, one(remote_id));
        Some(Exchange::send(request, |reply| wire::agent(reply).map(|remote| Some(remote).into())))
    }

    fn update(&self, remote_id: &str, body: Value) -> Exchange<Option<Value>> {
        let request = Request::new("update agent", Method::Patch, one(remote_id)).json(body);
        Exchange::send(request, |reply| wire::agent(reply).map(|remote| Some(remote.document)))
    }

    fn delete(&self, remote_id: &str) -> Exchange<()> {
        let request = Request::new("delete agent", Method::Delete, one(remote_id));
        Exchange::send(request, |reply| match reply.body {
            Body::Empty => Ok(()),
            _ => Err(Error::unreadable(reply.status, "an empty answer")),
        })
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Walk::default().next(None)
    }
}

/// Builds the path of one agent.
fn one(remote_id: &str) -> [String; 2] {
    ["agents".to_owned(), remote_id.to_owned()]
}

/// A pass through all pages of the list.
#[derive(Default)]
struct Walk {
    found: Vec<Remote>,
    /// The cursors that were followed, to detect a list that repeats itself.
    followed: BTreeSet<String>,
}

impl Walk {
    /// Requests the page at a cursor, and all pages after it.
    fn next(mut self, cursor: Option<String>) -> Exchange<Vec<Remote>> {
        let request = Request::new("list agents", Method::Get, ["agents"]);
        let request = match &cursor {
            Some(cursor) => request.query("cursor", cursor),
            None => request,
        };
        Exchange::ask(request, move |reply| {
            let status = reply.status;
            let Page { agents, next } = wire::page(reply)?;
            for remote in agents {
                // The list shifts if agents are created between two requests, so an agent can appear twice.
                if self.found.iter().all(|found| found.id != remote.id) {
                    self.found.push(remote);
                }
            }
            match next {
                Some(cursor) => {
                    self.follow(&cursor, status)?;
                    Ok(self.next(Some(cursor)))
                }
                None => Ok(Exchange::Done(self.found)),
            }
        })
    }

    /// Records a cursor.
    ///
    /// # Errors
    /// `vendor_protocol_error` if the cursor was already followed, or if the list has too many pages.
    fn follow(&mut self, cursor: &str, status: u16) -> Result<()> {
        if self.followed.len() >= MAX_PAGES || !self.followed.insert(cursor.to_owned()) {
            return Err(Error::unreadable(status, "a list that comes to an end"));
        }
        Ok(())
    }
}
