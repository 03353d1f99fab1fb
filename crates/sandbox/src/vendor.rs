//! The simulated vendors: what tells one from another before a request is read.

use std::fmt;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde::{Deserialize, Serialize};

/// A vendor interface that the sandbox plays. The two generations of Autocalls are two vendors here, because
/// neither understands the other's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Vendor {
    /// QCall AI: assistants and dialers.
    #[serde(rename = "qcall")]
    Qcall,
    /// Autocalls in the vocabulary of its 2025 reference pages.
    #[serde(rename = "autocalls-2025")]
    Autocalls2025,
    /// Autocalls in the vocabulary of its 2026 reference pages.
    #[serde(rename = "autocalls-2026")]
    Autocalls2026,
    /// OpenCX phone agents, in the generation of its 2024 OpenAPI document.
    #[serde(rename = "opencx")]
    Opencx,
}

impl Vendor {
    /// Every vendor, in the order of declaration.
    pub const ALL: [Self; 4] = [Self::Qcall, Self::Autocalls2025, Self::Autocalls2026, Self::Opencx];

    /// The vendor's name in control routes, and the first segment of its paths.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qcall => "qcall",
            Self::Autocalls2025 => "autocalls-2025",
            Self::Autocalls2026 => "autocalls-2026",
            Self::Opencx => "opencx",
        }
    }

    /// The vendor of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.name() == name)
    }

    /// Where the vendor's interface starts on the sandbox's listener.
    #[must_use]
    pub const fn base_path(self) -> &'static str {
        match self {
            Self::Qcall => "/qcall/api/v1",
            Self::Autocalls2025 => "/autocalls-2025/api",
            Self::Autocalls2026 => "/autocalls-2026/api",
            Self::Opencx => "/opencx",
        }
    }

    /// The vendor that owns `path`, and the rest of the path below the vendor's base path.
    pub(crate) fn owning(path: &str) -> Option<(Self, &str)> {
        Self::ALL.into_iter().find_map(|vendor| {
            let rest = path.strip_prefix(vendor.base_path())?;
            (rest.is_empty() || rest.starts_with('/')).then_some((vendor, rest))
        })
    }

    /// The one key that the simulator accepts. It opens nothing anywhere else.
    pub(crate) const fn api_key(self) -> &'static str {
        match self {
            Self::Qcall => "sandbox-key-qcall-opens-nothing",
            Self::Autocalls2025 => "sandbox-key-autocalls-2025-opens-nothing",
            Self::Autocalls2026 => "sandbox-key-autocalls-2026-opens-nothing",
            Self::Opencx => "sandbox-key-opencx-opens-nothing",
        }
    }

    /// Whether the request carries the vendor's key where the vendor looks for it: `x-api-key` at QCall, a bearer
    /// token at the others (all three vendors' reference pages).
    pub(crate) fn admits(self, headers: &HeaderMap) -> bool {
        let given = match self {
            Self::Qcall => headers.get("x-api-key").map(|key| key.as_bytes()),
            _ => headers.get(AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer ")),
        };
        given == Some(self.api_key().as_bytes())
    }

    /// The vendor's documented contract, an OpenAPI 3.1 document.
    pub(crate) const fn contract(self) -> &'static str {
        match self {
            Self::Qcall => include_str!("../../adapter-qcall/contract/openapi.json"),
            Self::Autocalls2025 => {
                include_str!("../../adapter-autocalls/contract/2025.openapi.json")
            }
            Self::Autocalls2026 => {
                include_str!("../../adapter-autocalls/contract/2026.openapi.json")
            }
            Self::Opencx => include_str!("../../adapter-opencx/contract/openapi.json"),
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
