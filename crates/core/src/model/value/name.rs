//! The characters that names may have.

/// Checks that a name has no control character, and no invisible character that changes the direction of text. Such a
/// character can make a name look like another one. Returns a description of the first such character, worded to follow
/// the name of the field, or `None` if there is none.
pub fn check_name(name: &str) -> Option<String> {
    let wrong = name.chars().find(|c| is_unfit(*c))?;
    let code = u32::from(wrong);
    let what = if wrong.is_control() {
        "control characters"
    } else {
        "characters that change the direction of text"
    };
    Some(format!("must not have {what}, such as U+{code:04X}"))
}

fn is_unfit(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
