//! The rules and exchanges for agents.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

use crate::{
    agent, numbers,
    wire::{self, Change},
};

/// The number of personas requested per page: the maximum that the vendor accepts (vendor documentation, 2026-08-09).
const PAGE_SIZE: usize = 100;
/// The maximum number of pages in the list of personas: 50,000 personas, more than any account is assumed to have. A
/// longer list is an error.
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

/// The name of the main part.
const ROOT: &str = "";

impl Rules<Agent> for Agents {
    fn rules(&self) -> &AgentRules {
        &self.rules
    }

    /// Declares that an update is built from the whole persona that was read, because it must know what the draft
    /// contains. The vendor itself would keep the settings that an update omits. Phone numbers are bound.
    fn parts(&self) -> &'static [Part] {
        const PARTS: &[Part] = &[Part::root(Unit::Document), Part::bound(numbers::PART)];
        PARTS
    }
}

impl Resource<Agent> for Agents {
    fn perform(&self, step: VendorStep, parts: &Parts, _: OperationKey) -> Result<Exchange<StepAnswer>> {
        if let Some(number) = &step.item {
            return Ok(numbers::attach(&step.action, number, parts.id(ROOT)?));
        }
        Ok(match step.action {
            StepAction::Create(body) => create(body),
            StepAction::Update(body) => update(parts.id(ROOT)?, &body)?,
            StepAction::Delete => delete(parts.id(ROOT)?),
            StepAction::Publish => Exchange::Done(Performed::new(PartState::new(parts.id(ROOT)?)).into()),
        })
    }

    fn fetch(&self, parts: &Parts, _: ReadScope) -> Option<Exchange<Fetched>> {
        let Some(state) = parts.get(ROOT) else { return Some(Exchange::Done(Fetched::Gone)) };
        let known = parts.clone();
        Some(Exchange::send(one("read agent", Method::Get, &state.id), move |reply| {
            let persona = wire::persona(reply)?;
            let numbers = persona.numbers();
            Ok(Some(persona.remote().with_bound(numbers::PART, numbers, &known)).into())
        }))
    }

    fn find(&self, part: &str) -> Option<Exchange<Vec<FoundPart>>> {
        if part == numbers::PART { numbers::find() } else { None }
    }

    fn list(&self) -> Exchange<Vec<Remote>> {
        Walk { page: 1, found: Vec::new(), ids: BTreeSet::new() }.go()
    }
}

/// Creates a persona. Its production version exists immediately, so there is nothing to promote.
fn create(body: Value) -> Exchange<StepAnswer> {
    let request = Request::new("create agent", Method::Post, ["v1", "personas"]).json(body);
    Exchange::send(request, |reply| wire::persona(reply).map(|persona| persona.remote().into()))
}

/// Changes the draft and promotes it in one exchange. If the promotion fails, the change stays in the draft, and the
/// whole update is repeated. The draft is compared with the production version twice. The first comparison uses both as
/// they were read, so that a refused write changes nothing. The second one follows the change, so that a change that another
/// user has made meanwhile is not promoted. The write then takes its own change out of the draft again.
///
/// # Errors
/// `state_conflict` if another user has changed the draft.
fn update(id: &str, body: &Value) -> Result<Exchange<StepAnswer>> {
    let change = Change::new(body);
    let (id, sent) = (id.to_owned(), change.body());
    let promotes = wire::has_settings(&sent);
    if promotes {
        refuse_others(change.others())?;
    }
    let request = one("update agent", Method::Patch, &id).json(sent.clone());
    Ok(Exchange::ask(request, move |reply| {
        let after = wire::persona(reply)?;
        if !promotes {
            return Ok(Exchange::Done(after.remote().into()));
        }
        let pending = after.pending()?;
        let others = pending.iter().filter(|path| document_path::get(&sent, path).is_none());
        if let Err(refused) = refuse_others(others.cloned().collect()) {
            let Some(body) = change.undo(&after) else { return Err(refused) };
            let undo = one("restore draft", Method::Patch, &id).json(body);
            return Ok(Exchange::send(undo, |reply| wire::persona(reply).and(Err(refused))));
        }
        Ok(match pending.is_empty() {
            true => Exchange::Done(after.remote().into()),
            false => promote(&id),
        })
    }))
}

fn promote(id: &str) -> Exchange<StepAnswer> {
    let path = ["v1", "personas", id, "versions", "promote"].map(ToOwned::to_owned);
    Exchange::send(Request::new("publish agent", Method::Post, path), |reply| {
        let status = reply.status;
        let remote = wire::persona(reply)?.remote();
        match remote.is_whole() {
            true => Ok(remote.into()),
            false => Err(Error::unreadable(status, "a persona with a production version")),
        }
    })
}

fn delete(id: &str) -> Exchange<StepAnswer> {
    let state = PartState::new(id);
    Exchange::send(one("delete agent", Method::Delete, id), |reply| {
        wire::deleted(reply).map(|()| Performed::new(state).into())
    })
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["v1", "personas", id].map(ToOwned::to_owned))
}

/// Refuses a write that would publish another user's changes. `others` are the paths of these changes.
///
/// # Errors
/// `state_conflict` with the paths, unless `others` is empty.
fn refuse_others(others: Vec<String>) -> Result<()> {
    if others.is_empty() {
        return Ok(());
    }
    let why = "The draft at the vendor has another value, which is not promoted.";
    let detail = format!(
        "The draft of the persona has changes of another user, which are not promoted: {}. This write would publish them. \
         Promote or discard them at the vendor, and repeat the write.",
        others.join(", ")
    );
    let fields = others.into_iter().map(|path| (path, why.to_owned())).collect();
    let failure = VendorFailure::new(Outcome::Rejected).fields(fields);
    Err(Error::vendor(Kind::StateConflict, failure).with_detail(detail))
}

/// A pass through all pages of the list.
struct Walk {
    /// The number of the next page, counted from 1.
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
                // The list shifts if a persona is created between two requests, so one persona can be on two pages.
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
