//! A strict JSON parser. The parser refuses input that two parsers could read differently.
//!
//! Parsing takes one pass, or two if a number is beyond 64 bits. `serde_json` finds syntax errors. The visitor in this
//! module finds four defects that `serde_json` accepts:
//!
//! * an object that has a member more than once
//! * objects and lists that are nested too deeply
//! * the character U+0000, at which some databases and vendors cut strings
//! * whole numbers beyond 64 bits, which `serde_json` rounds

use std::fmt;

use crate::error::{Error, Kind, Result, Violation};
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, map::Entry};

/// The maximum depth of nested objects and lists in a document. A scalar has depth zero.
pub const MAX_DEPTH: usize = 32;

/// The maximum number of violations that an error lists.
const MAX_FINDINGS: usize = 50;

/// The bounds at and beyond which an `f64` may be a rounded whole number: -2^63 and 2^64.
const WHOLE: (f64, f64) = (i64::MIN as f64, u64::MAX as f64);

/// Reads one JSON document.
///
/// # Errors
/// - `malformed_json` if the document is not JSON. Byte order marks, trailing text, invalid UTF-8, lone surrogates
///   and numbers beyond the range of `f64` are not JSON either. The detail has the line and column.
/// - `json_too_deep` if the document has more than [`MAX_DEPTH`] levels.
/// - `duplicate_key` if an object has a member twice, with the pointers of the first 50 such members.
/// - `validation_failed` if a string or member name contains U+0000, or if a whole number is below -2^63 or above
///   2^64 - 1, with the pointers of the first 50.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    let mut findings = Findings::default();
    let mut parsed = findings.read_whole(bytes);
    if parsed.is_ok() && findings.has_large {
        // The visitor cannot see how a number is written, so a large number requires a second pass. Large numbers are
        // rare.
        findings = Findings { is_whole: notations(bytes), ..Findings::default() };
        parsed = findings.read_whole(bytes);
    }
    match parsed {
        Ok(value) => findings.none_or_error().map(|()| value),
        Err(_) if findings.too_deep => {
            Err(Error::new(Kind::JsonTooDeep, format!("The body nests deeper than {MAX_DEPTH} levels.")))
        }
        Err(error) => Err(Error::new(Kind::MalformedJson, format!("The body is not JSON: {error}."))),
    }
}

/// The result of applying the checks of [`parse`] to a document in a notation other than JSON: the document, or an
/// error that lists its duplicate members or its strings with U+0000.
///
/// Syntax errors and excessive depth are returned as errors of the deserializer. Whole numbers beyond 64 bits are not
/// refused, because the notation of a number is unknown.
pub struct Strict(pub Result<Value>);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut findings = Findings::default();
        let value = findings.read(deserializer)?;
        Ok(Self(findings.none_or_error().map(|()| value)))
    }
}

/// The defects that one pass finds in a document, and the state of the pass.
#[derive(Default)]
struct Findings {
    duplicates: Vec<Violation>,
    /// The violations for strings with U+0000 and for numbers that would be rounded.
    unfit: Vec<Violation>,
    /// The number of JSON numbers read so far.
    numbers: usize,
    /// True if a number is beyond 64 bits.
    has_large: bool,
    /// For each number, true if it is written without a fraction or an exponent. Empty if unknown.
    is_whole: Vec<bool>,
    too_deep: bool,
}

impl Findings {
    fn read<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Value, D::Error> {
        Node { findings: self, here: &Here::Root, depth: 0 }.deserialize(deserializer)
    }

    fn read_whole(&mut self, bytes: &[u8]) -> Result<Value, serde_json::Error> {
        let mut reader = serde_json::Deserializer::from_slice(bytes);
        self.read(&mut reader).and_then(|value| reader.end().map(|()| value))
    }

    /// Returns an error if there are violations. If there are duplicate members, the error lists only these, because
    /// the gateway cannot know which of their values the caller intends.
    fn none_or_error(self) -> Result<()> {
        match (self.duplicates.is_empty(), self.unfit.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => Err(Error::invalid(self.duplicates)),
            (true, false) => Err(Error::invalid(self.unfit)),
        }
    }

    fn duplicate(&mut self, at: &Here<'_>) {
        if self.duplicates.len() < MAX_FINDINGS {
            let detail = "This member is named more than once.";
            self.duplicates.push(Violation::at(at.pointer(), Kind::DuplicateKey, detail));
        }
    }

    /// Records that there is a number beyond 64 bits. Adds a violation if the number is known to be written as a whole
    /// number, because `serde_json` has rounded it.
    fn large(&mut self, at: &Here<'_>) {
        self.has_large = true;
        if self.is_whole.get(self.numbers - 1) == Some(&true) {
            let detail =
                format!("A whole number must be from {} to {}; send others as strings.", i64::MIN, u64::MAX);
            self.unfit(at, &detail);
        }
    }

    fn unfit(&mut self, at: &Here<'_>, detail: &str) {
        if self.unfit.len() < MAX_FINDINGS {
            self.unfit.push(Violation::at(at.pointer(), Kind::ValidationFailed, detail));
        }
    }
}

/// Returns a flag for each number of a JSON document, in order: true if it is written without a fraction or an
/// exponent.
fn notations(document: &[u8]) -> Vec<bool> {
    let mut notations = Vec::new();
    let mut bytes = document.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => {
                while let Some(within) = bytes.next().filter(|within| *within != b'"') {
                    if within == b'\\' {
                        bytes.next();
                    }
                }
            }
            b'-' | b'0'..=b'9' => {
                let mut is_whole = true;
                while let Some(next) =
                    bytes.next_if(|next| matches!(next, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
                {
                    is_whole &= next.is_ascii_digit();
                }
                notations.push(is_whole);
            }
            _ => {}
        }
    }
    notations
}

/// A location in the document, as a chain of segments to the root. The pointer is built only for violations.
enum Here<'a> {
    Root,
    Member(&'a Here<'a>, &'a str),
    Item(&'a Here<'a>, usize),
}

impl Here<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Member(parent, name) => {
                format!("{}/{}", parent.pointer(), name.replace('~', "~0").replace('/', "~1"))
            }
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// The reader of one value.
struct Node<'a> {
    findings: &'a mut Findings,
    here: &'a Here<'a>,
    depth: usize,
}

impl Node<'_> {
    fn deeper<E: serde::de::Error>(&mut self) -> Result<usize, E> {
        if self.depth == MAX_DEPTH {
            self.findings.too_deep = true;
            return Err(E::custom(format!("nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(self.depth + 1)
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        self.findings.numbers += 1;
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        self.findings.numbers += 1;
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.findings.numbers += 1;
        if value <= WHOLE.0 || value >= WHOLE.1 {
            self.findings.large(self.here);
        }
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        if value.contains('\0') {
            self.findings.unfit(self.here, "The text contains the character U+0000.");
        }
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let mut array = Vec::new();
        loop {
            let here = Here::Item(self.here, array.len());
            match items.next_element_seed(Node { findings: self.findings, here: &here, depth })? {
                Some(item) => array.push(item),
                None => return Ok(Value::Array(array)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Value, A::Error> {
        let depth = self.deeper()?;
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let here = Here::Member(self.here, &name);
            if name.contains('\0') {
                self.findings.unfit(&here, "The member's name contains the character U+0000.");
            }
            let value = members.next_value_seed(Node { findings: self.findings, here: &here, depth })?;
            match object.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(taken) => self.findings.duplicate(&Here::Member(self.here, taken.key())),
            }
        }
        Ok(Value::Object(object))
    }
}
