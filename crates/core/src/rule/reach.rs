//! The check of a URL to which the vendor sends requests.

use serde_json::Value;
use url::Url;

use crate::{
    model::Leaf,
    rule::{Encoder, Mapping, encode::json as plain},
    vendor::is_private,
};

impl Encoder<'_> {
    /// Returns the reason why a vendor on the internet cannot send requests to the URL of a field. Returns `None` if
    /// the vendor is not on the internet, or if the URL does not lead to a private network.
    pub(super) fn unreachable<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Option<String> {
        if !mapping.called || !self.facts.has_remote_vendor() {
            return None;
        }
        let Value::String(text) = plain(value) else { return None };
        let url = Url::parse(&text).ok().filter(is_private)?;
        let host = url.host_str().unwrap_or_default();
        Some(format!("the vendor cannot reach {host}, which only a private network has; use a public URL."))
    }
}
