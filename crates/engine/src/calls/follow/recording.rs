//! The recording of a call.

use switchboard_core::{
    call::RecordingState,
    error::{Error, Kind, Result},
    model::WebUrl,
};
use switchboard_transport::{ByteStream, Streamed};
use tokio::sync::OwnedSemaphorePermit;

use super::Follower;

/// The recording of a call.
#[derive(Debug)]
pub enum RecordingAnswer {
    /// The vendor's link, which needs no credential of the gateway.
    Link(WebUrl),
    /// The bytes, which the vendor returns only with the account's credential. The gateway does not store them.
    Bytes(ForwardedRecording),
}

/// A recording that is being forwarded.
#[derive(Debug)]
pub struct ForwardedRecording {
    /// The bytes of the recording.
    pub bytes: ByteStream,
    /// The place of this recording in the limit on recordings that are forwarded concurrently.
    _share: OwnedSemaphorePermit,
}

impl Follower {
    /// Returns the recording of a call. If the vendor returns the bytes only with the account's credential, requests
    /// them, up to a limit of `calls.max_recording_bytes`. The credential goes only to hosts that the adapter names. A
    /// redirect is not followed but returned as a link.
    ///
    /// # Errors
    /// `not_found` if there is no such call, or if the call has no recording, does not have it yet, or no longer has
    /// it; `state_conflict` if the bytes must be requested and the vendor is no longer configured; `overloaded` if too
    /// many recordings are being forwarded; `vendor_protocol_error` if the recording is larger than the limit; the
    /// other errors of [`Transport::stream`](switchboard_transport::Transport::stream).
    pub async fn recording(&self, id: &str) -> Result<RecordingAnswer> {
        let call = self.book.get(id).await?;
        let recording = call.call().recording;
        let why = match recording.state {
            RecordingState::Available => None,
            RecordingState::Pending => Some("is not available yet"),
            RecordingState::None => Some("does not exist"),
            RecordingState::Expired => Some("has expired"),
            RecordingState::Erased => Some("was erased"),
        };
        if let Some(why) = why {
            return Err(missing(why));
        }
        if let Some(link) = recording.url {
            return Ok(RecordingAnswer::Link(link));
        }
        let Some(remote_id) = call.tracked.remote_id() else { return Err(missing("does not exist")) };
        let (vendor, calls) = self.vendor_of(&call)?;
        let Some(request) = calls.recording(remote_id) else { return Err(missing("does not exist")) };
        let share = self.handles.calls.admit_recording()?;
        match vendor.stream(request, self.settings.max_recording_bytes).await {
            Ok(Streamed::Body(bytes)) => {
                Ok(RecordingAnswer::Bytes(ForwardedRecording { bytes, _share: share }))
            }
            Ok(Streamed::Link(link)) => Ok(RecordingAnswer::Link(link)),
            Err(gone) if gone.means_gone() => Err(missing("no longer exists at the vendor")),
            Err(failure) => Err(failure),
        }
    }
}

fn missing(why: &str) -> Error {
    Error::new(Kind::NotFound, format!("The recording of the call {why}."))
}
