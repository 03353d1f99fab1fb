//! Types for strings in a standard format.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::openapi::{RefOr, Schema};

use super::language_name;
use crate::{
    error::closest_match,
    model::{Leaf, Measure, schema},
};

const MAX_URL: usize = 2048;

const MAX_EVENT: usize = 100;

macro_rules! texts {
    ($($(#[doc = $about:literal])* $name:ident: $parse:path, $doc:literal, $format:expr, $pattern:expr, $max:expr;)*) => { $(
        $(#[doc = $about])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Checks and normalizes the string.
            ///
            /// # Errors
            /// A description of the violation.
            pub fn new(text: &str) -> Result<Self, String> {
                $parse(text).map(Self)
            }

            /// Returns the string.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::new(&text).map_err(de::Error::custom)
            }
        }

        impl Leaf for $name {
            fn measure(&self) -> Measure {
                Measure::Text(self.0.chars().count())
            }
            fn schema() -> RefOr<Schema> {
                schema::text($doc, $format, $pattern, $max)
            }
        }
    )* };
}

texts! {
    /// A language, as a BCP 47 tag in canonical case; `mul` stands for several languages.
    Language: language, "A BCP 47 language tag; `mul` stands for several languages.", None, Some("^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"), None;
    /// A time zone, as an IANA name.
    Timezone: timezone, "An IANA time zone name, such as `Europe/Berlin`.", None, None, None;
    /// A phone number in E.164 form, such as `+15550100123`.
    PhoneNumber: phone_number, "An E.164 phone number.", None, Some(r"^\+[1-9][0-9]{6,14}$"), None;
    /// The name of an event, such as `call.ended`: at least two words, separated by dots, and at most 100 characters.
    /// Each word starts with a lower-case letter and consists of lower-case letters, digits and underscores.
    EventName: event_name, "The name of an event, such as `call.ended`.", None, Some("^[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)+$"), Some(MAX_EVENT);
    /// An absolute `http` or `https` URL without credentials, at most 2048 characters.
    WebUrl: web_url, "An absolute http or https URL without credentials.", Some("uri"), Some(r"^https?://[^/\s\\][^\s\\]*$"), Some(MAX_URL);
}

macro_rules! shown {
    ($($name:ident)*) => { $(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }
    )* };
}

shown! { Language Timezone EventName WebUrl }

/// The number may belong to a person, so `Debug` shows only its last two digits.
impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", &self.0[self.0.len() - 2..])
    }
}

impl PhoneNumber {
    /// Reads a phone number as vendors write it. Removes spaces, hyphens, dots, slashes and brackets, and replaces a
    /// leading `00` with `+`. Returns `None` if the result is not an E.164 number: digits without `+` may be a national
    /// number, and do not name its country.
    pub fn from_vendor(text: &str) -> Option<Self> {
        Self::new(&international(text)).ok()
    }

    /// Reads a phone number of a vendor whose numbers always start with the country code. Does as
    /// [`Self::from_vendor`], and adds a missing `+`.
    pub fn from_international(text: &str) -> Option<Self> {
        let international = international(text);
        match international.starts_with('+') {
            true => Self::new(&international).ok(),
            false => Self::new(&format!("+{international}")).ok(),
        }
    }
}

impl Language {
    /// Returns the primary language, without script and region: `de` for `de-AT`.
    pub fn primary(&self) -> &str {
        self.0.split_once('-').map_or(&self.0, |(primary, _)| primary)
    }
}

fn language(text: &str) -> Result<String, String> {
    if let Some(tag) = language_name::tag_of(text) {
        return Err(format!("must be a BCP 47 language tag, not {text:?}; use {tag:?}"));
    }
    let tag = oxilangtag::LanguageTag::parse_and_normalize(text).map_err(|_| not_a_language(text))?;
    // Tags whose first subtag is `x` (private use) or `i` (irregular tags that were registered before RFC 4646) have no
    // primary language.
    match tag.as_str().split('-').next() {
        Some("x" | "i") => Err(format!("names no language: {text:?}")),
        // The registry of languages has no primary language of more than three letters.
        Some(primary) if primary.len() > 3 => Err(not_a_language(text)),
        _ => Ok(tag.into_inner()),
    }
}

/// Describes a string that is not a language tag. If replacing its spaces and underscores with hyphens results in a
/// tag, suggests that tag.
fn not_a_language(text: &str) -> String {
    let hyphenated = text.trim().replace(['_', ' '], "-");
    match oxilangtag::LanguageTag::parse_and_normalize(&hyphenated) {
        Ok(tag) if tag.primary_language().len() <= 3 => {
            format!("must be a BCP 47 language tag, not {text:?}; use {:?}", tag.as_str())
        }
        _ => format!("must be a BCP 47 language tag such as \"de\" or \"de-AT\", not {text:?}"),
    }
}

fn timezone(text: &str) -> Result<String, String> {
    match jiff::tz::db().get(text) {
        Ok(zone) => Ok(zone.iana_name().unwrap_or(text).to_owned()),
        Err(_) => {
            let names: Vec<_> = jiff::tz::db().available().map(|name| name.to_string()).collect();
            let given = text.trim().replace(' ', "_");
            let city = |name: &&String| {
                name.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(&given))
            };
            let meant = names.iter().find(city).map(String::as_str);
            let advice = match meant.or_else(|| closest_match(&given, names.iter().map(String::as_str))) {
                Some(meant) => format!("; use {meant:?}"),
                None => String::new(),
            };
            Err(format!("must be an IANA time zone name such as \"Europe/Berlin\", not {text:?}{advice}"))
        }
    }
}

/// Checks a phone number. E.164 allows at most 15 digits and no leading zero. The shortest numbers in use
/// have 7 digits, including the country code.
fn phone_number(text: &str) -> Result<String, String> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let fits = (7..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if fits {
        Ok(text.to_owned())
    } else {
        let international = international(text);
        let advice = match international != text && phone_number(&international).is_ok() {
            true => format!("use {international:?}"),
            false => "write +, the country code and the number without its leading 0, without spaces, such as \"+493012345678\"".to_owned(),
        };
        Err(format!("must be an E.164 phone number, not {text:?}; {advice}"))
    }
}

/// Removes the characters with which people group digits, and replaces a leading `00` with `+`.
fn international(text: &str) -> String {
    let is_grouping = |c: &char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '[' | ']');
    let written: String = text.chars().filter(|c| !is_grouping(c)).collect();
    match written.strip_prefix("00") {
        Some(rest) => format!("+{rest}"),
        None => written,
    }
}

fn event_name(text: &str) -> Result<String, String> {
    let is_word = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_lowercase())
            && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if text.len() <= MAX_EVENT && text.contains('.') && text.split('.').all(is_word) {
        Ok(text.to_owned())
    } else {
        Err("must be the name of an event such as call.ended".to_owned())
    }
}

/// Checks a URL. The string is stored and sent unchanged, so the function refuses input that browsers would
/// silently correct. No error repeats the string, because the string may contain a credential.
fn web_url(text: &str) -> Result<String, String> {
    if text.chars().count() > MAX_URL {
        return Err(format!("must have at most {MAX_URL} characters"));
    }
    let mended = |c: char| c.is_whitespace() || c.is_control() || c == '\\';
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if rest.is_none_or(|rest| rest.starts_with('/') || rest.contains(mended)) {
        return Err("must be an http or https URL, such as \"https://example.com/calls\"".to_owned());
    }
    let url = url::Url::parse(text).map_err(|error| format!("must be an http or https URL: {error}"))?;
    match url.username().is_empty() && url.password().is_none() {
        true => Ok(text.to_owned()),
        false => Err("must not contain a user name or a password".to_owned()),
    }
}
