//! The stored answer to a request to dial.
//!
//! The store does not seal stored answers, and a call has personal data. Therefore, the stored answer has no document, and
//! the document is sealed with the call.

use std::time::Duration;

use switchboard_core::error::{Error, Kind, Result};

use super::{CallBook, CallRecord};
use crate::{
    records::Batch,
    writes::{Answer, Outcome},
};

/// The time that a caller should wait before it again reads a call whose outcome is not known yet.
const RETRY_AFTER: Duration = Duration::from_secs(2);

impl CallRecord {
    /// Creates the answer to the request to dial from the current state of the call. Its outcome is `CallPlaced` if
    /// `is_placed` is true, and `CallAccepted` otherwise. Keeps the document in the record, and adds the rest of the
    /// answer to the batch that commits the record.
    ///
    /// # Errors
    /// `internal` if the call cannot be serialised.
    pub fn answer_request(
        &mut self,
        undisclosed: &'static [&'static str],
        is_placed: bool,
        batch: &mut Batch,
    ) -> Result<Answer> {
        let document = self.json(undisclosed)?;
        let call = self.id.clone();
        let outcome = match is_placed {
            true => Outcome::CallPlaced { call },
            false => Outcome::CallAccepted { call, retry_after: RETRY_AFTER },
        };
        self.first_answer = Some(document.clone());
        let preferences = self.placing.as_ref().and_then(|placing| placing.preference_applied.clone());
        let answer = Answer::call(outcome.clone(), document).with_preferences(preferences.clone());
        let stored = Answer::call(outcome, String::new()).with_preferences(preferences);
        batch.answer_call(&self.id, stored.to_bytes());
        Ok(answer)
    }
}

impl CallRecord {
    /// Returns the answer that was stored before the outcome of the dial was known. Returns `None` if the request has
    /// no answer yet.
    pub(super) fn first_answer(&self) -> Option<Answer> {
        let outcome = Outcome::CallAccepted { call: self.id.clone(), retry_after: RETRY_AFTER };
        let preferences = self.placing.as_ref().and_then(|placing| placing.preference_applied.clone());
        let document = self.first_answer.clone()?;
        Some(Answer::call(outcome, document).with_preferences(preferences))
    }
}

impl CallBook {
    /// Adds the call's document to a stored answer to a request to dial. Returns any other answer unchanged.
    ///
    /// # Errors
    /// `state_conflict` if the call was removed or its personal data was erased; `storage_unavailable`; `internal` if the
    /// stored call cannot be read.
    pub(super) async fn complete(&self, answer: Answer) -> Result<Answer> {
        let (Outcome::CallPlaced { call } | Outcome::CallAccepted { call, .. }) = &answer.outcome else {
            return Ok(answer);
        };
        // The error must not read as if there had been no call, because the caller might then dial with another key.
        let erased = || {
            let detail = format!(
                "The request with this Idempotency-Key was sent to the vendor as the call {call}, whose record was erased \
                 or has expired since. The gateway does not dial again."
            );
            Error::new(Kind::StateConflict, detail)
        };
        let stored = match self.get(call).await {
            Err(gone) if gone.kind == Kind::NotFound => return Err(erased()),
            stored => stored?,
        };
        let document = stored.first_answer.ok_or_else(erased)?;
        Ok(Answer { body: document.into(), ..answer })
    }
}
