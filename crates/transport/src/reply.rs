//! The reading of complete responses, up to a size limit.

use std::time::{Duration, SystemTime};

use reqwest::{
    Response,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER},
};
use switchboard_core::vendor::{Binary, Body, Reply};

use crate::failure::Failure;

/// Maximum number of characters that are kept of a body that is read as text.
const MAX_MESSAGE_CHARS: usize = 512;

/// Media type of bytes in a response without a readable `Content-Type`.
const UNKNOWN_TYPE: &str = "application/octet-stream";

/// Reads a response. `max_body` limits the size of the body after decompression, so a small compressed
/// response cannot expand beyond this limit.
///
/// If the request accepts bytes, the body of a success without a JSON content type is read as bytes. The body
/// of a failure is never read as bytes.
pub(crate) async fn read(response: Response, max_body: usize, accepts_bytes: bool) -> Result<Reply, Failure> {
    let status = response.status();
    let retry_after = retry_after(response.headers());
    let is_json = is_json(response.headers());
    let media_type = text(response.headers(), CONTENT_TYPE).unwrap_or(UNKNOWN_TYPE).to_owned();
    let bytes = whole(response, max_body).await?;
    let body = match accepts_bytes && status.is_success() && !is_json && !bytes.is_empty() {
        true => Body::Bytes(Binary { media_type, bytes }),
        false => body(&bytes, is_json),
    };
    Ok(Reply { status: status.as_u16(), retry_after, body })
}

/// Reads a body to its end. Fails if the body exceeds the size limit, or if the connection fails before the end.
pub(crate) async fn whole(mut response: Response, max_body: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(Failure::from_client)? {
        if bytes.len() + chunk.len() > max_body {
            return Err(Failure::Oversized(max_body));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Parses a body. Recognizes a JSON object or array even if the content type is wrong, because vendors' proxies send
/// wrong types. Keeps only the beginning of a body that is not JSON.
fn body(bytes: &[u8], is_json: bool) -> Body {
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() {
        return Body::Empty;
    }
    let json = (is_json || matches!(bytes[0], b'{' | b'[')).then(|| serde_json::from_slice(bytes).ok());
    json.flatten().map_or_else(|| Body::Other(beginning(bytes)), Body::Json)
}

/// Returns the first characters of a body. Bytes that are not UTF-8 are replaced by U+FFFD.
fn beginning(bytes: &[u8]) -> String {
    let longest = MAX_MESSAGE_CHARS * char::MAX.len_utf8();
    String::from_utf8_lossy(&bytes[..bytes.len().min(longest)]).chars().take(MAX_MESSAGE_CHARS).collect()
}

/// Returns true if the content type is `application/json` or a related type, such as `application/problem+json`.
/// Ignores parameters, such as the character set.
fn is_json(headers: &HeaderMap) -> bool {
    let media_type =
        text(headers, CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// Reads the wait from `Retry-After` (RFC 9110, section 10.2.3). A date is compared with the server's `Date`, if the
/// server sends one, or with the local clock. A date in the past means a wait of zero. Returns `None` if the header is
/// missing or invalid.
pub(crate) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = text(headers, RETRY_AFTER)?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let then = httpdate::parse_http_date(value).ok()?;
    let now = text(headers, DATE).and_then(|date| httpdate::parse_http_date(date).ok());
    Some(then.duration_since(now.unwrap_or_else(SystemTime::now)).unwrap_or_default())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}
