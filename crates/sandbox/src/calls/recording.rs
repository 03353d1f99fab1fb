//! The recordings of simulated calls, and the links to them. Each recording is one second of silence. The links need no
//! key.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderValue, StatusCode};

use super::SimulatedCall;
use crate::Vendor;
use crate::state::SandboxState;

/// The media type of the files at the links.
const MEDIA_TYPE: &str = "audio/wav";

/// The number of samples in one second of the recordings. A sample is one byte.
const SAMPLE_RATE: u32 = 8_000;

/// Returns one second of silence as a WAVE file.
fn wave() -> Bytes {
    let mut file = Vec::new();
    let mut chunk = |name: &[u8; 4], length: u32, content: &[u8]| {
        file.extend_from_slice(name);
        file.extend_from_slice(&length.to_le_bytes());
        file.extend_from_slice(content);
    };
    chunk(b"RIFF", 36 + SAMPLE_RATE, b"WAVE");
    let mut format = Vec::new();
    // PCM with one channel.
    format.extend_from_slice(&[1, 0, 1, 0]);
    format.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    format.extend_from_slice(&SAMPLE_RATE.to_le_bytes());
    // Blocks of one byte and samples of eight bits.
    format.extend_from_slice(&[1, 0, 8, 0]);
    chunk(b"fmt ", 16, &format);
    chunk(b"data", SAMPLE_RATE, &vec![128; usize::try_from(SAMPLE_RATE).unwrap_or_default()]);
    file.into()
}

/// Returns one second of silence as an MPEG stream: 39 identical frames at 128 kbit/s and 44.1 kHz, without side
/// information.
pub(crate) fn mpeg() -> Bytes {
    const FRAMES: usize = 39;
    const FRAME_BYTES: usize = 417;
    let mut frame = vec![0xff, 0xfb, 0x90, 0x64];
    frame.resize(FRAME_BYTES, 0);
    frame.repeat(FRAMES).into()
}

/// Returns the link to the recording of a call. The link needs no key. `origin` is the origin of the sandbox.
pub(crate) fn link(origin: &str, vendor: Vendor, call: &SimulatedCall) -> String {
    format!("{origin}/_recordings/{}/{}.wav", vendor.name(), call.id)
}

/// Answers a request for the recording of a call.
pub(crate) async fn download(
    State(state): State<Arc<SandboxState>>,
    Path((vendor, file)): Path<(String, String)>,
) -> Response {
    let id = file.strip_suffix(".wav").unwrap_or_default();
    let is_recorded = state.named(&vendor).is_some_and(|slot| {
        let mut simulator = slot.simulator();
        simulator.calls().and_then(|calls| calls.read(id)).is_some_and(|(_, state)| state.has_recording())
    });
    let mut response = Response::new(if is_recorded { Body::from(wave()) } else { Body::empty() });
    if is_recorded {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    } else {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}
