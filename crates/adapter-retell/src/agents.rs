//! The rules and exchanges for agents.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    agent, drafts, fault, llms, numbers,
    wire::{self, ReadAgent},
};

/// The objects of an agent. An update replaces each top-level member that it contains.
const PARTS: &[Part] = &[
    Part::named(wire::AGENT, Unit::Member).published(),
    Part::named(wire::LLM, Unit::Member).linked_at(wire::LLM_LINK),
    Part::bound(numbers::PART),
];

/// The rules and exchanges for Retell agents.
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
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        if let Some(number) = &step.item {
            return Ok(numbers::assign(&step.action, number, parts.id(wire::AGENT)?));
        }
        let is_llm = step.part == wire::LLM;
        if let StepAction::Create(body) = step.action {
            return Ok(if is_llm { llms::create(body) } else { create_agent(body) });
        }
        let id = parts.id(step.part)?.to_owned();
        let draft = drafts::in_progress(parts);
        let agent = parts.get(wire::AGENT).map(|state| state.id.clone());
        Ok(match step.action {
            StepAction::Update(body) if is_llm => match agent {
                Some(agent) => llms::update(agent, id, body, draft),
                None => llms::update_unused(&id, body),
            },
            StepAction::Update(body) => update_agent(id, body, draft),
            StepAction::Delete if is_llm => llms::delete(id),
            StepAction::Delete => delete_agent(id),
            _ => numbers::follow(drafts::publish(id.clone(), draft), id, parts)?,
        })
    }

    /// Reads the published version of the agent, which is the one that calls use. Reads the draft of an agent that was
    /// never published. Also reads the LLM of that version. To find the agent's phone numbers, also reads the list of
    /// phone numbers, each of which shows its agents.
    fn fetch(&self, parts: &Parts, scope: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(state) = parts.get(wire::AGENT) else { return Some(Exchange::Done(Fetched::Gone)) };
        let known = parts.clone();
        let agent = read_published(&state.id, move |agent| {
            let Some(agent) = agent else { return Ok(Exchange::Done(Fetched::Gone)) };
            let stored = known.get(wire::LLM).cloned();
            with_llm(agent, stored).then(move |remote| {
                if scope == ReadScope::Owned {
                    return Ok(Exchange::Done(Some(remote).into()));
                }
                let numbers = numbers::of_agent(remote.id.clone());
                Ok(numbers.map(move |numbers| Some(remote.with_bound(numbers::PART, numbers, &known)).into()))
            })
        });
        Some(agent)
    }

    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        match part {
            wire::LLM => {
                let pages = Pages::new(llms::page, wire::llms, |llm| &llm.row);
                Some(pages.and_then(|llms| Ok(Exchange::Done(wire::latest_of_each(llms)))))
            }
            numbers::PART => {
                Some(numbers::list().map(|numbers| numbers.into_iter().map(FoundPart::from).collect()))
            }
            _ => None,
        }
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Pages::new(agents, wire::agents, |remote| &remote.id).exchange()
    }
}

/// Reads the latest published version of an agent, or the latest version if none is published. Passes `None` to `next` if
/// the vendor does not have the agent.
fn read_published<T: Send + 'static>(
    id: &str,
    next: impl FnOnce(Option<ReadAgent>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let latest = one("read agent", Method::Get, "get-agent", id);
    let published = one("read agent", Method::Get, "get-agent", id).query("version", "latest_published");
    read_agent(latest, |latest| match latest {
        Some(latest) if !latest.is_published => Ok(read_agent(published, |published| {
            let is_pending = drafts::is_marked(&latest);
            next(Some(published.map_or(latest, |published| published.pending(is_pending))))
        })),
        latest => next(latest),
    })
}

/// Reads a version of an agent. Passes `None` to `next` if the vendor does not have it.
fn read_agent<T: Send + 'static>(
    request: Request,
    next: impl FnOnce(Option<ReadAgent>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    Exchange::ask(request, |reply| match fault::is_unknown(&reply) {
        true => next(None),
        false => next(Some(wire::agent(reply)?)),
    })
}

/// Reads the LLM of an agent. `stored` is the LLM that the gateway made.
fn with_llm(agent: ReadAgent, stored: Option<PartState>) -> Exchange<Remote> {
    let Some(llm) = agent.llm.clone() else {
        // The agent now uses another kind of engine. The LLM that the gateway created is still a part of the agent.
        let mut remote = agent.remote(None);
        stored.into_iter().for_each(|llm| remote.parts.insert(wire::LLM, llm));
        return Exchange::Done(remote);
    };
    Exchange::send(llms::at("read LLM", Method::Get, "get-retell-llm", &llm), move |reply| {
        // Without its LLM, the agent still exists.
        let llm = if fault::is_unknown(&reply) { None } else { Some(wire::llm(reply)?) };
        Ok(agent.remote(llm))
    })
}

/// Builds the request for a page of the voice agents. It is a POST, because the filter is in the body.
fn agents(cursor: Option<&str>) -> Request {
    let channel = json!({ "op": "eq", "type": "string", "value": "voice" });
    let request = Request::new("list agents", Method::Post, ["v2", "list-agents"])
        .json(json!({ "filter_criteria": { "channel": channel } }));
    paged(request.reading(), cursor)
}

/// Adds the page size and the cursor to the request for a page of a list.
pub fn paged(request: Request, cursor: Option<&str>) -> Request {
    let request = request.query("limit", wire::PAGE_SIZE);
    match cursor {
        Some(cursor) => request.query("pagination_key", cursor),
        None => request,
    }
}

/// Creates the agent. Its first version is a draft with the number 0.
fn create_agent(body: Value) -> Exchange<StepAnswer> {
    let request = Request::new("create agent", Method::Post, ["create-agent"]);
    Exchange::send(request.json(wire::complete_agent(body, drafts::title(0), &Value::Null)), |reply| {
        wire::created(reply, wire::agent).map(|agent| agent.performed().into())
    })
}

/// Updates the agent in the draft in progress or, failing that, in the draft that [`drafts::open`] finds or opens.
fn update_agent(id: String, body: Value, draft: Option<i64>) -> Exchange<StepAnswer> {
    let known = draft.filter(|_| !wire::depends_on_agent(&body));
    let Some(version) = known else { return update_opened_agent(id, body, draft) };
    let sent = wire::complete_agent(body.clone(), drafts::title(version), &Value::Null);
    let read = |reply| wire::agent(reply).map(ReadAgent::performed);
    drafts::change(agent_at(&id, version).json(sent), read, move || update_opened_agent(id, body, draft))
}

fn update_opened_agent(id: String, body: Value, draft: Option<i64>) -> Exchange<StepAnswer> {
    drafts::open(id.clone(), draft, move |draft| {
        let version = draft.agent.version;
        let body = wire::complete_agent(body, drafts::title(version), &draft.agent.document);
        Exchange::send(agent_at(&id, version).json(body), |reply| {
            wire::agent(reply).map(|agent| agent.performed().into())
        })
    })
}

fn delete_agent(id: String) -> Exchange<StepAnswer> {
    Exchange::send(one("delete agent", Method::Delete, "delete-agent", &id), |reply| {
        wire::done(reply)?;
        Ok(Performed::new(PartState::new(id)).into())
    })
}

/// Builds a request for an object, such as `/get-agent/ID`.
pub fn one(operation: &'static str, method: Method, verb: &'static str, id: &str) -> Request {
    Request::new(operation, method, [verb.to_owned(), id.to_owned()])
}

/// Builds the request that updates a version of an agent.
pub fn agent_at(id: &str, version: i64) -> Request {
    one("update agent", Method::Patch, "update-agent", id).query("version", version)
}
