//! Cursors: positions in a list, signed so that callers cannot forge them.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use switchboard_core::error::{Error, Kind, Result, Violation};

use super::mac;

/// The length of a tag, in bytes. The tag is the first half of the signature: 128 bits keep the URL short and cannot be
/// guessed.
const TAG_LEN: usize = 16;
/// The maximum length of a cursor, in characters. The gateway never makes a longer cursor; the longest cursors
/// contain the name of a record.
const MAX_LEN: usize = 4096;

/// The list to which a cursor applies. A cursor of one list is invalid for another.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The name of the collection, such as `agent`.
    pub collection: &'a str,
    /// The filters as pairs of name and value, in a fixed order.
    pub filters: &'a [(&'a str, &'a str)],
}

/// A signer and verifier of cursors with one key. A cursor that was signed with another key, such as an earlier one, is invalid.
#[derive(Clone)]
pub struct Cursors {
    mac: Hmac<Sha256>,
}

impl Cursors {
    /// Creates a signer and verifier with this key. All instances of one gateway need the same key; otherwise a cursor is valid
    /// only at the instance that made it.
    pub fn new(key: &[u8; 32]) -> Self {
        Self { mac: mac::keyed(key) }
    }

    /// Creates the cursor for the page that begins after this position.
    pub fn seal(&self, scope: Scope<'_>, position: &str) -> String {
        let tag = self.sign(scope, position.as_bytes()).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&tag[..TAG_LEN], position.as_bytes()].concat())
    }

    /// Returns the position of a cursor that [`seal`](Self::seal) made for this scope.
    ///
    /// # Errors
    /// `cursor_invalid` for any other string.
    pub fn open(&self, scope: Scope<'_>, cursor: &str) -> Result<String> {
        self.opened(scope, cursor).ok_or_else(|| {
            let detail = "The cursor was not made for this list with these filters.";
            Error::invalid(vec![Violation::parameter("cursor", Kind::CursorInvalid, detail)])
        })
    }

    fn opened(&self, scope: Scope<'_>, cursor: &str) -> Option<String> {
        let bytes =
            Some(cursor).filter(|c| c.len() <= MAX_LEN).and_then(|c| URL_SAFE_NO_PAD.decode(c).ok())?;
        let (tag, position) = bytes.split_at_checked(TAG_LEN)?;
        self.sign(scope, position).verify_truncated_left(tag).ok()?;
        String::from_utf8(position.to_vec()).ok()
    }

    /// Signs each part with its length, so that different scopes and positions never yield the same bytes.
    fn sign(&self, scope: Scope<'_>, position: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.mac.clone();
        let filters = scope.filters.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]);
        for part in [scope.collection.as_bytes(), position].into_iter().chain(filters) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Cursors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cursors").finish_non_exhaustive()
    }
}
