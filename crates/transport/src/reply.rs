//! Reading a complete response, up to a size limit.

use std::time::{Duration, SystemTime};

use reqwest::{
    Response,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER},
};
use switchboard_core::vendor::{Body, Reply};

use crate::failure::Failure;

/// Longest prefix of a body that is not JSON, in characters.
const MAX_MESSAGE_CHARS: usize = 512;

/// Reads the response. `max_body` counts bytes after decompression, so a small response cannot grow beyond it.
pub(crate) async fn read(response: Response, max_body: usize) -> Result<Reply, Failure> {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let is_json = is_json(response.headers());
    let bytes = whole(response, max_body).await?;
    Ok(Reply { status, retry_after, body: body(&bytes, is_json) })
}

/// Reads the body to its end, or fails at the size limit.
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

/// Parses the body. JSON is recognized even if the content type is wrong: vendors' proxies mislabel it.
fn body(bytes: &[u8], is_json: bool) -> Body {
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() {
        return Body::Empty;
    }
    let json = (is_json || matches!(bytes[0], b'{' | b'[')).then(|| serde_json::from_slice(bytes).ok());
    json.flatten().map_or_else(|| Body::Other(beginning(bytes)), Body::Json)
}

/// Returns the first characters of a body in any encoding.
fn beginning(bytes: &[u8]) -> String {
    let longest = MAX_MESSAGE_CHARS * char::MAX.len_utf8();
    String::from_utf8_lossy(&bytes[..bytes.len().min(longest)]).chars().take(MAX_MESSAGE_CHARS).collect()
}

/// Returns whether the content type is `application/json` or similar, such as `application/problem+json; charset=utf-8`.
fn is_json(headers: &HeaderMap) -> bool {
    let media_type =
        text(headers, CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// Reads `Retry-After` (RFC 9110, 10.2.3) as a wait. A date is relative to the server's `Date`, if it sends one.
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
