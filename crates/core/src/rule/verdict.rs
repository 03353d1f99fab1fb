//! The result of translating one field, and the accuracy of the translation of a record.

use serde::{Deserialize, Serialize};

use crate::model::Described;

/// The result of translating one field for the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The vendor holds the requested value.
    Exact,
    /// The vendor holds the nearest value that it accepts.
    Rounded,
    /// The requested value was outside the vendor's range, and the vendor holds the nearest limit.
    Clamped,
    /// The vendor holds a similar value instead of the requested one.
    Substituted,
    /// The gateway could not check the requested value. Either it sent the value and could not look it up in the vendor's
    /// list of such values, or an import took the value from the request, because the vendor does not return it.
    Unverified,
    /// The request has no value for the field, but the gateway sent a value, usually because the vendor
    /// requires one.
    Assumed,
    /// The vendor does not support the field or the requested value, so only the gateway stores the value; or the
    /// vendor has a value that the gateway cannot read.
    Unsupported,
    /// The vendor accepted the value, but was later observed to hold a different value or none.
    NotPersisted,
    /// The field is a setting that only this vendor has.
    Extension,
}

impl Verdict {
    /// Returns true if the vendor holds no value, or a value other than the requested one.
    pub fn is_loss(self) -> bool {
        match self {
            Self::Rounded | Self::Clamped | Self::Substituted | Self::Unsupported | Self::NotPersisted => {
                true
            }
            Self::Exact | Self::Unverified | Self::Assumed | Self::Extension => false,
        }
    }

    /// Returns the rank of the verdict in a report. Lost fields have the lowest rank and come first, before fields with
    /// the nearest value, substituted fields, unverified fields, extensions and assumed values.
    pub(crate) fn weight(self) -> u8 {
        match self {
            Self::Unsupported | Self::NotPersisted => 0,
            Self::Rounded | Self::Clamped => 1,
            Self::Substituted => 2,
            Self::Unverified => 3,
            Self::Extension | Self::Exact => 4,
            Self::Assumed => 5,
        }
    }

    /// Returns the name of the verdict in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Rounded => "rounded",
            Self::Clamped => "clamped",
            Self::Substituted => "substituted",
            Self::Unverified => "unverified",
            Self::Assumed => "assumed",
            Self::Unsupported => "unsupported",
            Self::NotPersisted => "not_persisted",
            Self::Extension => "extension",
        }
    }
}

/// The accuracy of the translation of the requested values, in one word. Values that the gateway assumed do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Fidelity {
    /// The vendor holds every requested value.
    Exact,
    /// Every value was sent as requested, or was taken from the request of an import. The gateway could not check at least
    /// one of the values.
    Unverified,
    /// The vendor holds every field, but at least one with a similar value instead of the requested one.
    Approximate,
    /// The vendor lacks at least one field or did not persist the value of at least one field.
    Partial,
}
