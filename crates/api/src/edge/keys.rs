//! The authentication of callers by bearer keys, of which the gateway stores only hashes.

use std::sync::Arc;

use http::{HeaderMap, header};
use switchboard_config::KeyHash;
use switchboard_core::error::{Error, Kind, Result};

/// The caller of a request: the name of its key, empty if the gateway has no keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller(Arc<str>);

impl Caller {
    /// Gives the name of the key.
    pub fn name(&self) -> String {
        self.0.to_string()
    }
}

/// The accepted keys. Without keys every caller is admitted; the configuration allows that on loopback only.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<(Caller, KeyHash)>);

impl Keys {
    /// Authenticates a request by its key, and returns its caller.
    ///
    /// # Errors
    /// `unauthenticated`, with the same detail for a missing, malformed or wrong key.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<Caller> {
        if self.0.is_empty() {
            return Ok(Caller::default());
        }
        let given = bearer(headers).map(KeyHash::from_key);
        given.and_then(|hash| self.owner(hash)).ok_or_else(|| {
            Error::new(Kind::Unauthenticated, "Send a valid API key: Authorization: Bearer KEY.")
        })
    }

    /// Compares with every key, each in constant time, so that the time reveals neither which key matched nor how much of it.
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

/// Reads the token of the single `Authorization: Bearer` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
