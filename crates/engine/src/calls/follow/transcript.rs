//! The transcript of a call.

use secrecy::ExposeSecret;
use serde::Serialize;
use switchboard_core::{
    call::{Transcript, TranscriptSegment, TranscriptState},
    error::Result,
};
use utoipa::ToSchema;

use super::Follower;
use crate::records::damaged;

/// The transcript of a call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Transcript)]
pub struct TranscriptAnswer {
    /// The gateway's id of the call.
    pub call_id: String,
    /// The availability of the transcript.
    #[schema(inline)]
    pub state: TranscriptState,
    /// The segments, in the order in which they were spoken. Null if there is no transcript, or if the vendor returns text
    /// that the gateway cannot divide reliably.
    pub segments: Option<Vec<TranscriptSegment>>,
    /// The whole transcript as text. Null if there is no transcript.
    pub text: Option<String>,
    /// True if the gateway cut the transcript after 2 MiB.
    pub truncated: bool,
}

impl Follower {
    /// Returns the transcript of a call. If a transcript is available but not stored, for example because the gateway
    /// does not keep transcripts, reads it from the vendor.
    ///
    /// # Errors
    /// `not_found` if there is no such call; `state_conflict` if the transcript must be read from the vendor and the
    /// vendor is no longer configured; the errors of reading it there; `internal` if the stored transcript cannot be
    /// read.
    pub async fn transcript(&self, id: &str) -> Result<TranscriptAnswer> {
        let call = self.book.get(id).await?;
        let state = call.call().transcript.state;
        let transcript = match state {
            TranscriptState::Available => match self.kept_transcript(id).await? {
                Some(kept) => Some(kept),
                None => self.read_transcript(&call).await?,
            },
            TranscriptState::Pending
            | TranscriptState::None
            | TranscriptState::Expired
            | TranscriptState::Erased => None,
        };
        Ok(TranscriptAnswer::new(id, state, transcript))
    }

    async fn kept_transcript(&self, id: &str) -> Result<Option<Transcript>> {
        let Some(kept) = self.book.store().transcript(id).await? else { return Ok(None) };
        // The parser's message is dropped, because it may quote the transcript.
        serde_json::from_str(kept.expose_secret())
            .map(Some)
            .map_err(|_| damaged("transcript of the call", id, "it has an unknown form"))
    }

    async fn read_transcript(&self, call: &crate::calls::CallRecord) -> Result<Option<Transcript>> {
        let Some(remote_id) = call.tracked.remote_id() else { return Ok(None) };
        let (vendor, calls) = self.vendor_of(call)?;
        let seen = self.read_one(vendor, calls, call, remote_id).await?;
        Ok(seen.into_iter().filter_map(|seen| seen.transcript).find(|transcript| !transcript.is_empty()))
    }
}

impl TranscriptAnswer {
    /// Creates the answer. If the state is `available` but the vendor no longer returns the transcript, the answer has
    /// the state `none`.
    fn new(call: &str, state: TranscriptState, transcript: Option<Transcript>) -> Self {
        let state = match (state, &transcript) {
            (TranscriptState::Available, None) => TranscriptState::None,
            (state, _) => state,
        };
        Self {
            call_id: call.to_owned(),
            state,
            segments: transcript.as_ref().and_then(|words| words.segments().map(<[_]>::to_vec)),
            text: transcript.as_ref().map(|words| words.text().to_owned()),
            truncated: transcript.is_some_and(|words| words.is_truncated()),
        }
    }
}
