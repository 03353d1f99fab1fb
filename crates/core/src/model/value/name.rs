//! The characters that names may have.

/// Checks that a name has no character that is invisible and changes what people read: no control character, and none of
/// the characters that override or isolate the direction of text. Returns a description of the first such character.
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
