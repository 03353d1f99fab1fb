//! The writes of `apply`. This run and later runs can repeat each write safely.

use http::Method;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::ApplyOutcome;
use crate::{
    client::{Answer, Ask, Client, ClientError},
    fleet::{Action, AgentDiff, GatewayAgent},
};

/// Creates the agent of the file, or replaces the gateway's agent if the two differ. Does nothing if they are equal.
pub async fn apply(client: &Client, diff: &AgentDiff, strict: bool) -> ApplyOutcome {
    let body = match diff.file_agent.body.document_with_secrets() {
        Ok(body) => body,
        Err(failure) => return ApplyOutcome::from_answer(Err(failure.into()), ApplyOutcome::Unchanged),
    };
    let (done, written) = match (&diff.held, diff.action()) {
        (_, Action::None | Action::Delete) => return ApplyOutcome::Unchanged,
        (None, _) => (ApplyOutcome::Created, create(client, &body, strict).await),
        (Some(held), _) => (ApplyOutcome::Changed, replace(client, held, &body, strict).await),
    };
    ApplyOutcome::from_answer(written, done)
}

/// Deletes an agent, unless the agent has changed since the command read it.
pub async fn delete(client: &Client, held: &GatewayAgent) -> ApplyOutcome {
    let ask = Ask::delete(["agents", &held.id]).if_match(held.revision);
    let key = key(&Method::DELETE, &held.id, held.revision, &Value::Null, false);
    ApplyOutcome::from_answer(once(client, ask, &key).await, ApplyOutcome::Deleted)
}

async fn create(client: &Client, body: &Value, strict: bool) -> Result<Answer, ClientError> {
    let ask = Ask::post(["agents"], body.clone()).strictly(strict);
    let answer = once(client, ask.clone(), &key(&Method::POST, "", 0, body, strict)).await?;
    if answer.replayed && is_gone(client, &answer.body, &body["external_ref"]).await? {
        // An earlier run created the same agent, which has been deleted or has another external reference since. Create
        // it again, with a new key.
        return client.send(&ask.once(&new_key())).await;
    }
    Ok(answer)
}

async fn replace(
    client: &Client,
    held: &GatewayAgent,
    body: &Value,
    strict: bool,
) -> Result<Answer, ClientError> {
    let ask = Ask::put(["agents", &held.id], body.clone()).if_match(held.revision).strictly(strict);
    once(client, ask, &key(&Method::PUT, &held.id, held.revision, body, strict)).await
}

/// Sends a write with an idempotency key. If the gateway replays the failure of an earlier run, sends the write again with a new
/// key, because the cause of that failure may be fixed.
async fn once(client: &Client, ask: Ask, key: &str) -> Result<Answer, ClientError> {
    match client.send(&ask.clone().once(key)).await {
        Err(error) if error.is_replayed() => client.send(&ask.once(&new_key())).await,
        result => result,
    }
}

/// Returns true if the gateway no longer has the agent with this external reference.
async fn is_gone(client: &Client, agent: &Value, external_ref: &Value) -> Result<bool, ClientError> {
    let Some(id) = agent["id"].as_str() else { return Err(ClientError::unreadable("an agent")) };
    match client.send(&Ask::get(["agents", id])).await {
        Ok(now) => Ok(now.body["external_ref"] != *external_ref),
        Err(error) if error.code() == "not_found" => Ok(true),
        Err(error) => Err(error),
    }
}

/// Derives the idempotency key of a write. The same write to the same revision has the same key in every run.
fn key(method: &Method, id: &str, revision: u64, body: &Value, strict: bool) -> String {
    let hash = Sha256::digest(format!("{method} {id} {revision} {strict} {body}"));
    hash.iter().fold("apply-".to_owned(), |key, byte| format!("{key}{byte:02x}"))
}

fn new_key() -> String {
    format!("apply-{}", Uuid::now_v7())
}

impl ApplyOutcome {
    fn from_answer(written: Result<Answer, ClientError>, done: Self) -> Self {
        match written {
            Ok(Answer { status: 202, body, .. }) => Self::Accepted { operation_id: operation(&body) },
            Ok(_) => done,
            Err(problem) => Self::Failed { problem },
        }
    }
}

/// Returns the id of the operation in a 202 answer, if the answer has one. The answer is the written agent, or the
/// operation of a deletion.
fn operation(body: &Value) -> Option<String> {
    let id = body["sync"]["operation_id"].as_str().or_else(|| body["id"].as_str());
    id.filter(|id| id.starts_with("op_")).map(ToOwned::to_owned)
}
