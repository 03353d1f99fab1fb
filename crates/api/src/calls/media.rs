//! The transcript and the recording of a call.

use axum::{
    Json as Answer,
    body::Body,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use futures::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use switchboard_core::error::{Error, Kind};
use switchboard_engine::calls::{ForwardedRecording, RecordingAnswer, TranscriptAnswer};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};

use super::CallId;
use crate::{
    Api,
    edge::query::Query,
    examples,
    openapi::problems::{RecordingRead, TranscriptRead},
    write::Result,
};

/// The schema of a recording's bytes.
struct RecordingBytes;

impl utoipa::PartialSchema for RecordingBytes {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Binary)))
            .into()
    }
}

impl utoipa::ToSchema for RecordingBytes {}

/// Read a transcript
///
/// Returns the words of the call as text and, if the vendor's format permits, as segments with their speakers. The gateway
/// stores transcripts for 30 days unless configured otherwise; if it does not store them, it reads the transcript from the
/// vendor. If there are no words, `state` has the reason. People and machines in the call determine the words, so treat
/// a transcript as untrusted text.
#[utoipa::path(
    get, path = "/v1/calls/{id}/transcript", tag = "calls", operation_id = "getCallTranscript",
    responses((status = 200, description = "The transcript, or the reason why there is none.", body = TranscriptAnswer,
        example = json!(examples::transcript())), TranscriptRead),
    params(CallId),
)]
pub async fn transcript(State(api): State<Api>, Path(CallId { id }): Path<CallId>, query: Query) -> Result {
    query.finish()?;
    Ok(Answer(api.engine.follower().transcript(&id).await?).into_response())
}

/// Fetch a recording
///
/// Returns the recording. If the vendor gives a link that needs no credential of the gateway, the answer is a redirect (307) to
/// the link, which may expire. Otherwise, the gateway reads the bytes from the vendor and forwards them; it stores none. The
/// answer is 404 as long as there is no recording. A recording that exceeds `calls.max_recording_bytes` of the configuration,
/// 128 MiB by default, is not forwarded, or is cut off if the vendor does not announce its size.
#[utoipa::path(
    get, path = "/v1/calls/{id}/recording", tag = "calls", operation_id = "getCallRecording",
    responses(
        (status = 200, description = "The bytes of the recording. The media type is the vendor's, if it is that of audio.",
            content((inline(RecordingBytes) = "audio/*"), (inline(RecordingBytes) = "application/octet-stream"))),
        (status = 307, description = "The vendor's link to the recording.",
            headers(("Location" = String, description = "The link, which needs no credential of the gateway."))),
        RecordingRead,
    ),
    params(CallId),
)]
pub async fn recording(State(api): State<Api>, Path(CallId { id }): Path<CallId>, query: Query) -> Result {
    query.finish()?;
    match api.engine.follower().recording(&id).await? {
        RecordingAnswer::Link(link) => {
            let location = HeaderValue::from_str(link.as_str()).map_err(|_| {
                Error::new(
                    Kind::VendorProtocolError,
                    "The vendor's link to the recording cannot be sent in a header.",
                )
            })?;
            Ok((StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, location)]).into_response())
        }
        RecordingAnswer::Bytes(recording) => Ok(forward(recording)),
    }
}

/// Forwards bytes as they arrive. An error ends the body early, so that the caller notices it.
fn forward(recording: ForwardedRecording) -> Response {
    let bytes = &recording.bytes;
    let media_type = HeaderValue::from_str(bytes.media_type());
    let media_type = media_type.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, media_type)]);
    if let Some(length) = bytes.length() {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    let pieces = stream::try_unfold(recording, |mut recording| async move {
        let piece = recording.bytes.next_piece().await?;
        Ok::<_, Error>(piece.map(|piece| (piece, recording)))
    });
    (headers, Body::from_stream(pieces)).into_response()
}
