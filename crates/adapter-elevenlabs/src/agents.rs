//! The rules and exchanges for agents.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{agent, catalogue, numbers, webhooks, wire};

/// The name of the main part.
pub const PART: &str = "agent";

/// The objects of an agent. The webhook is a list with at most one item, which is identified by its URL. The vendor
/// cannot change the URL of a webhook, so a new URL means a new webhook, which is created before the old one is
/// deleted.
const PARTS: &[Part] = &[
    Part::named(webhooks::PART, Unit::Leaf)
        .each(wire::WEBHOOK_URL)
        .linked_at(wire::WEBHOOK_LINK)
        .reveals_secret(),
    Part::named(PART, Unit::Leaf),
    Part::bound(numbers::PART),
];

/// The rules and exchanges for ElevenLabs agents.
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

    fn parts(&self) -> &'static [Part] {
        PARTS
    }
}

impl Resource<Agent> for Agents {
    fn perform(&self, step: VendorStep, parts: &Parts, key: OperationKey) -> Result<Exchange<StepAnswer>> {
        let is_webhook = step.part == webhooks::PART;
        let part = step.key();
        if let Some(number) = step.item.as_ref().filter(|_| step.part == numbers::PART) {
            return Ok(numbers::assign(&step.action, number, parts.id(PART)?));
        }
        if let StepAction::Create(body) = step.action {
            return Ok(if is_webhook { webhooks::create(&body, &key) } else { create(body) });
        }
        let id = parts.id(&part)?;
        Ok(match step.action {
            StepAction::Delete if is_webhook => webhooks::delete(id),
            StepAction::Delete => delete(id),
            StepAction::Update(body) if !is_webhook => update(id, body),
            // The only value of a webhook is the URL that identifies it, so a webhook is never changed.
            _ => Exchange::Done(Performed::new(PartState::new(id)).into()),
        })
    }

    /// Reads the agent and, if it has one, its webhook. The agent shows its phone numbers.
    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(state) = parts.get(PART) else { return Some(Exchange::Done(Fetched::Gone)) };
        let known = parts.clone();
        Some(Exchange::ask(one("read agent", Method::Get, &state.id), |reply| {
            let agent = wire::agent(reply)?;
            let numbers = agent.numbers();
            Ok(match agent.webhook.clone() {
                None => Exchange::Done(agent.remote(None)),
                Some(id) => webhooks::list(move |webhooks| {
                    agent.remote(webhooks.into_iter().find(|webhook| webhook.webhook_id == id))
                }),
            }
            .map(move |remote| Some(remote.with_bound(numbers::PART, numbers, &known)).into()))
        }))
    }

    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        match part {
            webhooks::PART => Some(webhooks::find()),
            numbers::PART => numbers::find(),
            _ => None,
        }
    }

    /// Lists all agents, including archived ones, which the vendor lists separately.
    fn list(&self) -> Exchange<Vec<Remote>> {
        Pages::new(|cursor| page("false", cursor), wire::agents, |remote| &remote.id).and_then(
            |mut agents| {
                let archived = Pages::new(|cursor| page("true", cursor), wire::agents, |remote| &remote.id);
                Ok(archived.exchange().map(|archived| {
                    let known: BTreeSet<_> = agents.iter().map(|remote| remote.id.clone()).collect();
                    agents.extend(archived.into_iter().filter(|remote| !known.contains(&remote.id)));
                    agents
                }))
            },
        )
    }
}

fn page(archived: &'static str, cursor: Option<&str>) -> Request {
    let request = Request::new("list agents", Method::Get, ["v1", "convai", "agents"]);
    let request = request.query("page_size", wire::PAGE_SIZE).query("archived", archived);
    match cursor {
        Some(cursor) => request.query("cursor", cursor),
        None => request,
    }
}

fn create(body: Value) -> Exchange<StepAnswer> {
    let request = Request::new("create agent", Method::Post, ["v1", "convai", "agents", "create"]);
    with_documents(body, |body| {
        Exchange::send(with_body(request, body), |reply| {
            wire::created_agent(reply).map(|id| Performed::new(PartState::new(id)).into())
        })
    })
}

/// Adds the missing members to the knowledge base documents in the body of an agent, and passes the body to `send`.
/// Reads the list of documents only if a document in the body is incomplete.
fn with_documents(
    mut body: Value,
    send: impl FnOnce(Value) -> Exchange<StepAnswer> + Send + 'static,
) -> Exchange<StepAnswer> {
    match wire::lacks_documents(&body) {
        true => catalogue::documents().and_then(|known| {
            wire::complete_documents(&mut body, &known)?;
            Ok(send(body))
        }),
        false => send(body),
    }
}

/// Adds the completed body of an agent to a request. Dry runs do not show its credentials.
fn with_body(request: Request, body: Value) -> Request {
    let body = wire::complete(body);
    let credentials = wire::CREDENTIALS.pointers(&body);
    request.json(body).hiding(credentials)
}

/// Updates the agent on the main branch, because the request names no branch.
fn update(id: &str, body: Value) -> Exchange<StepAnswer> {
    let (state, request) = (PartState::new(id), one("update agent", Method::Patch, id));
    with_documents(body, |body| {
        Exchange::send(with_body(request, body), |reply| {
            let document = wire::agent(reply)?.document;
            Ok(Performed { state, document, coverage: Coverage::Whole }.into())
        })
    })
}

fn delete(id: &str) -> Exchange<StepAnswer> {
    let state = PartState::new(id);
    Exchange::send(one("delete agent", Method::Delete, id), |reply| match reply.body {
        Body::Empty | Body::Json(_) => Ok(Performed::new(state).into()),
        Body::Bytes(_) | Body::Other(_) => Err(Error::unreadable(reply.status, "an acknowledged deletion")),
    })
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["v1", "convai", "agents", id].map(ToOwned::to_owned))
}
