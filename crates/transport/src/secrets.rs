//! The removal of a request's secrets from errors, in case the vendor repeats the secrets.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{error::Error, vendor::Request};

use crate::disguise::has_disguised;

/// Minimum length of a word of a header that counts as a secret, in bytes. Shorter words are too common, such as `Bearer`, a flag or
/// a version.
const MIN_WORD: usize = 8;
/// Minimum length of a secret, in bytes, that is replaced within a message. A message with a shorter one is withheld as a whole,
/// because the places of the replacements would show where a common string, such as a digit, stood.
const MIN_REPLACED: usize = 8;
/// Length of a vendor's message, in characters, at which it may have been cut off.
const CUT_LENGTH: usize = 512;
/// Minimum length of the beginning of a secret, in bytes, at which a message that was cut off there counts as containing the secret.
const MIN_BEGINNING: usize = 4;

const REDACTED: &str = "[redacted]";
/// The replacement of a whole message.
const WITHHELD: &str = "[withheld, because it contains a secret of the request]";

/// The secrets of one request.
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Collects the words in the values of the request's headers, and the values of the body that are marked as secret.
    pub(crate) fn from_request(request: &Request) -> Self {
        let headers = request.headers.iter().flat_map(|(_, value)| value.expose_secret().split_whitespace());
        let words = headers.filter(|word| word.len() >= MIN_WORD);
        let values =
            request.secrets.iter().filter_map(|pointer| request.body.as_ref()?.pointer(pointer)?.as_str());
        let mut secrets: Vec<&str> = words.chain(values.filter(|value| !value.is_empty())).collect();
        // A secret that contains another one must be replaced first. Otherwise, the rest of it would remain.
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into_iter().map(SecretString::from).collect())
    }

    /// Masks the secrets in an error, because vendors quote refused tokens and passwords in their messages.
    pub(crate) fn scrub(&self, mut error: Error) -> Error {
        if error.vendor.is_none() {
            // The detail is the gateway's own, which never contains a value of the request.
            return error;
        }
        self.mask(&mut error.detail);
        if let Some(failure) = &mut error.vendor {
            let strings = failure.code.iter_mut().chain(&mut failure.message);
            let fields = failure.fields.iter_mut().map(|(_, message)| message);
            strings.chain(fields).for_each(|string| self.mask(string));
        }
        error
    }

    fn mask(&self, text: &mut String) {
        for secret in &self.0 {
            let secret = secret.expose_secret();
            if secret.len() >= MIN_REPLACED && text.contains(secret) {
                *text = text.replace(secret, REDACTED);
            }
            if text.contains(secret) || has_disguised(text, secret) || ends_with_beginning(text, secret) {
                WITHHELD.clone_into(text);
                return;
            }
        }
    }
}

/// Returns true if the text was cut off within the secret.
fn ends_with_beginning(text: &str, secret: &str) -> bool {
    if text.chars().count() < CUT_LENGTH {
        return false;
    }
    let mut ends = secret.char_indices().map(|(place, _)| place).filter(|place| *place >= MIN_BEGINNING);
    ends.any(|end| text.ends_with(&secret[..end]))
}
