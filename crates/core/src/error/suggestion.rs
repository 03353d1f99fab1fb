//! Suggestions of known names for misspelled ones.

/// The maximum length of a misspelled name: in bytes if the name is compared, in characters if it is shown.
///
/// A longer name is unlikely to be a typing error, and the time for a comparison grows with the length of each name.
const MAX_NAME_LENGTH: usize = 64;

/// Finds the known name that `wrong` most likely means, regardless of case. If `wrong` has at least two bytes and
/// exactly one known name starts with it, returns that name. Otherwise, returns the name with the smallest edit
/// distance. Returns `None` if `wrong` has more than 64 bytes, or if every distance exceeds a third of the length of
/// the longer of the two names.
pub fn closest_match<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if wrong.len() > MAX_NAME_LENGTH {
        return None;
    }
    let known: Vec<_> = known.into_iter().collect();
    let wrong = wrong.to_lowercase();
    let mut begun = known.iter().filter(|name| wrong.len() > 1 && name.to_lowercase().starts_with(&wrong));
    if let (Some(only), None) = (begun.next(), begun.next()) {
        return Some(only);
    }
    known
        .into_iter()
        .map(|name| (strsim::damerau_levenshtein(&wrong, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= name.len().max(wrong.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Builds the message for an unknown name: there is no `what` named `wrong`. The message suggests the known name that
/// [`closest_match`] finds, if any. It shows at most 64 characters of `wrong`.
pub fn unknown_name<'a>(what: &str, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let shown: String = wrong.chars().take(MAX_NAME_LENGTH).collect();
    match closest_match(wrong, known) {
        Some(name) => format!("There is no {what} {shown:?}; did you mean {name:?}?"),
        None => format!("There is no {what} {shown:?}."),
    }
}
