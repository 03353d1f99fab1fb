//! The exchanges for the tools of the workspace. Each agent that sends HTTP requests has tools of its own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::wire::{self, WorkspaceTool};

/// The name of the part.
pub const PART: &str = "tool";

const PATH: [&str; 3] = ["v1", "convai", "tools"];

/// Creates a tool.
pub fn create(config: Value) -> Exchange<StepAnswer> {
    save(Request::new("create tool", Method::Post, PATH), config)
}

/// Replaces the settings of a tool. The documents of the gateway contain no credentials. If a header has a value that only
/// the vendor has, the tools are therefore read first, and the update restores the value.
pub fn update(id: &str, mut config: Value) -> Exchange<StepAnswer> {
    let request = one("update tool", Method::Patch, [id]);
    if !has_mark(&config) {
        return save(request, config);
    }
    let id = id.to_owned();
    list().and_then(move |tools| {
        let held = tools.into_iter().find(|tool| tool.id == id).ok_or_else(gone)?;
        match wire::CREDENTIALS.restore(&mut config, &held.config) {
            true => Ok(save(request, config)),
            false => Err(unknown_header()),
        }
    })
}

/// Deletes a tool. A tool that another agent uses stays.
pub fn delete(id: &str) -> Exchange<StepAnswer> {
    let request = one("delete tool", Method::Delete, [id]);
    let users = one("list users of tool", Method::Get, [id, "dependent-agents"]);
    let state = PartState::new(id);
    Exchange::ask(users, move |reply| {
        Ok(match wire::has_users(reply)? {
            true => Exchange::Done(Performed::new(state).into()),
            false => Exchange::send(request, |reply| match reply.body {
                Body::Empty | Body::Json(_) => Ok(Performed::new(state).into()),
                Body::Bytes(_) | Body::Other(_) => {
                    Err(Error::unreadable(reply.status, "an acknowledged deletion"))
                }
            }),
        })
    })
}

/// Lists the tools of the workspace. A tool that the gateway made contains a mark, which is one of its settings, so a
/// search for such a tool finds no other tool.
pub fn find() -> Exchange<Vec<FoundPart>> {
    let found = |tool: WorkspaceTool| {
        let document = tool.document();
        FoundPart { state: PartState::new(tool.id), document, created_at: None }
    };
    list().exchange().map(move |tools| tools.into_iter().map(found).collect())
}

/// Returns the names of the tools that the gateway made for an agent, by id.
pub fn own(parts: &Parts) -> BTreeMap<String, String> {
    parts.items(PART).map(|(name, state)| (state.id.clone(), name.to_owned())).collect()
}

/// Reads the tools with these ids, in the order of their names at the vendor. `names` has their names in the gateway, by id.
/// A tool that the workspace lacks is left out.
pub fn read(mut names: BTreeMap<String, String>) -> Exchange<Vec<(String, WorkspaceTool)>> {
    if names.is_empty() {
        return Exchange::Done(Vec::new());
    }
    list().exchange().map(move |tools| {
        let named = |tool: WorkspaceTool| Some((names.remove(&tool.id)?, tool));
        let mut own: Vec<_> = tools.into_iter().filter_map(named).collect();
        own.sort_by(|(_, one), (_, other)| one.name().cmp(other.name()));
        own
    })
}

fn list() -> Pages<WorkspaceTool> {
    Pages::new(page, wire::workspace_tools, |tool| &tool.id)
}

fn page(cursor: Option<&str>) -> Request {
    let request = Request::new("list tools", Method::Get, PATH).query("page_size", wire::PAGE_SIZE);
    match cursor {
        Some(cursor) => request.query("cursor", cursor),
        None => request,
    }
}

/// Sends the settings of a tool. Dry runs do not show its credentials.
fn save(request: Request, config: Value) -> Exchange<StepAnswer> {
    let body = json!({ "tool_config": config });
    let credentials = wire::CREDENTIALS.pointers(&body);
    Exchange::send(request.json(body).hiding(credentials), |reply| {
        wire::saved_tool(reply).map(|id| Performed::new(PartState::new(id)).into())
    })
}

fn one<const N: usize>(operation: &'static str, method: Method, rest: [&str; N]) -> Request {
    Request::new(operation, method, PATH.into_iter().chain(rest).map(ToOwned::to_owned))
}

/// Builds the error for a tool that the workspace lacks.
fn gone() -> Error {
    Error::vendor(Kind::VendorRejected, VendorFailure::new(Outcome::Rejected).gone())
}

/// Builds the error for a header that was removed at the vendor after the plan had found it.
fn unknown_header() -> Error {
    let field = (format!("/{PART}"), "The vendor no longer has the value of a header.".to_owned());
    Error::vendor(Kind::VendorRejected, VendorFailure::new(Outcome::Rejected).fields(vec![field]))
}
