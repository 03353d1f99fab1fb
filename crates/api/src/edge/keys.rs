//! Who may use the API: bearer keys, known only by their hashes.

use std::sync::Arc;

use http::{HeaderMap, header};
use switchboard_config::KeyHash;
use switchboard_core::{Error, Kind, Result};

/// Who sent a request: the name of the key, empty where everybody is let in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller(Arc<str>);

impl Caller {
    /// The name of the key.
    pub fn name(&self) -> String {
        self.0.to_string()
    }
}

/// The keys that let in. Without any, everybody is let in; the configuration allows that on loopback only.
#[derive(Debug, Clone, Default)]
pub struct Keys(Vec<(Caller, KeyHash)>);

impl Keys {
    /// Lets in whoever has one of these keys, and says who it is.
    ///
    /// # Errors
    /// `unauthenticated`, the same for a key that is missing, malformed or wrong.
    pub fn authenticate(&self, headers: &HeaderMap) -> Result<Caller> {
        if self.0.is_empty() {
            return Ok(Caller::default());
        }
        let given = bearer(headers).map(KeyHash::from_key);
        given.and_then(|hash| self.owner(hash)).ok_or_else(|| {
            Error::new(Kind::Unauthenticated, "Send a valid API key: Authorization: Bearer KEY.")
        })
    }

    /// Compares with every key, each in constant time, so that the time tells neither which key nor how much of it.
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

/// The token of the one `Authorization: Bearer` header.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (value, None) = (values.next()?.to_str().ok()?, values.next()) else { return None };
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
