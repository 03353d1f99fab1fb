//! The drafts of an agent. The gateway's draft has a title that contains the number of its version. The gateway changes
//! and publishes only this draft, or a draft that equals the published version.

use serde_json::{Value, json};
use switchboard_core::prelude::*;

use crate::{
    agents::{llm_at, one},
    fault,
    wire::{self, ReadAgent},
};

/// The first word in the title of each draft that the gateway changes.
const MARK: &str = "Switchboard";

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

/// Finds the draft to which a change is written, and opens one if the latest version is published.
///
/// The exchange fails with `state_conflict` if the vendor has a draft that another editor has changed.
pub fn open<T: Send + 'static>(
    id: String,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    Exchange::ask(one("read agent", Method::Get, "get-agent", &id), move |reply| {
        let latest = wire::agent(reply)?;
        let version = latest.version;
        match latest.is_published {
            true => Ok(create(id, version, next)),
            false if latest.title.as_deref() == Some(&title(version)) => {
                Ok(next(Draft { agent: latest, is_marked: true }))
            }
            false => Ok(compare(id, latest, next)),
        }
    })
}

/// Publishes the gateway's draft. Does nothing if the latest version is published.
pub fn publish(id: String) -> Exchange<StepAnswer> {
    let versions = one("list versions", Method::Get, "list-agent-versions", &id);
    Exchange::ask(versions.query("limit", wire::PAGE_SIZE), move |reply| {
        let latest = wire::latest_version(reply)?;
        let state = PartState::new(id.as_str()).at_version(latest.version.to_string());
        match latest.is_published {
            true => Ok(Exchange::Done(Performed::new(state).into())),
            false if latest.title.as_deref() == Some(&title(latest.version)) => {
                let request = one("publish agent", Method::Post, "publish-agent-version", &id);
                Ok(Exchange::send(request.json(json!({ "version": latest.version })), |reply| {
                    wire::done(reply)?;
                    Ok(Performed::new(state).into())
                }))
            }
            false => Err(fault::foreign_draft()),
        }
    })
}

fn create<T: Send + 'static>(
    id: String,
    base: i64,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    let request = one("open draft", Method::Post, "create-agent-version", &id);
    Exchange::ask(request.json(json!({ "base_version": base })), move |reply| {
        Ok(next(Draft { agent: wire::agent(reply)?, is_marked: false }))
    })
}

/// Passes `draft` to `next` if the agent and its LLM equal their published versions: either the gateway was stopped
/// before it set the title, or no editor has changed the draft. Any other draft is an error.
fn compare<T: Send + 'static>(
    id: String,
    draft: ReadAgent,
    next: impl FnOnce(Draft) -> Exchange<T> + Send + 'static,
) -> Exchange<T> {
    let request = one("read agent", Method::Get, "get-agent", &id).query("version", "latest_published");
    Exchange::ask(request, move |reply| {
        if fault::is_unknown(&reply) {
            return Err(fault::foreign_draft());
        }
        let published = wire::agent(reply)?;
        let is_same = wire::settings(&draft.document) == wire::settings(&published.document);
        let llms = draft.llm.clone().zip(published.llm);
        let Some((changed, unchanged)) = llms.filter(|(one, other)| is_same && one.id == other.id) else {
            return Err(fault::foreign_draft());
        };
        let read = |llm| llm_at("read LLM", Method::Get, "get-retell-llm", llm);
        let (changed, unchanged) = (read(&changed), read(&unchanged));
        Ok(settings(changed, move |changed| {
            Ok(settings(unchanged, move |unchanged| match changed == unchanged {
                true => Ok(next(Draft { agent: draft, is_marked: false })),
                false => Err(fault::foreign_draft()),
            }))
        }))
    })
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
