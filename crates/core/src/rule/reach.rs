//! The check of a URL to which the vendor sends requests.

use url::Url;

use crate::{
    model::Leaf,
    rule::{Encoder, Mapping, encode::json as plain},
    vendor::is_private,
};

impl Encoder<'_> {
    /// Returns the reason why a vendor on the internet cannot send requests to the URLs of a field. Returns `None` if
    /// it can, if the vendor is not on the internet, or if the field holds no such URL.
    pub(super) fn unreachable<T: Leaf>(&self, mapping: &Mapping<T>, value: &T) -> Option<String> {
        if !mapping.called || !self.facts.has_remote_vendor() {
            return None;
        }
        let text = plain(value);
        let urls = text.as_str().into_iter().chain(value.urls());
        let url = urls.filter_map(|text| Url::parse(text).ok()).find(is_private)?;
        let host = url.host_str().unwrap_or_default();
        Some(format!("the vendor cannot reach {host}, which only a private network has; use a public URL."))
    }
}
