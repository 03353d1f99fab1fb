//! Cursors: positions in a list, signed so that callers cannot forge one.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use switchboard_core::error::{Error, Kind, Result, Violation};

/// The length of a tag: 128 of the 256 bits are short in a URL, and cannot be guessed.
const TAG_LEN: usize = 16;
/// The greatest length of a cursor; a longer one is not ours.
const MAX_LEN: usize = 1024;

/// The list that a cursor belongs to. A cursor of one list does not open another.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The collection: `agents`.
    pub collection: &'a str,
    /// The filters in a fixed order: name and value.
    pub filters: &'a [(&'a str, &'a str)],
}

/// The maker and opener of cursors, with one key. Cursors of another key, such as a former one, are invalid.
#[derive(Clone)]
pub struct Cursors {
    mac: Hmac<Sha256>,
}

impl Cursors {
    /// Makes and opens cursors with this key. The instances of one gateway share it; otherwise a cursor is valid at one of them
    /// only.
    pub fn new(key: &[u8; 32]) -> Self {
        // HMAC fills a key up to its block with zeros itself; with whole blocks, the construction cannot fail.
        let mut block = [0; 64];
        block[..32].copy_from_slice(key);
        Self { mac: Hmac::new(&block.into()) }
    }

    /// Makes the cursor that continues after this position.
    pub fn seal(&self, scope: Scope<'_>, position: &str) -> String {
        let tag = self.sign(scope, position.as_bytes()).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([&tag[..TAG_LEN], position.as_bytes()].concat())
    }

    /// Returns the position of a cursor that [`seal`](Self::seal) made for this scope.
    ///
    /// # Errors
    /// `cursor_invalid` for anything else.
    pub fn open(&self, scope: Scope<'_>, cursor: &str) -> Result<String> {
        self.opened(scope, cursor).ok_or_else(|| {
            let detail = "This cursor was not made for this list with these filters.";
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

    /// Signs each part with its length, so that no two scopes yield the same bytes.
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
