//! The recognition of a secret in another encoding.

use base64::{
    Engine as _,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Minimum length of a word that may be base64 or hexadecimal digits.
const MIN_WORD: usize = 4;

/// Base64 with or without padding, and with any trailing bits.
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);

/// Returns true if the text contains the secret in any letter case: plain, percent-encoded, escaped as in JSON or HTML,
/// nested in two of these encodings, in base64, or in hexadecimal digits. A base64 or hexadecimal word may encode other
/// text around the secret, as the credentials of Basic authentication do.
pub(crate) fn has_disguised(text: &str, secret: &str) -> bool {
    let secret = secret.to_lowercase();
    let has_secret = |decoded: &str| decoded.to_lowercase().contains(&secret);
    let decoders: [fn(&str) -> String; 3] = [percent_decoded, unescaped, without_entities];
    has_secret(text)
        || decoders.iter().any(|decode| has_secret(&decode(text)))
        // A secret can be encoded twice. For example, a message may quote a JSON document that contains a URL.
        || decoders.iter().any(|outer| decoders.iter().any(|inner| has_secret(&inner(&outer(text)))))
        || words(text).any(|word| decodings(word).iter().any(|decoded| has_secret(decoded)))
}

/// Decodes percent-encoding, and a plus sign as a space.
fn percent_decoded(text: &str) -> String {
    let pairs = url::form_urlencoded::parse(text.as_bytes());
    // A percent-encoded secret contains no separator of pairs, so the separators need not be restored exactly.
    pairs.map(|(name, value)| format!("{name}={value}&")).collect()
}

/// Decodes the escapes of JSON.
fn unescaped(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        decoded.push_str(before);
        // An escape has 2 or 6 characters. A character beyond 16 bits consists of two escapes of 6 characters, which
        // can be decoded only together.
        let escape = [2, 6, 12].into_iter().find_map(|length| {
            let quoted = format!("\"\\{}\"", after.get(..length - 1)?);
            Some((serde_json::from_str::<String>(&quoted).ok()?, length - 1))
        });
        let (character, length) = escape.unwrap_or(("\\".to_owned(), 0));
        decoded.push_str(&character);
        rest = &after[length..];
    }
    decoded + rest
}

/// Decodes the HTML entities that encoders write: the named entities of the markup characters, and numeric entities.
fn without_entities(text: &str) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        decoded.push_str(before);
        let known = after.split_once(';').and_then(|(name, after)| Some((entity(name)?, after)));
        let (character, after) = known.unwrap_or(('&', after));
        decoded.push(character);
        rest = after;
    }
    decoded + rest
}

fn entity(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

/// Returns the words that may be base64 or hexadecimal digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '-' | '_');
    text.split(move |c| !is_part(c)).filter(|word| word.len() >= MIN_WORD)
}

fn decodings(word: &str) -> Vec<String> {
    let base64 =
        [STANDARD, URL_SAFE].map(|alphabet| GeneralPurpose::new(&alphabet, LENIENT).decode(word).ok());
    let bytes = base64.into_iter().flatten().chain(from_hex(word));
    bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

fn from_hex(word: &str) -> Option<Vec<u8>> {
    let pairs = word.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok()).collect()
}
