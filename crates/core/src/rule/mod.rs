//! How one normalized field crosses to a vendor and back, as data.

mod assume;
mod codec;
mod decode;
mod describe;
mod encode;
mod footprint;
pub mod place;

use serde_json::Value;

use crate::{Catalogue, Leaf};

pub use codec::*;
pub use decode::{Decoder, Unread};
pub use describe::{Capability, Describer, Support};
pub use encode::{Encoder, Mode};
pub use footprint::Footprint;

/// One rule per leaf of a record; derived by `Fields`, filled in by each adapter as a struct literal.
pub trait RuleSet: Send + Sync + 'static {
    /// The record whose fields cross.
    type Record;

    /// Writes the change from `before` to `desired` in the vendor's words.
    fn encode(&self, before: Option<&Self::Record>, desired: &Self::Record, out: &mut Encoder<'_>);

    /// Reads the record out of the vendor's document.
    fn decode(&self, from: &mut Decoder<'_>) -> Self::Record;

    /// Says what the vendor can hold.
    fn describe(&self, out: &mut Describer);
}

/// How one field crosses.
pub enum Rule<T> {
    /// The vendor has a place for it.
    Mapped(Box<Mapping<T>>),
    /// The vendor has no place for it.
    Unsupported {
        /// Why, for the report and the docs.
        why: &'static str,
    },
    /// The vendor does the same thing always, whatever is asked.
    Fixed {
        /// What it does.
        sent: &'static str,
        /// Why, for the report and the docs.
        why: &'static str,
    },
    /// The vendor has no switch: having another value is being on.
    Presence {
        /// Where the other value is written.
        of: &'static str,
        /// The normalized field of the other value.
        field: &'static str,
        /// Why, for the report and the docs.
        why: &'static str,
    },
}

/// Where a field lives at the vendor, and everything that is peculiar about it there.
pub struct Mapping<T> {
    pub(crate) path: &'static str,
    /// Every vendor field that is written; several where the codec fills more than one.
    pub(crate) fields: Vec<&'static str>,
    pub(crate) codec: Box<dyn Codec<T>>,
    pub(crate) created_as: Option<&'static str>,
    pub(crate) read: Option<Reading<T>>,
    pub(crate) write_only: bool,
    pub(crate) switch: Option<Switch>,
    pub(crate) clearing: Clearing<T>,
    pub(crate) creation_only: Option<&'static str>,
    pub(crate) only_when: Option<(Circumstance, &'static str)>,
    pub(crate) marks: Option<&'static str>,
    pub(crate) always: bool,
    pub(crate) resets_rest: bool,
    pub(crate) required: bool,
    pub(crate) required_when: Option<Circumstance>,
    pub(crate) default: Option<Value>,
    pub(crate) default_when: Option<(Circumstance, Value)>,
    pub(crate) looked_up: Option<LookUp>,
    pub(crate) part: Part,
    pub(crate) note: Option<&'static str>,
}

/// Where and how answers say the field, if not as it is written.
pub(crate) struct Reading<T> {
    pub path: &'static str,
    pub codec: Option<Box<dyn Codec<T>>>,
}

/// A flag beside the value that says whether it counts.
pub(crate) struct Switch {
    pub path: &'static str,
    /// The wire value that means the same as the flag being off.
    pub off: Option<Value>,
}

/// How a field loses its value at a vendor.
pub(crate) enum Clearing<T> {
    /// `null` where the vendor merges, leaving it out where the vendor replaces.
    Natural,
    /// This wire value stands for nothing.
    By(Value),
    /// Setting this value leaves nothing of it.
    As(T),
    /// This value stands for nothing, as far as can be inferred.
    Inferred(Value, &'static str),
    /// There is no documented way.
    Impossible(&'static str),
}

/// Another vendor field has a certain value.
pub(crate) struct Circumstance {
    pub path: &'static str,
    pub value: Value,
}

impl Circumstance {
    pub fn holds(&self, body: &Value) -> bool {
        place::get(body, self.path) == Some(&self.value)
    }
}

/// What the caller left out is looked up in a catalogue.
pub(crate) struct LookUp {
    pub catalogue: Catalogue,
    /// The vendor field that holds the row's id.
    pub key: &'static str,
    /// Where in the row the value is, first match wins.
    pub pick: &'static [&'static str],
    /// The member that holds the id, where a row is known by nothing else.
    pub known_by: Option<&'static str>,
}

/// Which part of a shared text a field is.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Part {
    Whole,
    /// The first item of a list in one text.
    First(&'static str),
    /// The other items of a list in one text.
    Others(&'static str),
}

/// The field lives at `path` and converts by `codec`.
///
/// A path is a JSON pointer; a segment `[type=end_call]` is the list item whose `type` is `end_call`.
pub fn at<T: Leaf>(path: &'static str, codec: impl Codec<T> + 'static) -> Rule<T> {
    Rule::Mapped(Box::new(Mapping {
        path,
        fields: vec![path],
        codec: Box::new(codec),
        created_as: None,
        read: None,
        write_only: false,
        switch: None,
        clearing: Clearing::Natural,
        creation_only: None,
        only_when: None,
        marks: None,
        always: false,
        resets_rest: false,
        required: false,
        required_when: None,
        default: None,
        default_when: None,
        looked_up: None,
        part: Part::Whole,
        note: None,
    }))
}

/// The field fills several vendor fields, each a member of what the codec writes.
pub fn across<T: Leaf>(fields: &[&'static str], codec: impl Codec<T> + 'static) -> Rule<T> {
    at("", codec).with(|m| m.fields = fields.to_vec())
}

/// The vendor has no such field.
pub fn unsupported<T>(why: &'static str) -> Rule<T> {
    Rule::Unsupported { why }
}

/// The vendor does the same thing always.
pub fn fixed<T>(sent: &'static str, why: &'static str) -> Rule<T> {
    Rule::Fixed { sent, why }
}

/// Having the value at `of`, which is the normalized `field`, is being on.
pub fn presence(of: &'static str, field: &'static str, why: &'static str) -> Rule<bool> {
    Rule::Presence { of, field, why }
}

impl<T: Leaf> Rule<T> {
    fn with(mut self, edit: impl FnOnce(&mut Mapping<T>)) -> Self {
        if let Self::Mapped(mapping) = &mut self {
            edit(mapping);
        }
        self
    }

    /// Answers spell the key differently.
    pub fn reads(self, path: &'static str) -> Self {
        self.with(|m| m.read = Some(Reading { path, codec: None }))
    }

    /// Answers spell the key and the value differently.
    pub fn reads_as(self, path: &'static str, codec: impl Codec<T> + 'static) -> Self {
        self.with(|m| m.read = Some(Reading { path, codec: Some(Box::new(codec)) }))
    }

    /// Answers do not have the field.
    pub fn write_only(self) -> Self {
        self.with(|m| m.write_only = true)
    }

    /// Creation spells the key differently.
    pub fn created_as(self, path: &'static str) -> Self {
        self.with(|m| m.created_as = Some(path))
    }

    /// The value can be set only when the record is made.
    pub fn creation_only(self, why: &'static str) -> Self {
        self.with(|m| m.creation_only = Some(why))
    }

    /// A flag at `path` says whether the value counts.
    pub fn switched_by(self, path: &'static str) -> Self {
        self.with(|m| m.switch = Some(Switch { path, off: None }))
    }

    /// A flag at `path` says whether the value counts; the wire value `off` means that it does not.
    pub fn switched_by_unless(self, path: &'static str, off: Value) -> Self {
        self.with(|m| m.switch = Some(Switch { path, off: Some(off) }))
    }

    /// What this vendor takes for nothing.
    pub fn cleared_by(self, wire: Value) -> Self {
        self.with(|m| m.clearing = Clearing::By(wire))
    }

    /// Taking the value back is setting this one: what the codec keeps of a shared place stays.
    pub fn cleared_as(self, value: T) -> Self {
        self.with(|m| m.clearing = Clearing::As(value))
    }

    /// What this vendor is believed to take for nothing; that it does is nowhere documented, so that it is reported.
    pub fn cleared_by_inference(self, wire: Value, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Inferred(wire, why))
    }

    /// The vendor documents no way to take the value back.
    pub fn cannot_clear(self, why: &'static str) -> Self {
        self.with(|m| m.clearing = Clearing::Impossible(why))
    }

    /// The vendor takes the field only where the vendor field at `path` has this value.
    pub fn only_when(self, path: &'static str, value: Value, why: &'static str) -> Self {
        self.with(|m| m.only_when = Some((Circumstance { path, value }, why)))
    }

    /// Setting the field also sets the flag at `path`.
    pub fn marks(self, path: &'static str) -> Self {
        self.with(|m| m.marks = Some(path))
    }

    /// The vendor wants the field in every update.
    pub fn always(self) -> Self {
        self.with(|m| m.always = true)
    }

    /// Setting the field makes the vendor forget others, so that all are sent again.
    pub fn resets_rest(self) -> Self {
        self.with(|m| m.resets_rest = true)
    }

    /// The vendor makes no record without it.
    pub fn required(self) -> Self {
        self.with(|m| m.required = true)
    }

    /// The vendor makes no record without it where the vendor field at `path` has this value.
    pub fn required_when(self, path: &'static str, value: Value) -> Self {
        self.with(|m| m.required_when = Some(Circumstance { path, value }))
    }

    /// What is sent where the vendor wants the field and the caller did not give it.
    pub fn default(self, wire: Value) -> Self {
        self.with(|m| m.default = Some(wire))
    }

    /// What is sent instead of the default where the vendor field at `path` has this value.
    pub fn default_when(self, path: &'static str, value: Value, wire: Value) -> Self {
        self.with(|m| m.default_when = Some((Circumstance { path, value }, wire)))
    }

    /// What the caller left out comes from the row of `catalogue` whose id is written at `key`, from the first of
    /// `pick` that the row has.
    pub fn looked_up(self, catalogue: Catalogue, key: &'static str, pick: &'static [&'static str]) -> Self {
        self.with(|m| m.looked_up = Some(LookUp { catalogue, key, pick, known_by: None }))
    }

    /// Where the catalogue has no such row and the vendor wants the field, all that is known is the id, as `member`.
    pub fn known_by(self, member: &'static str) -> Self {
        self.with(|m| {
            if let Some(look_up) = &mut m.looked_up {
                look_up.known_by = Some(member);
            }
        })
    }

    /// The field is the first item of a list in one text.
    pub fn first_of(self, separator: &'static str) -> Self {
        self.with(|m| m.part = Part::First(separator))
    }

    /// The field is what follows the first item of a list in one text.
    pub fn others_of(self, separator: &'static str) -> Self {
        self.with(|m| m.part = Part::Others(separator))
    }

    /// Something people should know of the field at this vendor.
    pub fn note(self, note: &'static str) -> Self {
        self.with(|m| m.note = Some(note))
    }
}

impl<T> Mapping<T> {
    /// What a document has of the field: what stands at its path, or the document itself where the field fills
    /// several members of it and one of them has a value.
    pub(crate) fn standing<'a>(&self, document: &'a Value, path: &str) -> Option<&'a Value> {
        let filled = |path: &str| place::get(document, path).filter(|wire| !wire.is_null());
        match path.is_empty() {
            true => self.fields.iter().any(|field| filled(field).is_some()).then_some(document),
            false => filled(path),
        }
    }

    /// The list that the path goes through, which a merging vendor replaces as a whole.
    pub(crate) fn list(&self) -> Option<&'static str> {
        self.path.find("/[").map(|end| &self.path[..end])
    }
}
