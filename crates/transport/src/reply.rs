//! Reading an answer whole, and no more of it than allowed.

use std::time::{Duration, SystemTime};

use reqwest::{
    Response,
    header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, RETRY_AFTER},
};
use switchboard_core::{Body, Reply};

use crate::failure::Failure;

/// How much of a body that is not JSON is kept, in characters.
const MAX_MESSAGE_CHARS: usize = 512;

/// Reads the answer. `max_body` counts bytes after decompression, so a small answer cannot grow beyond it.
pub(crate) async fn read(response: Response, max_body: usize) -> Result<Reply, Failure> {
    let status = response.status().as_u16();
    let retry_after = retry_after(response.headers());
    let says_json = says_json(response.headers());
    let bytes = whole(response, max_body).await?;
    Ok(Reply { status, retry_after, body: body(&bytes, says_json) })
}

/// The body to its end, as far as it is allowed to go.
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

/// The body by what it is. JSON is recognised under a wrong content type too: vendors' proxies mislabel it.
fn body(bytes: &[u8], says_json: bool) -> Body {
    let bytes = bytes.trim_ascii();
    if bytes.is_empty() {
        return Body::Empty;
    }
    let json = (says_json || matches!(bytes[0], b'{' | b'[')).then(|| serde_json::from_slice(bytes).ok());
    json.flatten().map_or_else(|| Body::Other(beginning(bytes)), Body::Json)
}

/// The first characters of a text, whatever its encoding.
fn beginning(bytes: &[u8]) -> String {
    let longest = MAX_MESSAGE_CHARS * char::MAX.len_utf8();
    String::from_utf8_lossy(&bytes[..bytes.len().min(longest)]).chars().take(MAX_MESSAGE_CHARS).collect()
}

/// `application/json` and its kin, such as `application/problem+json; charset=utf-8`.
fn says_json(headers: &HeaderMap) -> bool {
    let media_type =
        text(headers, CONTENT_TYPE).and_then(|value| value.split(';').next()).unwrap_or_default();
    let media_type = media_type.trim().to_ascii_lowercase();
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// `Retry-After` (RFC 9110, 10.2.3) as a wait. A date counts from the answerer's own clock where it tells the time.
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
