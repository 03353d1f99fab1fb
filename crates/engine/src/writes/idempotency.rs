//! A request that is sent again gets the first one's answer.

use std::time::Duration;

use switchboard_core::{Error, Kind, Result};

use super::Answer;
use crate::{
    records::{Batch, Repository},
    request::RequestContext,
};

/// When to ask again for an answer that is being made.
const IN_PROGRESS_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Gives the answer that this request was given before, if it has a key and was.
///
/// # Errors
/// `idempotency_key_reused` where the key belongs to another request, `idempotency_in_progress` where there is no
/// answer yet.
pub async fn replayed_answer(repository: &Repository, request: &RequestContext) -> Result<Option<Answer>> {
    let Some(given) = &request.key else { return Ok(None) };
    let known = repository.store().replay(&given.scope, &given.key).await?;
    let Some(known) = known else { return Ok(None) };
    if known.fingerprint != given.fingerprint {
        let detail = "This Idempotency-Key was sent with another request before; use a new one for each.";
        return Err(Error::new(Kind::IdempotencyKeyReused, detail));
    }
    match known.reply {
        Some(answer) => Answer::from_bytes(&answer).map(Some),
        None => Err(in_progress()),
    }
}

/// Commits a batch that may remember the request; `false` where another write was faster, so that it no longer fits what is
/// stored.
///
/// # Errors
/// Those of the commit; `idempotency_key_reused` where another request took the key first.
pub async fn commit_once(repository: &Repository, batch: Batch, request: &RequestContext) -> Result<bool> {
    match repository.commit(batch).await {
        Ok(_) => Ok(true),
        Err(outrun) if matches!(outrun.kind, Kind::StateConflict | Kind::PreconditionFailed) => Ok(false),
        Err(taken) if taken.kind == Kind::IdempotencyInProgress => {
            // Another request of this key came first, the same one or not.
            replayed_answer(repository, request).await?;
            Err(in_progress())
        }
        Err(failure) => Err(failure),
    }
}

/// Answers a write that no vendor has to know of, together with its commit; nothing where another write was faster.
///
/// # Errors
/// Those of the commit.
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

fn in_progress() -> Error {
    let detail = "The first request with this Idempotency-Key is still being carried out.";
    Error::new(Kind::IdempotencyInProgress, detail).retry_after(IN_PROGRESS_RETRY_AFTER)
}
