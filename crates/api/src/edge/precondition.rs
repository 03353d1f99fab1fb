//! `ETag` and `If-Match` (RFC 9110): the gateway changes the revision that the caller read, or none.

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

/// Makes the strong entity tag of a revision: `"7"`.
pub fn etag(revision: u64) -> HeaderValue {
    // Digits in quotes are always a header value; the bare number only avoids a panic.
    HeaderValue::from_str(&format!("\"{revision}\"")).unwrap_or_else(|_| revision.into())
}

/// The `If-Match` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// No header.
    Absent,
    /// `*`: any revision, as long as the resource exists.
    Any,
    /// One of these strong tags, quotes removed.
    Tags(Vec<String>),
}

impl IfMatch {
    /// Reads the header, over one line or several.
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

    /// Refuses a change that was meant for another revision. Without `If-Match`, every revision is accepted.
    ///
    /// # Errors
    /// `precondition_failed`.
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

/// Documents the header.
impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the revision that the change is made to; another revision is 412.";
        vec![document::header("If-Match", about, "\"1\"").build()]
    }
}

/// The `If-Match` of a replacement, which must name a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredIfMatch(IfMatch);

impl RequiredIfMatch {
    /// Refuses a replacement that does not name a revision.
    ///
    /// # Errors
    /// `precondition_required`.
    pub fn given(self) -> Result<IfMatch> {
        match self.0 {
            IfMatch::Absent => Err(Error::new(
                Kind::PreconditionRequired,
                "Send If-Match with the ETag of what is replaced.",
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

/// Documents the header.
impl IntoParams for RequiredIfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "The `ETag` of the revision that is replaced; another revision is 412, none 428.";
        vec![document::header("If-Match", about, "\"1\"").required(Required::True).build()]
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Ok(Self::from_headers(&parts.headers)?)
    }
}

/// Gives the string of a strong tag, and `None` for a weak one, which never matches (RFC 9110, 13.1.1).
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
