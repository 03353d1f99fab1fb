//! `Idempotency-Key`: the gateway carries out a request once, even if the caller repeats the request with the same key.

use http::{HeaderMap, HeaderName};
use switchboard_core::error::{Error, Kind, Result, Violation};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The maximum length of a key, in bytes.
const MAX: usize = 255;

/// The maximum length of a header with a key in quotes, in bytes.
pub const MAX_QUOTED: usize = MAX + 2;

/// The pattern of the header: a key, with or without quotes around it.
pub const PATTERN: &str = r#"^("[!#-~]{1,255}"|[!#-~]{1,255})$"#;

/// Creates the error for a request that needs a key and has none.
pub fn missing() -> Error {
    let detail = "A request to place a call needs the header Idempotency-Key with a new value.";
    let violation = Violation::header(IDEMPOTENCY_KEY.as_str(), Kind::IdempotencyKeyRequired, detail);
    Error::invalid(vec![violation])
}

/// Reads the key of a request, if there is one: 1 to 255 visible ASCII characters except `"`. The IETF draft of the
/// header requires quotes around the key; the gateway accepts the key with or without them.
///
/// # Errors
/// `idempotency_key_invalid` if the header is repeated or its value is not a valid key.
pub fn key(headers: &HeaderMap) -> Result<Option<String>> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| values.next().is_none()).map(str::trim);
    let key = text.map(|text| text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text));
    let fits =
        |key: &&str| (1..=MAX).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic() && b != b'"');
    match key.filter(fits) {
        Some(key) => Ok(Some(key.to_owned())),
        None => {
            let detail = format!("Give one key of 1 to {MAX} visible ASCII characters other than the quote.");
            let violation = Violation::header(IDEMPOTENCY_KEY.as_str(), Kind::IdempotencyKeyInvalid, detail);
            Err(Error::invalid(vec![violation]))
        }
    }
}
