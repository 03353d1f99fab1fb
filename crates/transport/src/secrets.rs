//! The removal of a request's secrets from errors, in case the vendor's message quotes them.

use std::borrow::Cow;

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{
    error::Error,
    vendor::{Destination, Request},
};
use url::{Position, Url};

/// Minimum length of a string that counts as a secret, in bytes. Shorter strings, such as `Bearer`, a flag or a version, are
/// too common.
const MIN_LENGTH: usize = 8;

/// The secrets of one request.
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Collects each word of the request's header values, and each string in the body that the request marks as secret.
    /// Ignores strings shorter than `MIN_LENGTH`.
    pub(crate) fn from_request(request: &Request) -> Self {
        let headers = request.headers.iter().flat_map(|(_, value)| value.expose_secret().split_whitespace());
        let values =
            request.secrets.iter().filter_map(|pointer| request.document()?.pointer(pointer)?.as_str());
        let granted = match &request.to {
            Destination::Path(_) => Vec::new(),
            Destination::Granted(url) => portions(url.expose()),
        };
        let portions = granted.iter().map(AsRef::as_ref);
        let all = headers.chain(values).chain(portions);
        let mut secrets: Vec<&str> = all.filter(|text| text.len() >= MIN_LENGTH).collect();
        // A secret that contains another one must be replaced first. Otherwise, the rest of the longer secret would remain.
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into_iter().map(SecretString::from).collect())
    }

    /// Masks the secrets in an error, because a vendor may quote refused tokens and passwords in its messages.
    pub(crate) fn scrub(&self, mut error: Error) -> Error {
        self.mask(&mut error.detail);
        if let Some(failure) = &mut error.vendor {
            let strings = failure.code.iter_mut().chain(&mut failure.message);
            strings
                .chain(failure.fields.iter_mut().map(|(_, message)| message))
                .for_each(|string| self.mask(string));
        }
        error
    }

    fn mask(&self, text: &mut String) {
        for secret in &self.0 {
            if text.contains(secret.expose_secret()) {
                *text = text.replace(secret.expose_secret(), "[redacted]");
            }
        }
    }
}

/// Lists the portions of a URL by which a vendor may repeat it: all of it, path and query, and each value of the query.
fn portions(url: &Url) -> Vec<Cow<'_, str>> {
    let whole = [url.as_str(), &url[Position::BeforePath..], url.path(), url.query().unwrap_or_default()];
    whole.into_iter().map(Cow::Borrowed).chain(url.query_pairs().map(|(_, value)| value)).collect()
}
