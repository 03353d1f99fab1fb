//! A strict JSON parser. The parser refuses input that two parsers could read differently.
//!
//! Parsing takes one pass. `serde_json` finds syntax errors. The visitor in this module finds defects that
//! `serde_json` accepts: duplicate members of an object, deep nesting, and the character U+0000, at which
//! some databases and vendors cut strings.

use std::fmt;

use crate::error::{Error, Kind, Result, Violation};
use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value, map::Entry};

/// The maximum depth of nested objects and lists in a document. A scalar has depth zero.
pub const MAX_DEPTH: usize = 32;

/// The maximum number of duplicate members, and of strings with U+0000, that an error lists.
const MAX_FINDINGS: usize = 50;

/// Reads one JSON document.
///
/// # Errors
/// - `malformed_json` if the document is not JSON. Byte order marks, trailing text, invalid UTF-8, lone surrogates
///   and numbers beyond the range of `f64` are not JSON either. The detail has the line and column.
/// - `json_too_deep` if the document has more than [`MAX_DEPTH`] levels.
/// - `duplicate_key` if an object has a member twice, with the pointers of the first 50 such members.
/// - `validation_failed` if a string or member name contains U+0000, with the pointers of the first 50.
pub fn parse(bytes: &[u8]) -> Result<Value> {
    let mut findings = Findings::default();
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let parsed = findings.read(&mut reader).and_then(|value| reader.end().map(|()| value));
    match parsed {
        Ok(value) => findings.none_or_error().map(|()| value),
        Err(_) if findings.too_deep => {
            Err(Error::new(Kind::JsonTooDeep, format!("The body nests deeper than {MAX_DEPTH} levels.")))
        }
        Err(error) => Err(Error::new(Kind::MalformedJson, format!("The body is not JSON: {error}."))),
    }
}

/// A document in a notation other than JSON, checked as strictly as JSON: the value, or an error that lists
/// duplicate members or strings with U+0000.
///
/// Syntax errors and excessive depth are errors of the deserializer instead.
pub struct Strict(pub Result<Value>);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut findings = Findings::default();
        let value = findings.read(deserializer)?;
        Ok(Self(findings.none_or_error().map(|()| value)))
    }
}

/// The defects of a document that is valid JSON.
#[derive(Default)]
struct Findings {
    duplicates: Vec<Violation>,
    nulls: Vec<Violation>,
    too_deep: bool,
}

impl Findings {
    fn read<'de, D: Deserializer<'de>>(&mut self, deserializer: D) -> Result<Value, D::Error> {
        Node { findings: self, here: &Here::Root, depth: 0 }.deserialize(deserializer)
    }

    /// Returns an error if there are violations. If there are duplicate members, the error lists only these,
    /// because it is unknown which of their values is intended.
    fn none_or_error(self) -> Result<()> {
        match (self.duplicates.is_empty(), self.nulls.is_empty()) {
            (true, true) => Ok(()),
            (false, _) => Err(Error::invalid(self.duplicates)),
            (true, false) => Err(Error::invalid(self.nulls)),
        }
    }

    fn duplicate(&mut self, at: &Here<'_>) {
        if self.duplicates.len() < MAX_FINDINGS {
            let detail = "This member is named more than once.";
            self.duplicates.push(Violation::at(at.pointer(), Kind::DuplicateKey, detail));
        }
    }

    fn null(&mut self, at: &Here<'_>, what: &str) {
        if self.nulls.len() < MAX_FINDINGS {
            let detail = format!("{what} contains the character U+0000.");
            self.nulls.push(Violation::at(at.pointer(), Kind::ValidationFailed, detail));
        }
    }
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
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        if value.contains('\0') {
            self.findings.null(self.here, "The text");
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
                self.findings.null(&here, "The member's name");
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
