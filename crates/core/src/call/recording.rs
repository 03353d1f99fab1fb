//! The recording of a call.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{Described, WebUrl};

/// The recording of a call.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Recording {
    /// The availability of the recording.
    #[serde(default)]
    #[schema(inline)]
    pub state: RecordingState,
    /// The vendor's link to the recording. Null if there is no link or the link needs the gateway's credential.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uri")]
    pub url: Option<WebUrl>,
}

/// The availability of a recording. The variants are ordered: of two observed states, the later one in this order
/// applies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// The recording may still follow.
    #[default]
    Pending,
    /// The call has no recording.
    None,
    /// The recording can be fetched.
    Available,
    /// The recording was deleted because its retention period is over.
    Expired,
    /// The recording was erased on request.
    Erased,
}

impl Recording {
    /// Builds a recording that can be fetched at this link. If the link is not a valid http or https URL, the recording
    /// is pending: such a link is never followed or shown, and a later observation may have another one.
    pub fn at(url: &str) -> Self {
        let available = |url| Self { state: RecordingState::Available, url: Some(url) };
        WebUrl::new(url).map(available).unwrap_or_default()
    }

    /// Builds a recording that only the gateway can fetch, with the credential of the account.
    pub fn through_gateway() -> Self {
        Self { state: RecordingState::Available, url: None }
    }

    /// Builds the value for a call that has no recording.
    pub fn none() -> Self {
        Self { state: RecordingState::None, url: None }
    }
}

/// The link grants access to the recording, so `Debug` does not show it.
impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Recording({:?}, has_url: {})", self.state, self.url.is_some())
    }
}
