//! The rules and exchanges for agents.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{agent, catalogue, numbers, tools, webhooks, wire};

/// The name of the main part.
pub const PART: &str = "agent";

/// The objects of an agent. The webhook is a list with at most one item, which is identified by its URL. The vendor
/// cannot change the URL of a webhook, so a new URL means a new webhook, which is created before the old one is
/// deleted, and an update only enables or disables a webhook. The tools that send HTTP requests are a list, too, identified by their names.
const PARTS: &[Part] = &[
    Part::named(webhooks::PART, Unit::Leaf)
        .each(wire::WEBHOOK_URL)
        .linked_at(wire::WEBHOOK_LINK)
        .reveals_secret(),
    Part::named(tools::PART, Unit::Leaf).each(wire::TOOL_NAME).linked_at(wire::TOOL_LINK),
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
        if let Some(number) = step.item.as_ref().filter(|_| step.part == numbers::PART) {
            return Ok(numbers::assign(&step.action, number, parts.id(PART)?));
        }
        let part = step.key();
        let id = || parts.id(&part);
        Ok(match (step.part, step.action) {
            (webhooks::PART, StepAction::Create(body)) => webhooks::create(&body, &key),
            (webhooks::PART, StepAction::Delete) => webhooks::delete(id()?),
            (tools::PART, StepAction::Create(config)) => tools::create(config),
            (tools::PART, StepAction::Update(config)) => tools::update(id()?, config),
            (tools::PART, StepAction::Delete) => tools::delete(id()?),
            (PART, StepAction::Create(body)) => create(body),
            (PART, StepAction::Update(body)) => update(id()?, body, tools::own(parts)),
            (PART, StepAction::Delete) => delete(id()?),
            (webhooks::PART, StepAction::Update(body)) => webhooks::update(id()?, &body),
            _ => Exchange::Done(Performed::new(PartState::new(id()?)).into()),
        })
    }

    /// Reads the agent and, if it has them, its webhook and its own tools. The agent shows its phone numbers.
    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(state) = parts.get(PART) else { return Some(Exchange::Done(Fetched::Gone)) };
        let (known, own) = (parts.clone(), tools::own(parts));
        Some(Exchange::ask(one("read agent", Method::Get, &state.id), move |reply| {
            let mut agent = wire::agent(reply)?;
            let (numbers, linked) = (agent.numbers(), agent.take_own_tools(&own));
            webhook_of(&agent).then(move |webhook| {
                Ok(tools::read(linked).map(move |tools| {
                    Some(agent.remote(webhook, tools).with_bound(numbers::PART, numbers, &known)).into()
                }))
            })
        }))
    }

    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        match part {
            webhooks::PART => Some(webhooks::find()),
            tools::PART => Some(tools::find()),
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

/// Reads the webhook of an agent, if it has one.
fn webhook_of(agent: &wire::ReadAgent) -> Exchange<Option<wire::Webhook>> {
    match agent.webhook.clone() {
        None => Exchange::Done(None),
        Some(id) => webhooks::list(move |webhooks| webhooks.into_iter().find(|row| row.webhook_id == id)),
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

/// Completes the tools in the body of an update, because the vendor replaces the list of all tools. If the body has
/// only the agent's own tools, reads the agent and adds the tools that the caller chose. If the body has only the
/// chosen tools, adds the agent's own tools. `own` has the names of the agent's own tools, by id.
fn with_all_tools(
    id: &str,
    mut body: Value,
    own: BTreeMap<String, String>,
    send: impl FnOnce(Value) -> Exchange<StepAnswer> + Send + 'static,
) -> Exchange<StepAnswer> {
    if !wire::lacks_chosen_tools(&body) {
        wire::add_own_tools(&mut body, own.keys());
        return send(body);
    }
    Exchange::ask(one("read agent", Method::Get, id), move |reply| {
        wire::set_chosen_tools(&mut body, &wire::agent(reply)?.chosen_tools(&own));
        Ok(send(body))
    })
}

/// Updates the agent on the main branch, because the request names no branch.
fn update(id: &str, body: Value, own: BTreeMap<String, String>) -> Exchange<StepAnswer> {
    let (state, request) = (PartState::new(id), one("update agent", Method::Patch, id));
    let known = own.clone();
    with_all_tools(id, body, own, move |body| {
        with_documents(body, move |body| {
            Exchange::send(with_body(request, body), move |reply| {
                let mut agent = wire::agent(reply)?;
                agent.take_own_tools(&known);
                let document = agent.document;
                Ok(Performed { state, document, coverage: Coverage::Whole }.into())
            })
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
