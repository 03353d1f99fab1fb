//! "Did you mean": the known name that a wrong one was probably meant to be.

/// Names longer than this are no typing mistake, and comparing them costs the square of their length.
const MAX_NAME_LENGTH: usize = 64;

/// Finds the known name nearest to `wrong`, if any is near: at most a third of its letters differ.
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

/// Writes a sentence that `what` is not known, with the near name if there is one. A long name is
/// cut.
pub fn unknown_name<'a>(what: &str, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let shown: String = wrong.chars().take(MAX_NAME_LENGTH).collect();
    match closest_match(wrong, known) {
        Some(name) => format!("There is no {what} {shown:?}; did you mean {name:?}?"),
        None => format!("There is no {what} {shown:?}."),
    }
}
