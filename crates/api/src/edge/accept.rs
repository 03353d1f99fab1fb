//! `Accept` (RFC 9110, 12.5.1), for resources that people and programs both read.

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use switchboard_core::error::{Error, Kind};

use super::{list, problem::Failure};

/// The representation of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `application/json`, for programs.
    Json,
    /// `text/html`, for people.
    Html,
}

impl Form {
    /// Returns the form that the request prefers. Returns JSON if the request accepts both forms equally, or if the header is
    /// absent or has no valid element.
    ///
    /// # Errors
    /// `not_acceptable` if the request accepts neither form.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Error> {
        let elements = list::elements(headers, &header::ACCEPT).unwrap_or_default();
        let ranges: Vec<_> = elements.into_iter().filter_map(Range::read).collect();
        if ranges.is_empty() {
            return Ok(Self::Json);
        }
        match (quality(&ranges, "application", "json"), quality(&ranges, "text", "html")) {
            (0, 0) => {
                let detail = "This resource is available as application/json and as text/html.";
                Err(Error::new(Kind::NotAcceptable, detail))
            }
            (json, html) if html > json => Ok(Self::Html),
            _ => Ok(Self::Json),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}

/// One element of the header: a range of media types with its quality.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// The quality, in thousandths.
    quality: u16,
}

impl<'a> Range<'a> {
    /// Reads one element. Parameters other than `q` are ignored, because each type has only one variant. Returns `None` for an
    /// invalid element.
    fn read(element: &'a str) -> Option<Self> {
        let mut parts = list::split(element, ';');
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let q = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.strip_prefix('='));
        Some(Self { kind, subtype, quality: q.map_or(Some(1000), thousandths)? })
    }

    /// Returns how specifically the range names a type, from 0 to 2, or `None` if the range does not match the type.
    fn closeness(&self, kind: &str, subtype: &str) -> Option<u8> {
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (range, "*") if range.eq_ignore_ascii_case(kind) => Some(1),
            (range, sub) if range.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => Some(2),
            _ => None,
        }
    }
}

/// Returns the quality of a type: the quality of the most specific range that matches the type, or 0 if no range matches.
fn quality(ranges: &[Range<'_>], kind: &str, subtype: &str) -> u16 {
    let named = ranges.iter().filter_map(|range| Some((range.closeness(kind, subtype)?, range.quality)));
    named.max().map_or(0, |(_, quality)| quality)
}

/// Parses a number from `0` to `1` with up to three decimals into thousandths. Returns `None` for any other string.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let part: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, part) {
        ("0", part) => Some(part),
        ("1", 0) => Some(1000),
        _ => None,
    }
}
