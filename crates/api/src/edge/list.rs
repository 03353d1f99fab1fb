//! Repeatable headers with comma-separated values.

use http::{HeaderMap, HeaderName};

/// Lists the elements of a header, trimmed and without empty ones. Separators within quotes do not count. Returns
/// `None` if a value is not visible ASCII.
pub fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a str>> {
    let mut all = Vec::new();
    for value in headers.get_all(name) {
        all.extend(split(value.to_str().ok()?, ',').filter(|element| !element.is_empty()));
    }
    Some(all)
}

/// Splits a string at the separators outside quotes, and trims the parts.
pub fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .map(str::trim)
}
