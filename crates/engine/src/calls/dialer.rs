//! The component that places calls.

use std::sync::Arc;

use serde_json::Value;
use switchboard_core::error::{Error, Kind, Result};

use super::{CallBook, Guards, dial_body::DialBody, metrics};
use crate::{
    background::Handles,
    records::Repository,
    request::RequestContext,
    vendors::{DialRight, Fleet, timing},
    writes::{Answer, Writer, replayed_answer},
};

/// The maximum number of times that a request is prepared. It is prepared again if its agent, or another dial to the
/// number, changed meanwhile.
const MAX_PREPARATIONS: usize = 5;

/// The component that places calls, under one configuration. No background task has access to it.
pub struct Dialer {
    pub(super) repository: Arc<Repository>,
    pub(super) fleet: Arc<Fleet>,
    pub(super) writer: Arc<Writer>,
    pub(super) book: Arc<CallBook>,
    pub(super) guards: Guards,
    pub(super) handles: Arc<Handles>,
}

impl Dialer {
    /// Creates a dialer. It shares the bounds on concurrent writes with `writer`.
    pub(crate) fn new(
        repository: Arc<Repository>,
        fleet: Arc<Fleet>,
        writer: Arc<Writer>,
        book: Arc<CallBook>,
        guards: Guards,
        handles: Arc<Handles>,
    ) -> Self {
        metrics::show_zeros(fleet.vendors().map(|vendor| vendor.name()));
        Self { repository, fleet, writer, book, guards, handles }
    }

    /// Returns the guards.
    pub fn guards(&self) -> &Guards {
        &self.guards
    }

    /// Checks the parts of a body that depend neither on the agent nor on its vendor.
    ///
    /// # Errors
    /// All violations in these parts.
    pub fn check_body(document: &Value) -> Result<()> {
        DialBody::read(document)?.finish()
    }

    /// Places a call, at most once for each idempotency key. Continues even if the caller disconnects or stops waiting.
    /// A repetition of an answered request gets the first answer.
    ///
    /// The outcome of the answer is `CallPlaced` if the vendor has accepted the call. It is `CallAccepted` if the caller
    /// did not wait for the vendor, or if it is not known whether the vendor has the call.
    ///
    /// # Errors
    /// `idempotency_key_required`; the errors of [`replayed_answer`]; `state_conflict` if the call of the key was erased or
    /// has expired, or if the vendor is no longer configured, leaves the configuration or lacks the trunk; `overloaded`;
    /// `forbidden`, `destination_not_allowed`, `call_limit_reached` or `call_in_progress` if a guard refuses the call; all violations in the body;
    /// `agent_not_ready`; `capability_loss`; `already_exists` if another call has the `external_ref`;
    /// `vendor_unavailable` and `vendor_throttled` if the vendor certainly did not dial; the vendor's refusal;
    /// `vendor_outcome_unknown` if the result cannot be stored; `storage_unavailable`. Only the vendor's refusal is
    /// stored as the answer to a repetition. After any other error except `vendor_outcome_unknown`, the key is free
    /// again, unless it was already stored or the store failed.
    pub async fn place(self: &Arc<Self>, mut request: RequestContext, document: &Value) -> Result<Answer> {
        if request.key.is_none() {
            let detail = "A request to place a call needs the header Idempotency-Key with a new value.";
            return Err(Error::new(Kind::IdempotencyKeyRequired, detail));
        }
        if let Some(answer) = replayed_answer(&self.repository, &request).await? {
            return self.book.complete(answer).await;
        }
        self.writer.admit(&mut request)?;
        let (dialer, document) = (self.clone(), document.clone());
        let placing = async move { dialer.place_once(request, &document).await };
        timing::run_to_completion(&self.handles.running, Box::pin(placing)).await
    }

    async fn place_once(self: Arc<Self>, mut request: RequestContext, document: &Value) -> Result<Answer> {
        self.check_permitted()?;
        let right = DialRight::for_request(&request);
        for _ in 0..MAX_PREPARATIONS {
            if let Some(begun) = Box::pin(self.begin(&mut request, document)).await? {
                return Box::pin(self.send(begun, right, request)).await;
            }
        }
        let detail =
            "Other requests change the agent or call the number all the time; send the request again later.";
        Err(Error::new(Kind::AgentNotReady, detail).retry_after(crate::records::RETRY_AFTER))
    }
}
