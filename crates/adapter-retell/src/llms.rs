//! The exchanges that create, update and delete the LLMs of agents.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    agents::{agent_at, one, paged},
    drafts, fault,
    wire::{self, LlmVersion},
};

/// Builds the request for a page of the LLMs.
pub fn page(cursor: Option<&str>) -> Request {
    paged(Request::new("list LLMs", Method::Get, ["v2", "list-retell-llms"]), cursor)
}

/// Creates an LLM.
pub fn create(body: Value) -> Exchange<StepAnswer> {
    let request = || Request::new("create LLM", Method::Post, ["create-retell-llm"]);
    send(request, body, |reply| wire::created(reply, wire::llm).map(|llm| llm.performed(None).into()))
}

/// Adds the body of an LLM to a request. Dry runs do not show its credentials.
fn with_body(request: Request, body: Value) -> Request {
    let credentials = wire::CREDENTIALS.pointers(&body);
    request.json(body).hiding(credentials)
}

/// Sends an LLM. If the vendor does not know `model_config` yet, sends the model again in the older members.
fn send(
    request: impl Fn() -> Request,
    body: Value,
    read: impl FnOnce(Reply) -> Result<StepAnswer> + Send + 'static,
) -> Exchange<StepAnswer> {
    let again = wire::older_llm(&body).map(|older| with_body(request(), older));
    let first = with_body(request(), body);
    let Some(again) = again else { return Exchange::send(first, read) };
    Exchange::ask(first, |reply| match fault::lacks_model_config(&reply) {
        true => Ok(Exchange::send(again, read)),
        false => read(reply).map(Exchange::Done),
    })
}

/// Updates an LLM that an earlier attempt at the creation made, and that no agent uses yet.
pub fn update_unused(id: &str, body: Value) -> Exchange<StepAnswer> {
    let id = id.to_owned();
    let read = one("read LLM", Method::Get, "get-retell-llm", &id);
    updated(read, move || one("update LLM", Method::Patch, "update-retell-llm", &id), body, None)
}

/// Updates the LLM in the draft in progress or, failing that, in the draft that [`drafts::open`] finds or opens. The
/// state that the step returns contains the version of the draft.
pub fn update(agent: String, id: String, body: Value, draft: Option<i64>) -> Exchange<StepAnswer> {
    let Some(version) = draft.filter(|_| !has_mark(&body)) else { return update_opened(agent, id, body) };
    let llm = LlmVersion { id: id.clone(), version };
    let request = with_body(at("update LLM", Method::Patch, "update-retell-llm", &llm), body.clone());
    let read = move |reply| wire::llm(reply).map(|llm| llm.performed(Some(version)));
    drafts::change(request, read, move || update_opened(agent, id, body))
}

/// Updates the LLM in a draft of its agent. The draft gets its title before the change, so that a repeated attempt
/// recognizes it.
fn update_opened(agent: String, id: String, body: Value) -> Exchange<StepAnswer> {
    drafts::open(agent.clone(), None, move |draft| {
        let (version, is_marked) = (draft.agent.version, draft.is_marked);
        // The plan changes this LLM, even if the draft refers to another one by now.
        let llm = draft.agent.llm.filter(|llm| llm.id == id).unwrap_or(LlmVersion { id, version });
        let read = at("read LLM", Method::Get, "get-retell-llm", &llm);
        let is_of_draft = llm.version == version;
        let update = move || at("update LLM", Method::Patch, "update-retell-llm", &llm);
        let update = updated(read, update, body, is_of_draft.then_some(version));
        if is_marked {
            return update;
        }
        let mark = agent_at(&agent, version).json(json!({ "version_title": drafts::title(version) }));
        Exchange::ask(mark.preparing(), |reply| wire::agent(reply).map(|_| update))
    })
}

/// Updates the LLM. If the body replaces a list whose credentials only the vendor has, the LLM is read first, and the
/// update restores the credentials. `draft` is the version of the draft to which the LLM belongs.
fn updated(
    read: Request,
    request: impl Fn() -> Request + Send + 'static,
    mut body: Value,
    draft: Option<i64>,
) -> Exchange<StepAnswer> {
    if !has_mark(&body) {
        return send_update(request, body, draft);
    }
    Exchange::ask(read, move |reply| {
        let status = reply.status;
        let llm = wire::llm(reply)?;
        match wire::CREDENTIALS.restore(&mut body, &llm.unconverted) {
            true => Ok(send_update(request, body, draft)),
            false => Err(Error::unreadable(status, "the LLM that was read before")),
        }
    })
}

fn send_update(request: impl Fn() -> Request, body: Value, draft: Option<i64>) -> Exchange<StepAnswer> {
    send(request, body, move |reply| wire::llm(reply).map(|llm| llm.performed(draft).into()))
}

/// Deletes the LLM. The vendor refuses to delete an LLM that another agent uses. Such an LLM stays, and the step
/// succeeds.
pub fn delete(id: String) -> Exchange<StepAnswer> {
    Exchange::send(one("delete LLM", Method::Delete, "delete-retell-llm", &id), |reply| {
        if reply.status != 400 {
            wire::done(reply)?;
        }
        Ok(Performed::new(PartState::new(id)).into())
    })
}

/// Builds a request for a version of an LLM.
pub fn at(operation: &'static str, method: Method, verb: &'static str, llm: &LlmVersion) -> Request {
    one(operation, method, verb, &llm.id).query("version", llm.version)
}
