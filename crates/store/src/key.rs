//! The master key, which encrypts all stored secrets.

use std::fmt;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use chacha20poly1305::aead::Generate as _;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use switchboard_core::error::{Error, Kind, Result};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;

/// A key of 32 bytes that seals secrets. Dropping the key wipes it from memory, and `Debug` does not print it.
pub struct MasterKey(Zeroizing<[u8; KEY_BYTES]>);

impl MasterKey {
    /// Parses a key: 64 hexadecimal digits, or the padded standard base64 of 32 bytes. Ignores surrounding white space.
    ///
    /// `openssl rand -hex 32` or `openssl rand -base64 32` generates a key.
    ///
    /// # Errors
    /// `validation_failed` if the string is not a key. The error does not repeat the string.
    pub fn parse(text: &SecretString) -> Result<Self> {
        let text = text.expose_secret().trim();
        let bytes = match text.len() {
            64 => from_hex(text),
            _ => BASE64_STANDARD.decode(text).ok().map(Zeroizing::new),
        };
        bytes.and_then(|bytes| Self::from_bytes(&bytes)).ok_or_else(|| {
            Error::new(
                Kind::ValidationFailed,
                "A master key is 32 bytes, written as 64 hexadecimal digits or as base64.",
            )
        })
    }

    /// Generates a key from the system's random source.
    ///
    /// # Errors
    /// `internal` if the random source fails.
    pub(crate) fn generate() -> Result<Self> {
        let bytes = <[u8; KEY_BYTES]>::try_generate().map_err(|cause| {
            Error::new(Kind::Internal, "The system's random source failed.").caused_by(cause.to_string())
        })?;
        Ok(Self(Zeroizing::new(bytes)))
    }

    /// Encodes the key as base64, which [`parse`](Self::parse) accepts.
    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64_STANDARD.encode(self.0.as_slice()))
    }

    /// Derives a key for `purpose`. The derived key does not reveal the master key, and depends only on the master key
    /// and `purpose`.
    pub(crate) fn derive(&self, purpose: &str) -> [u8; KEY_BYTES] {
        Sha256::new().chain_update(purpose).chain_update(self.0.as_slice()).finalize().into()
    }

    /// Derives the key for signing values that callers receive and send back, such as cursors. The derivation must
    /// never change, because a change would invalidate all existing signatures.
    pub(crate) fn signing(&self) -> [u8; KEY_BYTES] {
        self.derive("switchboard signing key")
    }

    pub(crate) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        (bytes.len() == KEY_BYTES).then(|| key.copy_from_slice(bytes))?;
        Some(Self(key))
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey([REDACTED])")
    }
}

fn from_hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks_exact(2);
    pairs
        .map(|pair| Some(digit(&pair[0])? << 4 | digit(&pair[1])?))
        .collect::<Option<Vec<u8>>>()
        .map(Zeroizing::new)
}
