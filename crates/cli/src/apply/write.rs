//! The writes of `apply`: each can be repeated, by this run or by the next one.

use http::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::Outcome;
use crate::{
    client::{Answer, Ask, Client, Trouble},
    fleet::{Action, Held, Step},
};

/// Makes the gateway's agent what the file asks.
pub async fn apply(client: &Client, step: &Step, strict: bool) -> Outcome {
    let body = step.filed.body.document();
    let (done, written) = match (&step.held, step.action()) {
        (_, Action::None | Action::Delete) => return Outcome::Unchanged,
        (None, _) => (Outcome::Created, create(client, &body, strict).await),
        (Some(held), _) => (Outcome::Changed, replace(client, held, &body, strict).await),
    };
    Outcome::of(written, done)
}

/// Deletes an agent, unless it was changed since it was looked at.
pub async fn delete(client: &Client, held: &Held) -> Outcome {
    let ask = Ask::delete(["agents", &held.id]).if_match(held.revision);
    let key = key(&Method::DELETE, &held.id, held.revision, &Value::Null, false);
    Outcome::of(once(client, ask, &key).await, Outcome::Deleted)
}

async fn create(client: &Client, body: &Value, strict: bool) -> Result<Answer, Trouble> {
    let ask = Ask::post(["agents"], body.clone()).strictly(strict);
    let answer = once(client, ask.clone(), &key(&Method::POST, "", 0, body, strict)).await?;
    if answer.replayed && is_gone(client, &answer.body).await? {
        // The same agent was made once before and deleted since.
        return client.send(&ask.once(&anew())).await;
    }
    Ok(answer)
}

async fn replace(client: &Client, held: &Held, body: &Value, strict: bool) -> Result<Answer, Trouble> {
    let ask = Ask::put(["agents", &held.id], body.clone()).if_match(held.revision).strictly(strict);
    once(client, ask, &key(&Method::PUT, &held.id, held.revision, body, strict)).await
}

/// Writes under a key, and under another one where the answer is that of a write that failed before: its reason may be
/// mended.
async fn once(client: &Client, ask: Ask, key: &str) -> Result<Answer, Trouble> {
    match client.send(&ask.clone().once(key)).await {
        Err(trouble) if trouble.is_replayed() => client.send(&ask.once(&anew())).await,
        result => result,
    }
}

async fn is_gone(client: &Client, agent: &Value) -> Result<bool, Trouble> {
    let Some(id) = agent["id"].as_str() else { return Err(Trouble::unreadable("an agent")) };
    match client.send(&Ask::get(["agents", id])).await {
        Ok(_) => Ok(false),
        Err(gone) if gone.code() == "not_found" => Ok(true),
        Err(trouble) => Err(trouble),
    }
}

/// The key of a write: the same one for the same write of the same revision, whoever sends it.
fn key(method: &Method, id: &str, revision: u64, body: &Value, strict: bool) -> String {
    let hash = Sha256::digest(format!("{method} {id} {revision} {strict} {body}"));
    hash.iter().fold("apply-".to_owned(), |key, byte| format!("{key}{byte:02x}"))
}

fn anew() -> String {
    format!("apply-{}", Uuid::now_v7())
}

impl Outcome {
    fn of(written: Result<Answer, Trouble>, done: Self) -> Self {
        match written {
            Ok(Answer { status: 202, body, .. }) => Self::Accepted { operation_id: operation(&body) },
            Ok(_) => done,
            Err(problem) => Self::Failed { problem },
        }
    }
}

/// The operation that carries on with an agent, or that a deletion became.
fn operation(body: &Value) -> Option<String> {
    let id = body["sync"]["operation_id"].as_str().or_else(|| body["id"].as_str());
    id.filter(|id| id.starts_with("op_")).map(ToOwned::to_owned)
}
