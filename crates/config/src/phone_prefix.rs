//! Prefixes of phone numbers in the configuration.

/// The maximum number of digits of a phone number (E.164).
const MAX_DIGITS: usize = 15;

/// Returns true if a string is a prefix of phone numbers (E.164).
pub fn is_prefix(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let length = (1..=MAX_DIGITS).contains(&digits.len());
    length && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Describes a string that is not a prefix of phone numbers.
pub fn describe_wrong(text: &str) -> String {
    format!("{text:?} is not a prefix of phone numbers (E.164), such as \"+49\"")
}
