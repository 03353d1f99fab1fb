//! Content that is the same for every caller, stored compressed and with an entity tag, so that a browser downloads it
//! only once.

use std::io::{Read as _, Write as _};

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::{Compression, read::GzDecoder, write::GzEncoder};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

use super::list;

/// The rule for a browser's use of its cached copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caching {
    /// The browser must ask each time whether the content has changed.
    Revalidate,
    /// The browser may use the copy for a year without asking, because the address contains the hash of the content.
    Forever,
}

/// One piece of content that is the same for every caller.
#[derive(Debug)]
pub struct Content {
    kind: &'static str,
    hash: String,
    compressed: Bytes,
}

impl Content {
    /// Compresses a string. `kind` is its media type.
    pub fn new(kind: &'static str, text: &str) -> Self {
        let digest = Sha256::digest(text);
        let hash = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail. If it did, the content would be empty.
        let compressed = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
        Self { kind, hash, compressed: compressed.unwrap_or_default().into() }
    }

    /// Returns the first 16 hexadecimal digits of the content's SHA-256 hash.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Answers a request that has these headers: with 304 if the caller already has the content, and with the content
    /// otherwise. Sends the compressed content if the caller accepts gzip.
    pub fn answer(&self, headers: &HeaderMap, caching: Caching) -> Response {
        let cache = match caching {
            Caching::Revalidate => "no-cache",
            Caching::Forever => "public, max-age=31536000, immutable",
        };
        let tag = format!("W/\"{}\"", self.hash);
        let common: [(HeaderName, &str); 3] =
            [(header::CACHE_CONTROL, cache), (header::VARY, "Accept-Encoding"), (header::ETAG, &tag)];
        if has(headers, &tag) {
            return (StatusCode::NOT_MODIFIED, common).into_response();
        }
        let kind = [(header::CONTENT_TYPE, self.kind)];
        if accepts_gzip(headers) {
            let coding = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            return (common, kind, [coding], self.compressed.clone()).into_response();
        }
        let mut plain = Vec::new();
        match GzDecoder::new(&*self.compressed).read_to_end(&mut plain) {
            Ok(_) => (common, kind, plain).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
}

/// Returns true if `If-None-Match` names this tag or is `*`.
fn has(headers: &HeaderMap, tag: &str) -> bool {
    let known = list::elements(headers, &header::IF_NONE_MATCH).unwrap_or_default();
    known.iter().any(|known| *known == "*" || known.trim_start_matches("W/") == tag.trim_start_matches("W/"))
}

/// Returns true if `Accept-Encoding` names gzip with a quality above 0.
fn accepts_gzip(headers: &HeaderMap) -> bool {
    let codings = list::elements(headers, &header::ACCEPT_ENCODING).unwrap_or_default();
    codings.into_iter().any(|coding| {
        let mut parts = list::split(coding, ';');
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
        named && quality.is_none_or(|quality| quality > 0.0)
    })
}
