//! `Accept` (RFC 9110, 12.5.1), for what people and programs both read.

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use switchboard_core::{Error, Kind};

use super::{list, problem::Failure};

/// How to answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For programs: `application/json`.
    Json,
    /// For people: `text/html`.
    Html,
}

impl Form {
    /// The one that the request prefers; JSON where both are alike, or nothing is said that can be read.
    ///
    /// # Errors
    /// `not_acceptable` where it takes neither.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Error> {
        let elements = list::elements(headers, &header::ACCEPT).unwrap_or_default();
        let ranges: Vec<_> = elements.into_iter().filter_map(Range::read).collect();
        if ranges.is_empty() {
            return Ok(Self::Json);
        }
        match (quality(&ranges, "application", "json"), quality(&ranges, "text", "html")) {
            (0, 0) => {
                let detail = "This is answered as application/json or as text/html.";
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

/// One element of the header.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// In thousandths.
    quality: u16,
}

impl<'a> Range<'a> {
    /// Parameters other than `q` are not looked at: we have one variant of each type.
    fn read(element: &'a str) -> Option<Self> {
        let mut parts = list::split(element, ';');
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let q = parts.find_map(|part| part.strip_prefix(['q', 'Q'])?.strip_prefix('='));
        Some(Self { kind, subtype, quality: q.map_or(Some(1000), thousandths)? })
    }

    /// How closely it names a type; `None` where it does not.
    fn closeness(&self, kind: &str, subtype: &str) -> Option<u8> {
        match (self.kind, self.subtype) {
            ("*", "*") => Some(0),
            (range, "*") if range.eq_ignore_ascii_case(kind) => Some(1),
            (range, sub) if range.eq_ignore_ascii_case(kind) && sub.eq_ignore_ascii_case(subtype) => Some(2),
            _ => None,
        }
    }
}

/// The quality of a type is that of the range that names it most closely.
fn quality(ranges: &[Range<'_>], kind: &str, subtype: &str) -> u16 {
    let named = ranges.iter().filter_map(|range| Some((range.closeness(kind, subtype)?, range.quality)));
    named.max().map_or(0, |(_, quality)| quality)
}

/// `0` to `1` with up to three decimals.
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
