//! The exchanges that assign the phone numbers of the workspace to agents. The assigned agent answers the calls to the number.
//! A dial names its agent, so the agents for outbound calls stay as they are.

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{agents::paged, fault, wire};

/// The name of the part.
pub const PART: &str = "phone_number";

/// Assigns a phone number to an agent, or removes the assignment. Calls reach the latest published version.
pub fn assign(action: &StepAction, number: &str, agent: &str) -> Exchange<StepAnswer> {
    let change = one("assign phone number", Method::Patch, "update-phone-number", number);
    let binding = Binding {
        part: PART,
        object: number.to_owned(),
        record: agent.to_owned(),
        read: one("read phone number", Method::Get, "get-phone-number", number),
        reader: wire::phone_number,
        changed: |reply, _| Ok(wire::phone_number(reply)?.holder),
    };
    binding.perform(action, |_, agent| {
        let agents = agent
            .map(|agent| json!([{ "agent_id": agent, "weight": 1, "agent_version": "latest_published" }]));
        change.json(json!({ "inbound_agents": agents }))
    })
}

/// Continues the publication of an agent. A phone number of the agent that names a certain version would keep that
/// version, so the exchange assigns the latest published version to it.
pub fn follow(
    publication: Exchange<StepAnswer>,
    agent: String,
    parts: &Parts,
) -> Result<Exchange<StepAnswer>> {
    let numbers = parts.items(PART).map(|(_, number)| number.id.clone()).collect();
    publication.then(move |answer| Ok(follow_each(numbers, agent, answer)))
}

fn follow_each(mut numbers: Vec<String>, agent: String, answer: StepAnswer) -> Exchange<StepAnswer> {
    let Some(number) = numbers.pop() else { return Exchange::Done(answer) };
    let read = one("read phone number", Method::Get, "get-phone-number", &number);
    Exchange::ask(read, move |reply| {
        let change = match fault::is_unknown(&reply) {
            true => None,
            false => wire::unpinned(&wire::phone_number(reply)?.document, &agent),
        };
        let Some(agents) = change else { return Ok(follow_each(numbers, agent, answer)) };
        let change = one("assign phone number", Method::Patch, "update-phone-number", &number);
        Ok(Exchange::ask(change.json(json!({ "inbound_agents": agents })), move |reply| {
            wire::phone_number(reply)?;
            Ok(follow_each(numbers, agent, answer))
        }))
    })
}

/// Lists the phone numbers that are assigned to an agent. The vendor has no list for one agent.
pub fn of_agent(agent: String) -> Exchange<Vec<String>> {
    list().map(move |numbers| {
        let ours = Holder::Record(agent);
        let is_assigned = |number: &CatalogueEntry| wire::holder(&number.document) == ours;
        numbers.into_iter().filter(is_assigned).map(|number| number.id).collect()
    })
}

/// Lists the phone numbers of the workspace.
pub fn list() -> Exchange<Vec<CatalogueEntry>> {
    Pages::new(page, wire::phone_numbers, |number| &number.id).exchange()
}

fn page(cursor: Option<&str>) -> Request {
    paged(Request::new("list phone numbers", Method::Get, ["v2", "list-phone-numbers"]), cursor)
}

fn one(operation: &'static str, method: Method, route: &'static str, number: &str) -> Request {
    Request::new(operation, method, [route, number].map(ToOwned::to_owned))
}
