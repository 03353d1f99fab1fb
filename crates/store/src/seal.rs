//! Seals: the encryption of secrets in the database.

use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Generate as _, Payload},
};
use secrecy::{ExposeSecret as _, SecretString};
use switchboard_core::error::{Error, Kind, Result};

use crate::MasterKey;

const KEY_ID: usize = 8;
const NONCE: usize = 24;

/// A cipher (XChaCha20-Poly1305) that binds each encrypted value to the place at which it is stored, such as one row.
///
/// A sealed value consists of the id of the key, a random nonce, and the ciphertext with its tag. The place is
/// additional authenticated data, so a sealed value that was copied to another place cannot be decrypted there.
pub(crate) struct Seal {
    cipher: XChaCha20Poly1305,
    key_id: [u8; KEY_ID],
}

impl Seal {
    pub(crate) fn new(key: &MasterKey) -> Self {
        let digest = key.derive("switchboard key id");
        let mut key_id = [0; KEY_ID];
        key_id.copy_from_slice(&digest[..KEY_ID]);
        Self { cipher: XChaCha20Poly1305::new(key.expose().into()), key_id }
    }

    /// Encrypts `text` for `place`.
    ///
    /// # Errors
    /// `internal` if the system's random source or the encryption fails.
    pub(crate) fn close(&self, place: &str, text: &SecretString) -> Result<Vec<u8>> {
        let nonce =
            XNonce::try_generate().map_err(|cause| failed("The system's random source failed.", cause))?;
        let payload = Payload { msg: text.expose_secret().as_bytes(), aad: place.as_bytes() };
        let ciphertext =
            self.cipher.encrypt(&nonce, payload).map_err(|cause| failed("Encryption failed.", cause))?;
        Ok([&self.key_id, nonce.as_slice(), &ciphertext].concat())
    }

    /// Decrypts a value that was sealed for `place`.
    ///
    /// # Errors
    /// `internal` if the value was sealed with another key or for another place, or was changed after sealing.
    pub(crate) fn open(&self, place: &str, sealed: &[u8]) -> Result<SecretString> {
        let damaged = || format!("The secrets of {place} are damaged or were sealed for another row.");
        let (key_id, rest) =
            sealed.split_first_chunk::<KEY_ID>().ok_or_else(|| Error::new(Kind::Internal, damaged()))?;
        if *key_id != self.key_id {
            let detail = format!("The secrets of {place} were sealed with another master key.");
            return Err(Error::new(Kind::Internal, detail));
        }
        let (nonce, ciphertext) =
            rest.split_first_chunk::<NONCE>().ok_or_else(|| Error::new(Kind::Internal, damaged()))?;
        let payload = Payload { msg: ciphertext, aad: place.as_bytes() };
        let text = self.cipher.decrypt(nonce.into(), payload).map_err(|cause| failed(damaged(), cause))?;
        let text = String::from_utf8(text).map_err(|cause| failed(damaged(), cause.utf8_error()))?;
        Ok(text.into())
    }
}

fn failed(detail: impl Into<String>, cause: impl ToString) -> Error {
    Error::new(Kind::Internal, detail).caused_by(cause.to_string())
}
