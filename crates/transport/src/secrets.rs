//! The removal of a request's secrets from errors, in case the vendor's message quotes them.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{
    error::Error,
    vendor::{Destination, Request},
};
use url::{Position, Url};

use crate::disguise::has_disguised;

/// Minimum length, in bytes, of a secret that is a word of a header or a portion of a granted URL. Shorter words, such
/// as `Bearer`, a flag or a version, are too common to be treated as secrets.
const MIN_WORD: usize = 8;
/// Minimum length, in bytes, of a secret that is replaced within a message. If a vendor's message contains a shorter
/// secret, the whole message is withheld. Otherwise, a caller could infer a short secret, such as a single digit, from
/// the positions at which it was replaced.
const MIN_REPLACED: usize = 8;
/// Length of a vendor's message, in characters, at which it may have been cut off.
const CUT_LENGTH: usize = 512;
/// Minimum length, in bytes, of a prefix of a secret. A message that was cut off and ends with such a prefix counts as
/// containing the secret.
const MIN_BEGINNING: usize = 4;

const REDACTED: &str = "[redacted]";
/// The replacement of a whole message.
const WITHHELD: &str = "[withheld, because it contains a secret of the request]";

/// The secrets of one request.
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Collects each word of the request's header values and each portion of a granted URL, if they have at least
    /// `MIN_WORD` bytes. Also collects each non-empty string in the body that the request marks as secret.
    pub(crate) fn from_request(request: &Request) -> Self {
        let headers = request.headers.iter().flat_map(|(_, value)| value.expose_secret().split_whitespace());
        let words = headers.filter(|word| word.len() >= MIN_WORD);
        let values =
            request.secrets.iter().filter_map(|pointer| request.document()?.pointer(pointer)?.as_str());
        let granted = match &request.to {
            Destination::Path(_) => Vec::new(),
            Destination::Granted(url) => portions(url.expose()),
        };
        let portions = granted.iter().map(AsRef::as_ref).filter(|portion: &&str| portion.len() >= MIN_WORD);
        let all = words.chain(portions).chain(values.filter(|value| !value.is_empty()));
        let mut secrets: Vec<&str> = all.collect();
        // A secret that contains another one must be replaced first. Otherwise, the rest of the longer secret would
        // remain.
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into_iter().map(SecretString::from).collect())
    }

    /// Masks the secrets in an error, because a vendor may quote refused tokens and passwords in its messages.
    pub(crate) fn scrub(&self, mut error: Error) -> Error {
        self.replace(&mut error.detail);
        // Without a vendor's failure, the detail is the gateway's own text, in which a short secret appears only by
        // chance.
        if let Some(failure) = &mut error.vendor {
            self.mask(&mut error.detail);
            let strings = failure.code.iter_mut().chain(&mut failure.message);
            let fields = failure.fields.iter_mut().map(|(_, message)| message);
            strings.chain(fields).for_each(|string| self.mask(string));
        }
        error
    }

    /// Replaces each secret of at least `MIN_REPLACED` bytes.
    fn replace(&self, text: &mut String) {
        for secret in self.0.iter().map(ExposeSecret::expose_secret) {
            if secret.len() >= MIN_REPLACED && text.contains(secret) {
                *text = text.replace(secret, REDACTED);
            }
        }
    }

    /// Replaces each secret of at least `MIN_REPLACED` bytes. Then withholds the text if it still contains a secret,
    /// plain or encoded, or if it may have been cut off within one.
    fn mask(&self, text: &mut String) {
        self.replace(text);
        for secret in self.0.iter().map(ExposeSecret::expose_secret) {
            if text.contains(secret) || has_disguised(text, secret) || ends_with_beginning(text, secret) {
                WITHHELD.clone_into(text);
                return;
            }
        }
    }
}

/// Returns true if the text may have been cut off within the secret.
fn ends_with_beginning(text: &str, secret: &str) -> bool {
    if text.chars().count() < CUT_LENGTH {
        return false;
    }
    let mut ends = secret.char_indices().map(|(place, _)| place).filter(|place| *place >= MIN_BEGINNING);
    ends.any(|end| text.ends_with(&secret[..end]))
}

/// Lists the portions of a URL that a vendor's message may quote: the whole URL, the path with the query, the
/// path, the query, and each value in the query.
fn portions(url: &Url) -> Vec<Cow<'_, str>> {
    let whole = [url.as_str(), &url[Position::BeforePath..], url.path(), url.query().unwrap_or_default()];
    whole.into_iter().map(Cow::Borrowed).chain(url.query_pairs().map(|(_, value)| value)).collect()
}
