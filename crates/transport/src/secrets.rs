//! Removal of a request's secrets from errors, in case the vendor repeats them.

use secrecy::{ExposeSecret, SecretString};
use switchboard_core::{error::Error, vendor::Request};

/// Minimum length of a secret. Shorter words are too common: `Bearer`, a flag, a version.
const MIN_LENGTH: usize = 8;

/// The secrets of one request.
pub(crate) struct Secrets(Vec<SecretString>);

impl Secrets {
    /// Collects the words of the request's headers, and the body values that are marked as secret.
    pub(crate) fn from_request(request: &Request) -> Self {
        let headers = request.headers.iter().flat_map(|(_, value)| value.expose_secret().split_whitespace());
        let values =
            request.secrets.iter().filter_map(|pointer| request.body.as_ref()?.pointer(pointer)?.as_str());
        let mut secrets: Vec<&str> = headers.chain(values).filter(|text| text.len() >= MIN_LENGTH).collect();
        // A secret that contains another goes first; otherwise its remainder would stay.
        secrets.sort_unstable_by_key(|secret| std::cmp::Reverse(secret.len()));
        Self(secrets.into_iter().map(SecretString::from).collect())
    }

    /// Masks the secrets in an error: vendors quote a refused token or password in their messages.
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
