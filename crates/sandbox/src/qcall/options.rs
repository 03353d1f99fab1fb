//! The options for the differences between QCall's backends, and between the backends and the documentation.

use serde::{Deserialize, Serialize};

use super::call_options::CallOptions;
use crate::options::PageSize;

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Options {
    pub envelope: Envelope,
    /// The member that contains the rows in a nested envelope.
    pub nested_under: Nesting,
    /// The form in which the answer to a creation contains the new record's id.
    pub create_answers_id: NewId,
    /// True if a refusal has status 200 and `success: false` (vendor's MCP client). False if a refusal has its own
    /// status.
    pub failures_as_200: bool,
    /// True if getAssistant returns an array of one record (vendor's MCP client).
    pub reads_as_array: bool,
    /// The number of rows on a page if `perpage` is absent.
    pub default_page_size: PageSize,
    /// The maximum number of rows on a page. A larger `perpage` is reduced to this number. `perpage=-1`
    /// requests all rows and is not limited.
    pub largest_page_size: PageSize,
    pub calls: CallOptions,
}

impl Default for Options {
    /// Returns the behaviour that the vendor's own client expects, including the page sizes.
    fn default() -> Self {
        Self {
            envelope: Envelope::Wrapped,
            nested_under: Nesting::Rows,
            create_answers_id: NewId::HashId,
            failures_as_200: true,
            reads_as_array: false,
            default_page_size: PageSize::new(20),
            largest_page_size: PageSize::new(100),
            calls: CallOptions::default(),
        }
    }
}

/// The envelope around an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Envelope {
    /// `{success, message, data}` (vendor's audit of its documentation).
    Wrapped,
    /// No envelope, as in the published specification.
    Bare,
    /// `{success, message, data}`, with the rows of a list nested one level deeper (vendor's MCP client).
    Nested,
}

/// The members in which the vendor's MCP client looks for rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Nesting {
    Data,
    Rows,
    List,
    Items,
    Result,
}

impl Nesting {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Rows => "rows",
            Self::List => "list",
            Self::Items => "items",
            Self::Result => "result",
        }
    }
}

/// The form in which the answer to a creation contains the new record's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum NewId {
    /// `data.hash_id`, as in newer backends (vendor's MCP server).
    HashId,
    /// The whole record with its `id`, without an envelope, as in the published specification.
    Bare,
    /// No id, as in older backends (vendor's MCP server).
    None,
}
