//! `ETag` and `If-Match` (RFC 9110): a change applies only if the record still has the revision that the caller read.

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use switchboard_core::error::{Error, Kind, Result, Violation};
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

use super::{document, list, problem::Failure};

/// Builds the strong entity tag of a revision, such as `"7"`.
pub fn etag(revision: u64) -> HeaderValue {
    // Digits in quotes are always a valid header value. The fallback only avoids an `unwrap`.
    HeaderValue::from_str(&format!("\"{revision}\"")).unwrap_or_else(|_| revision.into())
}

/// The `If-Match` header of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// The request has no such header.
    Absent,
    /// The value `*`: any revision, if the record exists.
    Any,
    /// The strong tags of a list, without quotes. At least one tag must match the revision.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Reads the header, which may be repeated.
    ///
    /// # Errors
    /// `parameter_invalid` if the value is neither `*` nor a list of entity tags.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self> {
        if !headers.contains_key(header::IF_MATCH) {
            return Ok(Self::Absent);
        }
        match list::elements(headers, &header::IF_MATCH).as_deref() {
            Some(["*"]) => Ok(Self::Any),
            Some(tags @ [_, ..]) => {
                let strong: Result<_> = tags.iter().filter_map(|tag| strong(tag).transpose()).collect();
                strong.map(Self::Tags)
            }
            _ => Err(not_tags()),
        }
    }

    /// Checks the header against the record's current revision. Accepts every revision if the header is absent or `*`.
    ///
    /// # Errors
    /// `precondition_failed` if the header lists tags and does not name the revision.
    pub fn check(&self, revision: u64) -> Result<()> {
        match self {
            Self::Tags(tags) if !tags.contains(&revision.to_string()) => {
                let detail = format!("The current revision is {revision}, and If-Match does not name it.");
                Err(Error::new(Kind::PreconditionFailed, detail))
            }
            _ => Ok(()),
        }
    }
}

/// Documents the optional header.
impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the revision to change. If the record has another revision, the answer is 412. `*` accepts any \
            revision. Several tags may be listed, separated by commas.";
        vec![document::header("If-Match", about, "\"1\"").build()]
    }
}

/// The required `If-Match` header of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredIfMatch(IfMatch);

impl RequiredIfMatch {
    /// Returns the header, or refuses a replacement without the header.
    ///
    /// # Errors
    /// `precondition_required` if the header is absent.
    pub fn given(self) -> Result<IfMatch> {
        match self.0 {
            IfMatch::Absent => Err(Error::new(
                Kind::PreconditionRequired,
                "Send If-Match with the ETag of the revision to replace.",
            )),
            given => Ok(given),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequiredIfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        IfMatch::from_request_parts(parts, state).await.map(Self)
    }
}

/// Documents the required header.
impl IntoParams for RequiredIfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the revision to replace. If the record has another revision, the answer is 412; if this header \
            is missing, 428. `*` accepts any revision. Several tags may be listed, separated by commas.";
        vec![document::header("If-Match", about, "\"1\"").required(Required::True).build()]
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}

/// Returns the string of a strong tag, or `None` for a weak tag, which never matches (RFC 9110, 13.1.1).
///
/// # Errors
/// `parameter_invalid` for a string that is not an entity tag.
fn strong(tag: &str) -> Result<Option<String>> {
    let (weak, quoted) = match tag.strip_prefix("W/") {
        Some(quoted) => (true, quoted),
        None => (false, tag),
    };
    let opaque = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match opaque {
        Some(text) if text.bytes().all(|b| b.is_ascii_graphic() && b != b'"') => {
            Ok((!weak).then(|| text.to_owned()))
        }
        _ => Err(not_tags()),
    }
}

fn not_tags() -> Error {
    let detail = "Give \"*\" or entity tags in quotes, such as \"7\".";
    Error::invalid(vec![Violation::header("if-match", Kind::ParameterInvalid, detail)])
}
