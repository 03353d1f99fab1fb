//! Ids that requests to a vendor can contain.

/// The maximum length of a vendor's id, in characters.
const MAX_ID_CHARS: usize = 255;

/// Returns true if requests can address a vendor's record by this id: at most 255 characters that fit into one segment of a
/// path.
pub fn is_addressable(id: &str) -> bool {
    id.chars().count() <= MAX_ID_CHARS && is_path_segment(id)
}

/// Returns true if a URL can contain the text as exactly one segment of its path. `.`, `..` and an empty text would
/// lead to another path, and a URL parser removes some control characters.
pub fn is_path_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..") && !text.contains(char::is_control)
}
