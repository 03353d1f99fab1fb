//! The rules and exchanges for agents, which the vendor calls assistants.

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{agent, numbers, wire};

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

    /// Returns the parts of an assistant. An update replaces each member that it contains, including all nested
    /// members. Phone numbers are bound objects.
    fn parts(&self) -> &'static [Part] {
        const PARTS: &[Part] = &[Part::root(Unit::Member), Part::bound(numbers::PART)];
        PARTS
    }

    fn catalogues(&self) -> &'static [CatalogueKind] {
        &[CatalogueKind::VOICES]
    }
}

/// The name of the main part.
const ROOT: &str = "";

impl Resource<Agent> for Agents {
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        if let Some(number) = &step.item {
            return Ok(numbers::assign(&step.action, number, parts.id(ROOT)?));
        }
        Ok(match step.action {
            StepAction::Create(body) => create(body),
            StepAction::Update(body) => update(parts.id(ROOT)?, body),
            StepAction::Delete => delete(parts.id(ROOT)?),
            StepAction::Publish => Exchange::Done(Performed::new(PartState::new(parts.id(ROOT)?)).into()),
        })
    }

    /// Reads the assistant. To find its phone numbers, also reads the list of phone numbers, each of which shows its
    /// assistant.
    fn fetch(&self, parts: &Parts, scope: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(state) = parts.get(ROOT) else { return Some(Exchange::Done(Fetched::Gone)) };
        let known = parts.clone();
        Some(Exchange::ask(one("read assistant", Method::Get, &state.id), move |reply| {
            let remote = wire::assistant(reply)?;
            if scope == ReadScope::Owned {
                return Ok(Exchange::Done(Some(remote).into()));
            }
            let numbers = numbers::of_assistant(remote.id.clone());
            Ok(numbers.map(move |numbers| Some(remote.with_bound(numbers::PART, numbers, &known)).into()))
        }))
    }

    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        (part == numbers::PART)
            .then(|| numbers::list().map(|numbers| numbers.into_iter().map(FoundPart::from).collect()))
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Pages::new(page, wire::assistants, |remote| &remote.id).exchange()
    }
}

fn create(mut body: Value) -> Exchange<StepAnswer> {
    wire::to_vendor(&mut body, false);
    send(with_body(Request::new("create assistant", Method::Post, ["assistant"]), body))
}

/// Updates the assistant. The documents of the gateway contain no credentials. If the update replaces an object that
/// has credentials, the assistant is therefore read first, and the update restores them.
fn update(id: &str, mut body: Value) -> Exchange<StepAnswer> {
    let request = one("update assistant", Method::Patch, id);
    if !has_mark(&body) {
        wire::to_vendor(&mut body, true);
        return send(with_body(request, body));
    }
    Exchange::ask(one("read assistant", Method::Get, id), move |reply| {
        let status = reply.status;
        let fresh = wire::unconverted(reply)?;
        wire::to_vendor(&mut body, true);
        match wire::CREDENTIALS.restore(&mut body, &fresh) {
            true => Ok(send(with_body(request, body))),
            false => Err(Error::unreadable(status, "the assistant that was read before")),
        }
    })
}

/// Deletes the assistant. The vendor returns the deleted assistant.
fn delete(id: &str) -> Exchange<StepAnswer> {
    let state = PartState::new(id);
    Exchange::send(one("delete assistant", Method::Delete, id), |reply| {
        wire::assistant(reply).map(|_| Performed::new(state).into())
    })
}

/// Adds the body of an assistant to a request. Dry runs do not show its credentials.
fn with_body(request: Request, body: Value) -> Request {
    let credentials = wire::CREDENTIALS.pointers(&body);
    request.json(body).hiding(credentials)
}

/// Sends a request whose answer is the assistant.
fn send(request: Request) -> Exchange<StepAnswer> {
    Exchange::send(request, |reply| wire::assistant(reply).map(StepAnswer::from))
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
