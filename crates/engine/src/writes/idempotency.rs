//! Idempotency keys: a repeated request gets the answer to the first request.

use std::time::Duration;

use switchboard_core::error::{Error, Kind, Result};

use super::Answer;
use crate::{
    records::{Batch, Repository},
    request::RequestContext,
};

/// The time after which a caller should repeat a request whose first answer does not exist yet.
const IN_PROGRESS_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Returns the stored answer to a request. Returns `None` if the request has no key, or if its key is not stored.
///
/// # Errors
/// `idempotency_key_reused` if the key belongs to another request, `idempotency_in_progress` if there is no answer yet.
pub async fn replayed_answer(repository: &Repository, request: &RequestContext) -> Result<Option<Answer>> {
    let Some(given) = &request.key else { return Ok(None) };
    let known = repository.store().replay(&given.scope, &given.key).await?;
    let Some(known) = known else { return Ok(None) };
    if !given.fingerprint.matches(&known.fingerprint) {
        let detail = "This Idempotency-Key was used for another request; use a new key for each request.";
        return Err(Error::new(Kind::IdempotencyKeyReused, detail));
    }
    match known.reply {
        Some(answer) => Answer::from_bytes(&answer).map(Some),
        None => Err(in_progress()),
    }
}

/// Commits a batch that may store the request's key. Returns `false` if the batch no longer matches the stored state, because
/// another write was committed first.
///
/// # Errors
/// The errors of the commit; `idempotency_key_reused` if another request has used the key; `idempotency_in_progress` if the
/// key is already stored.
pub async fn commit_once(repository: &Repository, batch: Batch, request: &RequestContext) -> Result<bool> {
    match repository.commit(batch).await {
        Ok(_) => Ok(true),
        Err(conflict) if matches!(conflict.kind, Kind::StateConflict | Kind::PreconditionFailed) => Ok(false),
        Err(conflict) if conflict.kind == Kind::IdempotencyInProgress => {
            // The key is already stored. If a different request stored it, `replayed_answer` returns
            // `idempotency_key_reused`.
            replayed_answer(repository, request).await?;
            Err(in_progress())
        }
        Err(failure) => Err(failure),
    }
}

/// Commits a write that sends nothing to a vendor, together with its answer. Returns `None` if another write was committed
/// first.
///
/// # Errors
/// The errors of the commit; `idempotency_key_reused` and `idempotency_in_progress` if the key is already stored.
pub async fn answer_without_vendor(
    repository: &Repository,
    mut batch: Batch,
    answer: Answer,
    request: &RequestContext,
) -> Result<Option<Answer>> {
    let answer = answer.with_preferences(request.preference_applied.clone());
    batch.remember(request.key.as_ref(), None, Some(answer.to_bytes()));
    let kept = batch.is_empty() || commit_once(repository, batch, request).await?;
    Ok(kept.then_some(answer))
}

/// Stores the key of a batch, whose writes have keys of their own. Does nothing if the request has no key. A repetition
/// of the batch may run concurrently with the first request: each of its writes is then either replayed or refused as
/// in progress.
///
/// # Errors
/// `idempotency_key_reused` if the key belongs to another request; the errors of the commit.
pub async fn begin_batch(repository: &Repository, request: &RequestContext) -> Result<()> {
    let mut batch = Batch::new();
    batch.remember(request.key.as_ref(), None, None);
    let known = match request.key.is_some() {
        true => replayed_answer(repository, request).await.map(|answer| answer.is_some()),
        false => return Ok(()),
    };
    match known {
        Ok(false) => {}
        Err(known) if known.kind != Kind::IdempotencyInProgress => return Err(known),
        Ok(true) | Err(_) => return Ok(()),
    }
    match repository.commit(batch).await {
        // The same batch was sent twice concurrently, or another request has taken the key meanwhile.
        Err(conflict) if conflict.kind == Kind::IdempotencyInProgress => {
            match replayed_answer(repository, request).await {
                Err(other) if other.kind != Kind::IdempotencyInProgress => Err(other),
                _ => Ok(()),
            }
        }
        result => result.map(drop),
    }
}

/// Stores the refusal of a write, so that a repetition gets the same answer. Does nothing if the request has no key, or
/// if the key is already stored.
///
/// # Errors
/// The errors of the commit.
pub async fn store_refusal(repository: &Repository, request: &RequestContext, answer: &Answer) -> Result<()> {
    let mut batch = Batch::new();
    batch.remember(request.key.as_ref(), None, Some(answer.to_bytes()));
    if batch.is_empty() {
        return Ok(());
    }
    match repository.commit(batch).await {
        Err(known) if known.kind == Kind::IdempotencyInProgress => Ok(()),
        result => result.map(drop),
    }
}

fn in_progress() -> Error {
    let detail = "The first request with this Idempotency-Key is still in progress.";
    Error::new(Kind::IdempotencyInProgress, detail).retry_after(IN_PROGRESS_RETRY_AFTER)
}
