//! Suggestions of known names for misspelled ones.

/// The greatest length of a name that is compared, in bytes. Longer names are no typing errors, and the time
/// for a comparison grows with the square of the length.
const MAX_NAME_LENGTH: usize = 64;

/// Finds the known name nearest to `wrong`, if their edit distance is at most a third of the length of the
/// longer one.
pub fn closest_match<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > MAX_NAME_LENGTH {
        return None;
    }
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(wrong, name), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Builds the sentence that no `what` has the name `wrong`, with a suggestion if there is one. A long name is
/// cut.
pub fn unknown_name<'a>(what: &str, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let shown: String = wrong.chars().take(MAX_NAME_LENGTH).collect();
    match closest_match(wrong, known) {
        Some(name) => format!("There is no {what} {shown:?}; did you mean {name:?}?"),
        None => format!("There is no {what} {shown:?}."),
    }
}
