//! The simulated vendors: their names, paths and credentials.

use std::fmt;

use http::HeaderMap;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::SIMULATORS;

/// A vendor interface that the sandbox simulates. Each simulator declares its own interface, and [`SIMULATORS`]
/// lists all of them. Two generations of one vendor's API are two vendors here, because neither generation
/// accepts the field names of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Vendor {
    /// The vendor's name in control routes, and the first segment of its paths.
    pub(crate) name: &'static str,
    /// The vendor's published name, such as `QCall AI`.
    pub(crate) title: &'static str,
    /// The path on the sandbox's listener at which the vendor's interface starts.
    pub(crate) base_path: &'static str,
    /// The only key that the simulator accepts. The key grants access to nothing outside the sandbox.
    pub(crate) api_key: &'static str,
    /// The header in which the vendor expects the key.
    pub(crate) credential: Credential,
}

/// The header in which a vendor expects the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Credential {
    /// `authorization: Bearer KEY`.
    Bearer,
    /// A vendor-specific header, in lower case, that contains only the key.
    Header(&'static str),
}

impl Vendor {
    /// Every vendor, in the order of [`SIMULATORS`].
    pub const ALL: [Self; SIMULATORS.len()] = {
        let mut all = [SIMULATORS[0].vendor; SIMULATORS.len()];
        let mut place = 0;
        while place < all.len() {
            all[place] = SIMULATORS[place].vendor;
            place += 1;
        }
        all
    };

    /// Returns the vendor's name in control routes, which is also the first segment of its paths.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Returns the vendor's published name.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.title
    }

    /// Finds the vendor with this name in control routes. Returns `None` if no vendor has the name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.name == name)
    }

    /// Returns the path on the sandbox's listener at which the vendor's interface starts.
    #[must_use]
    pub const fn base_path(self) -> &'static str {
        self.base_path
    }

    /// Returns the header that authenticates a request: its name and its value.
    #[must_use]
    pub fn credential(self) -> (&'static str, String) {
        match self.credential {
            Credential::Bearer => ("authorization", format!("Bearer {}", self.api_key)),
            Credential::Header(name) => (name, self.api_key.to_owned()),
        }
    }

    /// Returns whether the request has the vendor's key in the expected header.
    pub(crate) fn admits(self, headers: &HeaderMap) -> bool {
        let (name, value) = self.credential();
        headers.get(name).is_some_and(|given| given.as_bytes() == value.as_bytes())
    }

    /// Returns the rest of `path` below the vendor's base path. Returns `None` if `path` is not below the base
    /// path.
    pub(crate) fn below(self, path: &str) -> Option<&str> {
        path.strip_prefix(self.base_path).filter(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Serialize for Vendor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Vendor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = || Self::ALL.map(Self::name).join(", ");
        Self::named(&name).ok_or_else(|| D::Error::custom(format!("vendor is one of {}", known())))
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}
