//! Capabilities of a vendor, derived from the rules.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    facts::Facts,
    model::{Described, Field, Leaf, Limits},
    rule::{Clearing, Domain, Ranges, Rule, WriteEffects, encode::json as plain},
};

/// Collects capabilities. Made by [`Translator::capabilities`](crate::plan::Translator::capabilities); rule sets walk it.
#[derive(Default)]
pub struct Describer {
    pub(crate) at: String,
    pub(crate) rows: Vec<Capability>,
}

/// A field at a vendor: whether the vendor holds it, and with which values.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Capability {
    /// The field, as a JSON pointer.
    pub field: String,
    /// The vendor's support of the field.
    #[schema(inline)]
    pub support: Support,
    /// The vendor's fields that hold it, as JSON pointers into its document.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub vendor_fields: Vec<&'static str>,
    /// The name of the vendor's field at creation, where it is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub created_as: Option<&'static str>,
    /// The values that the vendor takes, in the unit of the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub domain: Option<Domain>,
    /// The values that the model itself allows.
    #[serde(skip)]
    pub limits: Limits,
    /// The conversion of values, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub conversion: Option<String>,
    /// True where the vendor creates no record without it.
    pub required: bool,
    /// The value that is sent where the vendor requires one and the caller gives none, in the unit of the field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// True where the vendor returns the value that it holds.
    pub readable: bool,
    /// True where the value can be cleared.
    pub clearable: bool,
    /// True where a write that would lose the value is refused.
    pub essential: bool,
    /// The reason of a missing support, or a peculiarity of the vendor.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub why: Option<String>,
    /// The other vendor fields that writing it changes.
    #[serde(skip)]
    pub footprint: WriteEffects,
}

/// Support of a field by a vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// The value can be set and changed.
    Supported,
    /// The value can be set when the record is created, and not changed later.
    CreationOnly,
    /// The vendor always behaves in the same way.
    Fixed,
    /// The vendor has no such field.
    Unsupported,
}

impl Describer {
    /// Walks a group of fields.
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
            limits: field.limits,
            conversion: None,
            required: false,
            default: None,
            readable: false,
            clearable: !field.required,
            essential: field.essential != crate::model::Essential::Never,
            why: None,
            footprint: WriteEffects::default(),
        };
        match rule {
            Rule::Unsupported { why } => {
                row.support = Support::Unsupported;
                row.why = Some((*why).to_owned());
            }
            Rule::Fixed { sent, why } => {
                row.support = Support::Fixed;
                row.why = Some(format!("Always {sent}: {why}"));
            }
            Rule::Presence { of, why, .. } => {
                row.vendor_fields = vec![of];
                row.readable = true;
                row.why = Some((*why).to_owned());
            }
            Rule::Mapped(mapping) => {
                row.vendor_fields.clone_from(&mapping.fields);
                row.created_as = mapping.created_as;
                row.domain = Some(mapping.domain());
                row.conversion = mapping.codec.conversion();
                row.required = mapping.required || mapping.always;
                row.default = mapping.default.as_ref().filter(|_| mapping.required).map(|wire| {
                    let value = mapping.codec.decode(wire, &Facts::default());
                    value.as_ref().map_or_else(|| wire.clone(), plain)
                });
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
                let condition = mapping.only_when.as_ref().map(|(_, why)| *why);
                let ranges = mapping.ranges.as_ref().map(Ranges::note);
                let whys = [mapping.note, condition, ranges.as_deref(), mapping.creation_only, clearing];
                let whys: Vec<_> = whys.into_iter().flatten().collect();
                row.why = (!whys.is_empty()).then(|| whys.join(" "));
            }
        }
        self.rows.push(row);
    }
}
