//! Capabilities of a vendor, derived from the rules.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    facts::{CatalogueKind, Facts},
    model::{Described, Essential, Field, Leaf, Limits},
    rule::{Choices, Clearing, Domain, Extent, Listed, Ranges, Rule, WriteEffects, encode::json as plain},
};

/// A collector of capabilities. [`Translator::capabilities`](crate::plan::Translator::capabilities) creates
/// it; rule sets use it to describe their fields.
#[derive(Default)]
pub struct Describer {
    pub(crate) at: String,
    pub(crate) rows: Vec<Capability>,
}

/// A vendor's support for one field, with the values that the vendor accepts.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Capability {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The vendor's support for the field.
    #[schema(inline)]
    pub support: Support,
    /// The paths of the field in the vendor's document: JSON pointers, in which a segment such as `[type=end_call]`
    /// selects the list item with this member; omitted if there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vendor_fields: Vec<&'static str>,
    /// The path of the field in the request that creates a record, as a JSON pointer; omitted if the path is
    /// the same as in updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub created_as: Option<&'static str>,
    /// The values that the vendor accepts, in the unit of the field; omitted if the vendor stores no value for the
    /// field itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub domain: Option<Domain>,
    /// The vendor's list in which the gateway looks up each value that a caller sets. The gateway refuses a value that
    /// is no alias, is not in the list, and is not documented by the vendor. If the list cannot be read or may be
    /// incomplete, the gateway reports such a value as `unverified` instead. Omitted if the gateway does not look up
    /// the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline, nullable = false)]
    pub listed_in: Option<CatalogueKind>,
    /// The values that the model itself allows.
    #[serde(skip)]
    pub limits: Limits,
    /// The conversion of values, in a few words; omitted if values are sent unchanged or the conversion is
    /// not described.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conversion: Option<String>,
    /// True if the vendor requires a value for the field.
    pub required: bool,
    /// True if the caller must give a value, because the vendor requires one and the gateway has none to send.
    #[serde(skip)]
    pub must_be_given: bool,
    /// The value, in the unit of the field, that the gateway sends in a creation if the caller gives none: the vendor
    /// requires a value, or this is the vendor's default. Omitted if the gateway has no such value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// True if the vendor returns the value of the field.
    pub readable: bool,
    /// True if the field can be cleared.
    pub clearable: bool,
    /// True if the gateway refuses a write that changes the field and would lose it, even with lenient handling. For
    /// some flags, this applies to only one of the two values.
    pub essential: bool,
    /// The only value of an essential flag that must not be lost; `None` if every value of the field is essential, or
    /// none is.
    #[serde(skip)]
    pub essential_value: Option<bool>,
    /// The value that the vendor always holds, in the unit of the field, if the support is [`Support::Fixed`].
    #[serde(skip)]
    pub fixed_value: Option<Value>,
    /// The place of the field in a request to place a call. The vendor cannot hold the field in an agent, so the gateway
    /// keeps the agent's value and sends it with each call that it places. Omitted for any other field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub with_calls: Option<SentWithCalls>,
    /// The reason why the vendor does not support the field, or a restriction of the support; omitted if
    /// there is neither.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub why: Option<String>,
    /// The side effects of writing the field at the vendor.
    #[serde(skip)]
    pub footprint: WriteEffects,
}

/// The place of an agent's field in a vendor's request to place a call.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SentWithCalls {
    /// The paths of the field in the request: JSON pointers, in which a segment such as `[type=end_call]` selects the list
    /// item with this member.
    pub vendor_fields: Vec<&'static str>,
    /// The values that the vendor accepts, in the unit of the field; omitted if they are not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub domain: Option<Domain>,
}

impl Capability {
    /// Returns true if a request can set the field.
    pub fn is_settable(&self) -> bool {
        matches!(self.support, Support::Supported | Support::CreationOnly)
    }
}

/// A vendor's support for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The field can be set and changed.
    Supported,
    /// The field can be set only when the record is created. It cannot be changed later.
    CreationOnly,
    /// The field cannot be set, because the vendor always behaves in the same way.
    Fixed,
    /// The vendor has no such field.
    Unsupported,
}

impl Describer {
    /// Runs `walk` to describe the fields of a nested object, with pointers below that of the object.
    pub fn group(&mut self, name: &str, walk: impl FnOnce(&mut Self)) {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(name);
        walk(self);
        self.at.truncate(length);
    }

    /// Describes one field.
    pub fn leaf<T: Leaf>(&mut self, field: &Field, rule: &Rule<T>) {
        let mut row = Capability {
            field: format!("{}/{}", self.at, field.name),
            support: Support::Supported,
            vendor_fields: Vec::new(),
            created_as: None,
            domain: None,
            listed_in: None,
            limits: field.limits,
            conversion: None,
            required: false,
            must_be_given: false,
            default: None,
            readable: false,
            clearable: !field.required,
            essential: field.essential != Essential::Never,
            essential_value: match field.essential {
                Essential::When(value) => Some(value),
                Essential::Never | Essential::Always => None,
            },
            fixed_value: None,
            with_calls: None,
            why: None,
            footprint: WriteEffects::default(),
        };
        match rule {
            Rule::Unsupported { why } => {
                row.support = Support::Unsupported;
                row.why = Some((*why).to_owned());
            }
            Rule::Fixed { sent, why, .. } => {
                row.support = Support::Fixed;
                row.fixed_value = Some(sent.clone());
                let sent = sent.as_str().map_or_else(|| sent.to_string(), str::to_owned);
                row.why = Some(format!("Always {sent}: {why}"));
            }
            Rule::Mapped(mapping) => {
                row.vendor_fields.clone_from(&mapping.fields);
                row.created_as = mapping.created_as;
                row.domain =
                    Some(mapping.domain()).filter(|_| !matches!(mapping.clearing, Clearing::Nothing));
                row.conversion = mapping.codec.conversion();
                row.required = mapping.required || mapping.always;
                let is_sent = mapping.required || mapping.states_default;
                row.default = mapping.default.as_deref().filter(|_| is_sent).map(|wire| {
                    let value = mapping.codec.decode(wire, &Facts::default());
                    value.as_ref().map_or_else(|| wire.clone(), plain)
                });
                row.must_be_given = mapping.required && mapping.default.is_none() && mapping.lookup.is_none();
                row.readable = !mapping.write_only;
                row.footprint = WriteEffects::from_mapping(mapping);
                row.clearable &=
                    mapping.creation_only.is_none() && !matches!(mapping.clearing, Clearing::Impossible(_));
                if mapping.creation_only.is_some() {
                    row.support = Support::CreationOnly;
                }
                let clearing = match mapping.clearing {
                    Clearing::Impossible(why) | Clearing::Inferred(_, why) => Some(why),
                    _ => None,
                };
                let condition = mapping.only_when.as_deref().map(|(_, why)| *why);
                let need = mapping.needs.map(|(_, why)| why);
                let listed = mapping.listed.as_deref();
                row.listed_in = listed
                    .filter(|listed| !matches!(listed.extent, Extent::Unread(_)))
                    .map(|listed| listed.catalogue);
                let unchecked = listed.and_then(Listed::note);
                let ranges = mapping.ranges.as_deref().map(Ranges::note);
                let choices = mapping.choices.as_deref().map(Choices::note);
                let unbound = mapping.bound.as_deref().map(|bound| bound.unbound);
                let whys = [
                    mapping.note,
                    unbound,
                    condition,
                    need,
                    ranges.as_deref(),
                    choices.as_deref(),
                    mapping.creation_only,
                    clearing,
                    unchecked,
                ];
                let whys: Vec<_> = whys.into_iter().flatten().collect();
                row.why = (!whys.is_empty()).then(|| whys.join(" "));
            }
        }
        self.rows.push(row);
    }
}
