//! The secrets of rows and revisions.

use std::sync::Arc;

use secrecy::SecretString;
use switchboard_core::error::{Error, Kind, Result};

use crate::seal::Seal;

/// The secrets of a row or a revision, encrypted at rest and bound to it. The store does not parse them. As with a
/// damaged document, only [`read`](Self::read) detects secrets that are damaged in the database, so that they do not make a
/// list of rows fail. `Debug` redacts the secrets.
#[derive(Debug, Clone, Default)]
pub struct StoredSecrets(State);

#[derive(Debug, Clone, Default)]
enum State {
    #[default]
    Absent,
    Present(SecretString),
    /// The sealed value cannot be opened, for this reason.
    Damaged(Arc<str>),
}

impl StoredSecrets {
    /// Returns the secrets, or `None` if there are none.
    ///
    /// # Errors
    /// `internal` if the stored value was sealed with another key or for another place, or was changed after sealing.
    pub fn read(&self) -> Result<Option<&SecretString>> {
        match &self.0 {
            State::Absent => Ok(None),
            State::Present(secrets) => Ok(Some(secrets)),
            State::Damaged(why) => Err(Error::new(Kind::Internal, why.to_string())),
        }
    }

    /// Opens the sealed value of a place.
    pub(crate) fn open(seal: &Seal, place: &str, sealed: Option<Vec<u8>>) -> Self {
        Self(match sealed.map(|sealed| seal.open(place, &sealed)) {
            None => State::Absent,
            Some(Ok(secrets)) => State::Present(secrets),
            Some(Err(damage)) => State::Damaged(damage.detail.into()),
        })
    }

    /// Seals the secrets for a place.
    ///
    /// # Errors
    /// `internal` if the secrets are damaged, or if the encryption fails.
    pub(crate) fn close(&self, seal: &Seal, place: &str) -> Result<Option<Vec<u8>>> {
        self.read()?.map(|secrets| seal.close(place, secrets)).transpose()
    }
}

impl From<Option<SecretString>> for StoredSecrets {
    fn from(secrets: Option<SecretString>) -> Self {
        Self(secrets.map_or(State::Absent, State::Present))
    }
}

impl From<SecretString> for StoredSecrets {
    fn from(secrets: SecretString) -> Self {
        Self(State::Present(secrets))
    }
}
