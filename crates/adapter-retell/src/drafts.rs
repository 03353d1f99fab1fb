//! The drafts of an agent. The gateway's draft has a title that contains the number of its version. The gateway changes
//! and publishes only this draft, or a draft that equals the published version.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    agents::{one, paged},
    fault, llms,
    wire::{self, ReadAgent},
};

/// The first word in the title of each draft that the gateway changes.
const MARK: &str = "Switchboard";

/// The maximum number of versions of an agent that are read.
const MAX_VERSIONS: usize = 100_000;

/// A draft that may be changed.
pub struct Draft {
    /// The draft.
    pub agent: ReadAgent,
    /// True if the draft has the gateway's title.
    pub is_marked: bool,
}

/// Returns the title of the gateway's draft with this version number. Without the number, another editor's draft could
/// have the same title, because the vendor may copy the title from the version on which the draft is based.
pub fn title(version: i64) -> String {
    format!("{MARK} {version}")
}

/// Returns true if the version has the title of the gateway's draft.
pub fn is_marked(agent: &ReadAgent) -> bool {
    agent.title.as_deref() == Some(&title(agent.version))
}

/// Returns the version of the draft in which the gateway has changed the LLM, unless the gateway has published it. The
/// state of the LLM contains the version that the gateway last changed; the state of the agent contains the version
/// that the gateway last published.
pub fn in_progress(parts: &Parts) -> Option<i64> {
    let version = |part: &str| parts.get(part)?.version.as_deref()?.parse::<i64>().ok();
    let changed = version(wire::LLM)?;
    version(wire::AGENT).is_none_or(|published| changed > published).then_some(changed)
}

/// Sends a change of the draft in progress. If the vendor refuses the change, continues with `reopen`, which finds the
/// draft that can be changed now, or reports the reason for the refusal.
pub fn change(
    request: Request,
    read: impl FnOnce(Reply) -> Result<Performed> + Send + 'static,
    reopen: impl FnOnce() -> Exchange<StepAnswer> + Send + 'static,
) -> Exchange<StepAnswer> {
    Exchange::ask(request, |reply| match fault::is_refusal(&reply) {
        true => Ok(reopen()),
        false => Ok(Exchange::Done(read(reply)?.into())),
    })
}

/// Finds the draft to which a change is written, and opens one if the latest version is published. `changed` is the
/// version of the draft to which an earlier step of the write belongs.
///
/// The exchange fails with `state_conflict` if the vendor has a draft that another editor has changed. It fails with
/// `vendor_unavailable` if another version has followed the draft of the earlier step and that draft is not published:
/// the whole write is then repeated in another draft.
pub fn open<T: Send + 'static>(
    id: String,
    changed: Option<i64>,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    Exchange::ask(one("read agent", Method::Get, "get-agent", &id), move |reply| {
        let latest = wire::agent(reply)?;
        match changed.filter(|changed| *changed != latest.version) {
            None => Ok(open_at(id, latest, next)),
            Some(changed) => {
                let read = one("read agent", Method::Get, "get-agent", &id).query("version", changed);
                Ok(Exchange::ask(read, move |reply| {
                    let is_published = !fault::is_unknown(&reply) && wire::agent(reply)?.is_published;
                    if is_published { Ok(open_at(id, latest, next)) } else { Err(fault::superseded_draft()) }
                }))
            }
        }
    })
}

fn open_at<T: Send + 'static>(
    id: String,
    latest: ReadAgent,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    match latest.is_published {
        true => create(id, latest.version, next),
        false if is_marked(&latest) => next(Draft { agent: latest, is_marked: true }),
        false => compare(id, latest, next),
    }
}

/// Publishes the gateway's draft: the draft in progress, if its version is known, and otherwise the latest one with the
/// gateway's title. A later draft of another editor stays as it is. Does nothing if the latest version is published.
pub fn publish(id: String, changed: Option<i64>) -> Exchange<StepAnswer> {
    let Some(version) = changed else { return publish_latest(id) };
    let state = PartState::new(id.as_str()).at_version(version.to_string());
    let read = |reply| wire::done(reply).map(|()| Performed::new(state));
    change(publication(&id, version), read, move || publish_latest(id))
}

fn publish_latest(id: String) -> Exchange<StepAnswer> {
    list_versions(id.clone(), None, Vec::new(), move |versions| {
        let published = versions.iter().filter(|version| version.is_published).map(|version| version.version);
        let published = published.max();
        let is_ours = |version: &&wire::Version| {
            published.is_none_or(|published| version.version > published)
                && version.title.as_deref() == Some(&title(version.version))
        };
        let ours = versions.iter().filter(is_ours).map(|version| version.version).max();
        let latest = versions.iter().map(|version| version.version).max();
        let state = |version: i64| PartState::new(id.as_str()).at_version(version.to_string());
        match (ours, published) {
            (Some(draft), _) => {
                let state = state(draft);
                Ok(Exchange::send(publication(&id, draft), |reply| {
                    wire::done(reply)?;
                    Ok(Performed::new(state).into())
                }))
            }
            (None, Some(published)) if latest == Some(published) => {
                Ok(Exchange::Done(Performed::new(state(published)).into()))
            }
            _ => Err(fault::foreign_draft()),
        }
    })
}

/// Lists the versions of an agent that follow those that were found, page after page, and passes all of them to `next`.
fn list_versions<T: Send + 'static>(
    id: String,
    cursor: Option<String>,
    mut found: Vec<wire::Version>,
    next: impl FnOnce(Vec<wire::Version>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let request = one("list versions", Method::Get, "list-agent-versions", &id);
    Exchange::ask(paged(request, cursor.as_deref()), move |reply| {
        let status = reply.status;
        let (versions, following) = wire::versions(reply)?;
        found.extend(versions);
        match following {
            None => next(found),
            Some(_) if following == cursor || found.len() > MAX_VERSIONS => {
                Err(Error::unreadable(status, "a list that comes to an end"))
            }
            following => Ok(list_versions(id, following, found, next)),
        }
    })
}

fn publication(id: &str, version: i64) -> Request {
    one("publish agent", Method::Post, "publish-agent-version", id).json(json!({ "version": version }))
}

fn create<T: Send + 'static>(
    id: String,
    base: i64,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    let request = one("open draft", Method::Post, "create-agent-version", &id);
    Exchange::ask(request.json(json!({ "base_version": base })).preparing(), move |reply| {
        Ok(next(Draft { agent: wire::agent(reply)?, is_marked: false }))
    })
}

/// Passes `draft` to `next` if the agent and its LLM equal their published versions. Either the gateway opened such a
/// draft and was stopped before it set the title, or another editor opened the draft and has not changed it. If the
/// draft is an unchanged copy of an older published version, opens another draft: the vendor may have carried out an
/// earlier request for a draft late. Any other draft is an error.
fn compare<T: Send + 'static>(
    id: String,
    draft: ReadAgent,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    let read = |version: String| one("read agent", Method::Get, "get-agent", &id).query("version", version);
    let (latest, base) = (read("latest_published".to_owned()), draft.base.map(|base| read(base.to_string())));
    Exchange::ask(latest, move |reply| {
        if fault::is_unknown(&reply) {
            return Err(fault::foreign_draft());
        }
        let published = wire::agent(reply)?;
        let current = published.version;
        match base.filter(|_| draft.base.is_some_and(|base| base < current)) {
            None => unchanged(draft, published, move |draft| next(Draft { agent: draft, is_marked: false })),
            Some(read) => Ok(Exchange::ask(read, move |reply| {
                let base = wire::agent(reply)?;
                match base.is_published {
                    true => unchanged(draft, base, move |_| create(id, current, next)),
                    false => Err(fault::foreign_draft()),
                }
            })),
        }
    })
}

/// Passes `draft` to `next` if it equals `base`, a published version.
fn unchanged<T: Send + 'static>(
    draft: ReadAgent,
    base: ReadAgent,
    next: impl FnOnce(ReadAgent) -> Exchange<T> + Send + 'static,
) -> Result<Exchange<T>> {
    let is_same = wire::settings(&draft.document) == wire::settings(&base.document);
    let llms = draft.llm.clone().zip(base.llm);
    let Some((changed, unchanged)) = llms.filter(|(one, other)| is_same && one.id == other.id) else {
        return Err(fault::foreign_draft());
    };
    let read = |llm| llms::at("read LLM", Method::Get, "get-retell-llm", llm);
    let (changed, unchanged) = (read(&changed), read(&unchanged));
    Ok(settings(changed, move |changed| {
        Ok(settings(unchanged, move |unchanged| match changed == unchanged {
            true => Ok(next(draft)),
            false => Err(fault::foreign_draft()),
        }))
    }))
}

/// Reads the settings of a version of an LLM and its tools with their credentials, and passes them to `next`. Passes `None`
/// if the vendor no longer has the LLM.
fn settings<T: Send + 'static>(
    request: Request,
    next: impl FnOnce(Option<(Value, Value)>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    Exchange::ask(request, |reply| match fault::is_unknown(&reply) {
        true => next(None),
        false => {
            let llm = wire::llm(reply)?;
            next(Some((wire::settings(&llm.document), llm.unconverted["general_tools"].clone())))
        }
    })
}
