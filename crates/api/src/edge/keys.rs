//! The authentication of callers by bearer keys. The gateway keeps only the hashes of the keys.

use std::sync::Arc;

use http::{HeaderMap, header};
use switchboard_config::KeyHash;
use switchboard_core::error::{Error, Kind, Result};

use super::metrics::AuthFailure;

/// The caller of a request, identified by the name of its API key. The name is empty if the gateway has no keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller(Arc<str>);

impl Caller {
    /// Returns the name of the caller's key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The accepted keys. If there are no keys, every caller is admitted; the configuration permits this on loopback only.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<(Caller, KeyHash)>);

impl Keys {
    /// Authenticates a request by its key, and returns its caller.
    ///
    /// # Errors
    /// `unauthenticated`. The detail states whether the key is missing, malformed or wrong.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<Caller> {
        if self.0.is_empty() {
            return Ok(Caller::default());
        }
        let given = bearer(headers).map(KeyHash::from_key);
        given.and_then(|hash| self.owner(hash)).ok_or_else(|| {
            let detail = match failure(headers) {
                AuthFailure::Missing => "The request has no API key: send it in the header Authorization: Bearer KEY.",
                AuthFailure::Malformed => "The Authorization header must have the form Bearer KEY, once.",
                AuthFailure::Unknown => "The API key is none of this gateway's keys: send one of them as Authorization: Bearer KEY.",
            };
            Error::new(Kind::Unauthenticated, detail)
        })
    }

    /// Returns true if there is more than one key.
    pub fn are_several(&self) -> bool {
        self.0.len() > 1
    }

    /// Finds the caller whose key has this hash. Compares the hash with that of every key in constant time, so that the
    /// duration reveals neither which key matched nor how many leading bytes of the hashes match.
    fn owner(&self, given: KeyHash) -> Option<Caller> {
        let mut owner = None;
        for (caller, key) in &self.0 {
            if key.matches(&given) {
                owner = Some(caller.clone());
            }
        }
        owner
    }
}

impl<'a> FromIterator<(&'a str, KeyHash)> for Keys {
    fn from_iter<I: IntoIterator<Item = (&'a str, KeyHash)>>(keys: I) -> Self {
        Self(keys.into_iter().map(|(name, hash)| (Caller(name.into()), hash)).collect())
    }
}

/// Returns the reason why the authentication of a request failed.
pub(super) fn failure(headers: &HeaderMap) -> AuthFailure {
    match bearer(headers) {
        Some(_) => AuthFailure::Unknown,
        None if headers.contains_key(header::AUTHORIZATION) => AuthFailure::Malformed,
        None => AuthFailure::Missing,
    }
}

/// Returns the token of the `Authorization: Bearer` header. Returns `None` unless there is exactly one
/// `Authorization` header and it has this form.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
