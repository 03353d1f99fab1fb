//! A request that is sent again gets the first one's answer.

use std::time::Duration;

use switchboard_core::{Error, Kind, Result};
use switchboard_store::Mutation;

use super::begin::remember_request;
use crate::{Reply, RequestContext, Service};

/// When to ask again for an answer that is being made.
const IN_PROGRESS_RETRY_AFTER: Duration = Duration::from_secs(1);

impl Service {
    /// The answer that was given to this request before, if it has a key and was.
    ///
    /// # Errors
    /// `idempotency_key_reused` where the key belongs to another request, `idempotency_in_progress` where there is no
    /// answer yet.
    pub async fn replayed_answer(&self, request: &RequestContext) -> Result<Option<Reply>> {
        let Some(given) = &request.key else { return Ok(None) };
        let Some(known) = self.store.replay(&given.scope, &given.key).await? else { return Ok(None) };
        if known.fingerprint != given.fingerprint {
            let detail = "This Idempotency-Key was sent with another request before; use a new one for each.";
            return Err(Error::new(Kind::IdempotencyKeyReused, detail));
        }
        match known.reply.as_deref().and_then(Reply::from_bytes) {
            Some(reply) => Ok(Some(reply)),
            None => Err(in_progress()),
        }
    }

    /// Commits steps of which one may remember the request; `false` where another write was faster, so that they no
    /// longer fit what is stored.
    ///
    /// # Errors
    /// Those of the commit; `idempotency_key_reused` where another request took the key first.
    pub(super) async fn commit_once(
        &self,
        mutations: Vec<Mutation>,
        request: &RequestContext,
    ) -> Result<bool> {
        match self.commit(mutations).await {
            Ok(_) => Ok(true),
            Err(outrun) if matches!(outrun.kind, Kind::StateConflict | Kind::PreconditionFailed) => Ok(false),
            Err(taken) if taken.kind == Kind::IdempotencyInProgress => {
                // Another request of this key came first, the same one or not.
                self.replayed_answer(request).await?;
                Err(in_progress())
            }
            Err(failure) => Err(failure),
        }
    }

    /// Answers a write that no vendor has to know of, together with the steps it takes; nothing where another write was
    /// faster.
    ///
    /// # Errors
    /// Those of the commit.
    pub(crate) async fn answer_without_vendor(
        &self,
        mut mutations: Vec<Mutation>,
        reply: Reply,
        request: &RequestContext,
    ) -> Result<Option<Reply>> {
        let reply = reply.with_preference_applied(request.preference_applied.clone());
        mutations.extend(remember_request(request, None, Some(&reply)));
        let kept = mutations.is_empty() || self.commit_once(mutations, request).await?;
        Ok(kept.then_some(reply))
    }
}

fn in_progress() -> Error {
    let detail = "The first request with this Idempotency-Key is still being carried out.";
    Error::new(Kind::IdempotencyInProgress, detail).retry_after(IN_PROGRESS_RETRY_AFTER)
}
