//! The exchanges that read and write agents.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    agent,
    extension::{self, AreaCode, OpencxExtensionRules},
    wire::{self, Page},
};

/// The maximum number of pages of phone numbers to read. No account is expected to have more, so a longer list is an
/// error.
const MAX_PAGES: usize = 500;

/// The maximum number of times that the list is read to show that it lacks an agent.
const MAX_READINGS: usize = 4;

/// The rules and exchanges for OpenCX agents.
pub struct Agents {
    rules: AgentRules,
    extension: OpencxExtensionRules,
}

impl Agents {
    /// Builds the rules. `area_code` applies to agents that name no area code.
    pub fn new(area_code: Option<&AreaCode>) -> Self {
        Self { rules: agent::rules(), extension: extension::rules(area_code) }
    }
}

impl Rules<Agent> for Agents {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    fn extension(&self) -> Option<&dyn ExtensionRules> {
        Some(&self.extension)
    }
}

impl SingleObject<Agent> for Agents {
    /// Returns true, because creating an agent buys a phone number.
    fn creation_costs(&self) -> bool {
        true
    }

    /// Buys a number, which costs money.
    fn create(&self, body: Value, _: OperationKey) -> Exchange<StepAnswer> {
        let request = Request::new("create agent", Method::Post, ["phone", "buy"]).json(body);
        Exchange::send(request, |reply| {
            let status = reply.status;
            let remote = wire::remote(reply.document("a bought phone number")?);
            let remote =
                remote.ok_or_else(|| Error::unreadable(status, "a bought phone number with an id"))?;
            Ok(Remote { coverage: Coverage::Excerpt, ..remote }.into())
        })
    }

    /// Searches the list, because the vendor has no route that reads one agent.
    fn fetch(&self, remote_id: &str) -> Option<Exchange<Fetched>> {
        let walk = Walk { wanted: Some(remote_id.to_owned()), ..Walk::default() };
        Some(walk.go(|found| found.into_iter().next().into()))
    }

    /// Updates the agent. The vendor documents no body for the answer.
    fn update(&self, remote_id: &str, body: Value) -> Exchange<Option<Value>> {
        let request = Request::new("update agent", Method::Patch, ["phone".to_owned(), remote_id.to_owned()]);
        Exchange::send(request.json(body), |reply| wordless(reply, "an acknowledged change").map(|()| None))
    }

    fn delete(&self, remote_id: &str) -> Exchange<()> {
        let request =
            Request::new("delete agent", Method::Delete, ["phone".to_owned(), remote_id.to_owned()]);
        Exchange::send(request, |reply| wordless(reply, "an acknowledged deletion"))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Walk::default().go(|found| found)
    }
}

/// Accepts an empty body or a JSON body, because the vendor documents no body. Rejects any other body, because
/// such a body comes from a proxy.
pub fn wordless(reply: Reply, expected: &str) -> Result<()> {
    match reply.body {
        Body::Empty | Body::Json(_) => Ok(()),
        Body::Bytes(_) | Body::Other(_) => Err(Error::unreadable(reply.status, expected)),
    }
}

/// A search through the pages of the list.
///
/// If a number is released while the pages are read, an agent can move to a page that was already read. An agent
/// therefore counts as missing only if the list has a single page, or if two successive readings have the same ids.
#[derive(Default)]
struct Walk {
    /// The id of the agent to find, or `None` to read all agents.
    wanted: Option<String>,
    found: Vec<Remote>,
    /// The ids on the pages read so far.
    ids: BTreeSet<String>,
    /// The ids of each earlier reading of the list.
    readings: Vec<BTreeSet<String>>,
    cursor: Option<String>,
    /// The cursors followed so far. A repeated cursor reveals a list that leads back to an earlier page.
    followed: BTreeSet<String>,
}

impl Walk {
    fn go<T: Send + 'static>(mut self, end: impl FnOnce(Vec<Remote>) -> T + Send + 'static) -> Exchange<T> {
        let request = Request::new("list agents", Method::Get, ["phone"]);
        let request = match &self.cursor {
            Some(cursor) => request.query("cursor", cursor),
            None => request,
        };
        Exchange::ask(request, move |reply| {
            let status = reply.status;
            let page =
                Page::deserialize(reply.document("a list of phone numbers")?).ok().and_then(Page::read);
            let (remotes, next) = page.ok_or_else(|| Error::unreadable(status, "a list of phone numbers"))?;
            self.take(remotes);
            match next {
                Some(cursor) if !self.arrived() => {
                    self.follow(cursor, status)?;
                    Ok(self.go(end))
                }
                _ if self.is_settled() => Ok(Exchange::Done(end(self.found))),
                _ => Ok(self.again()?.go(end)),
            }
        })
    }

    /// Adds the wanted agents of a page, each once. If a number is bought during the search, the list shifts, and
    /// an agent can appear on two pages.
    fn take(&mut self, remotes: Vec<Remote>) {
        for remote in remotes {
            self.ids.insert(remote.id.clone());
            let wanted = self.wanted.as_ref().is_none_or(|id| *id == remote.id);
            if wanted && self.found.iter().all(|found| found.id != remote.id) {
                self.found.push(remote);
            }
        }
    }

    fn arrived(&self) -> bool {
        self.wanted.is_some() && !self.found.is_empty()
    }

    /// Returns true if a search whose last page was read needs no further reading.
    fn is_settled(&self) -> bool {
        let is_single = self.followed.is_empty();
        self.wanted.is_none() || self.arrived() || is_single || self.readings.last() == Some(&self.ids)
    }

    /// Starts the next reading of the list.
    ///
    /// # Errors
    /// `vendor_unavailable` if the last permitted reading also differs from the one before it.
    fn again(mut self) -> Result<Self> {
        self.readings.push(self.ids);
        if self.readings.len() < MAX_READINGS {
            return Ok(Self { wanted: self.wanted, readings: self.readings, ..Self::default() });
        }
        Err(Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::NotSent))
            .with_detail("The vendor's list of phone numbers changed while the gateway read it."))
    }

    fn follow(&mut self, cursor: String, status: u16) -> Result<()> {
        if self.followed.len() >= MAX_PAGES || !self.followed.insert(cursor.clone()) {
            return Err(Error::unreadable(status, "a list that comes to an end"));
        }
        self.cursor = Some(cursor);
        Ok(())
    }
}
