//! Comma-separated headers, over one line or several.

use http::{HeaderMap, HeaderName};

/// The elements of a list header, trimmed; separators within quotes do not part. `None` for a value that is not text.
pub fn elements<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<Vec<&'a str>> {
    let mut all = Vec::new();
    for value in headers.get_all(name) {
        all.extend(split(value.to_str().ok()?, ',').filter(|element| !element.is_empty()));
    }
    Some(all)
}

/// The trimmed parts of a text between separators outside of quotes.
pub fn split(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == separator && !quoted
    })
    .map(str::trim)
}
