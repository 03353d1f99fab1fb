//! The contract for calls at one vendor.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    call::{CallObservation, Dial, Transcript},
    error::{Error, Kind, Outcome, Result, VendorFailure},
    facts::Facts,
    model::{Agent, Described, PhoneNumber},
    plan::Parts,
    rule::Rules,
    vendor::{Exchange, OperationKey, Request},
};

/// The calls at one vendor.
///
/// The exchanges send the bodies that a plan made from the rules of [`Dial`], and read calls. If a method returns
/// `None`, the vendor lacks the operation; a method with another reason for `None` documents it. The published
/// capabilities are derived from these results.
pub trait Calls: Send + Sync {
    /// Returns the rules of a request to dial. The request has only one part, the root, which is the body of the dial.
    fn rules(&self) -> &dyn Rules<Dial>;

    /// Returns whether the answer to a dial contains the vendor's id of the call.
    fn answers_id(&self) -> AnswersId;

    /// Returns whether the vendor returns the marker of a dial with the call.
    fn marks(&self) -> Marks;

    /// Builds the exchange that dials: exactly one request, which is an [effect](Request::effect). If the answer
    /// reports a refusal, the exchange fails with the outcome `rejected`. If a successful answer lacks an id although
    /// [`Self::answers_id`] is `Always`, the exchange fails with the outcome `ambiguous`.
    ///
    /// # Errors
    /// - `internal` if the agent lacks a part whose id the dial needs.
    /// - `field_required` at `/from/phone_number_id` if the dial needs an entry of the vendor's lists that does not
    ///   exist.
    /// - `field_required` at `/variables/NAME` if the placeholder NAME of the agent has no value and the vendor would
    ///   end the call because of this.
    ///
    /// In all these cases, nothing was sent.
    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>>;

    /// Builds the exchange that reads one call by its remote id, or returns `None` if the vendor has no such request.
    /// If the vendor does not have the call, the exchange results in `None` or fails with an error for which
    /// [`Error::means_gone`](crate::error::Error::means_gone) is true.
    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        let _ = remote_id;
        None
    }

    /// Builds the exchange that reads the calls of a window. It reads pages until the window is covered, up to a limit:
    /// the number of pages that 1,000 calls fill at the vendor's page size, or 20 pages if that is more. The result
    /// states whether the window was covered. Returns `None` if the vendor has no list of calls.
    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>>;

    /// Returns true if [`Self::recent`] asks the vendor only for calls with the phone number or the marker of the
    /// window. If false, a search for one call lists the same calls as a look at all calls, so one list serves both.
    fn filters_list(&self) -> bool {
        true
    }

    /// Builds the exchange that reads the transcript of a call. Returns `None` if the observations contain the
    /// transcript or the vendor has none.
    fn transcript(&self, remote_id: &str) -> Option<Exchange<Option<Transcript>>> {
        let _ = remote_id;
        None
    }

    /// Builds the exchange that ends a live call. The exchange may be repeated. If the call is no longer live, the
    /// exchange fails with an error for which [`Error::means_gone`](crate::error::Error::means_gone) is true, such as
    /// [`Error::call_already_ended`]. Returns `None` if the vendor cannot end calls.
    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        let _ = remote_id;
        None
    }

    /// Builds the request for the bytes of a recording that needs the account's credential. Returns `None` if the links
    /// in the observations need no credential, or if the vendor has no recordings.
    fn recording(&self, remote_id: &str) -> Option<Request> {
        let _ = remote_id;
        None
    }

    /// Builds the exchange that erases a call at the vendor, with its recording and transcript. The exchange may be
    /// repeated. If the vendor has no such call, the exchange succeeds, or fails with an error for which
    /// [`Error::means_gone`](crate::error::Error::means_gone) is true. Returns `None` if the vendor cannot erase calls.
    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        let _ = remote_id;
        None
    }

    /// Returns the rules of the agent's settings that the vendor takes with each call and cannot hold in the agent, with their
    /// paths in the body of a dial. The gateway sends these settings with each dial. The rules leave out, as unsupported, the
    /// settings that a dial can override. Returns `None` if the vendor has no such settings.
    fn agent_settings(&self) -> Option<&dyn Rules<Agent>> {
        None
    }

    /// Lists the members of a [call](crate::call::Call) that the vendor never returns, as JSON pointers such as
    /// `/answered_at`. `/to/phone_number` stands for the number of the other party, `/from/phone_number` for that of
    /// the agent's side. Times that the vendor returns without an offset count as not returned.
    fn undisclosed(&self) -> &'static [&'static str];

    /// Returns true if a dial with this body needs the agent in the vendor's form, because the vendor accepts an override only
    /// together with other settings of the agent.
    fn needs_agent(&self, body: &Value) -> bool {
        let _ = body;
        false
    }

    /// Returns the limits that the vendor publishes. They are the defaults of the configuration.
    fn limits(&self) -> PublishedCallLimits {
        PublishedCallLimits::default()
    }
}

/// The input of a dial.
pub struct PlaceCall<'a> {
    /// The parts of the agent at the vendor, with their ids and versions.
    pub agent: &'a Parts,
    /// The body that the plan made from the rules of [`Dial`].
    pub body: Value,
    /// The gateway's id of the call, sent with the dial if the vendor has a place for it.
    pub marker: &'a str,
    /// The key of the operation, for a vendor that recognizes repeated dials by a key.
    pub key: &'a OperationKey,
    /// The agent's settings for this call, in the form of the API, with the overrides of the dial applied.
    pub settings: &'a Value,
    /// The agent's settings for this call in the vendor's form: the body that would create the agent with the overrides of the
    /// dial. Null unless [`Calls::needs_agent`] returns true.
    pub document: &'a Value,
    /// The vendor's catalogues, for a vendor at which the path of the request depends on the phone number that places
    /// the call.
    pub facts: &'a Facts,
}

/// The result of a dial that the vendor accepted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Placed {
    /// The vendor's id of the call, if the answer has one.
    pub remote_id: Option<String>,
    /// The content of the answer, if it describes the call.
    pub observation: Option<CallObservation>,
}

/// The calls to read from a vendor's list. If the vendor cannot filter by a member, the adapter ignores that member, so
/// the caller filters the result again.
#[derive(Debug, Clone, PartialEq)]
pub struct CallWindow {
    /// The lower bound on the time at which a call began.
    pub since: Timestamp,
    /// The time of the look. The adapter sets it as the time of the observations.
    pub now: Timestamp,
    /// The phone number of the other party; `None` for all.
    pub peer: Option<PhoneNumber>,
    /// True to read outbound calls only.
    pub outbound_only: bool,
    /// The marker of the call; `None` for all.
    pub marker: Option<String>,
    /// True to read live calls only.
    pub live_only: bool,
    /// The vendor's id of the agent; `None` for all.
    pub agent: Option<String>,
    /// The factor by which the adapter increases its usual maximum number of pages: 1, unless an earlier list of the
    /// window was too long.
    pub reach: usize,
}

impl CallWindow {
    /// Builds the window of all calls since a time.
    pub fn since(since: Timestamp, now: Timestamp) -> Self {
        Self {
            since,
            now,
            peer: None,
            outbound_only: false,
            marker: None,
            live_only: false,
            agent: None,
            reach: 1,
        }
    }

    /// Limits the window to calls with this phone number of the other party.
    pub fn with_peer(self, peer: PhoneNumber) -> Self {
        Self { peer: Some(peer), ..self }
    }

    /// Limits the window to outbound calls.
    pub fn outbound(self) -> Self {
        Self { outbound_only: true, ..self }
    }

    /// Limits the window to calls with this marker.
    pub fn with_marker(self, marker: impl Into<String>) -> Self {
        Self { marker: Some(marker.into()), ..self }
    }

    /// Limits the window to calls of the agent with this vendor's id.
    pub fn with_agent(self, remote_id: impl Into<String>) -> Self {
        Self { agent: Some(remote_id.into()), ..self }
    }

    /// Multiplies the maximum number of pages by a factor.
    pub fn reaching(self, reach: usize) -> Self {
        Self { reach, ..self }
    }

    /// Returns the maximum number of pages to read, given the adapter's usual maximum.
    pub fn max_pages(&self, usual: usize) -> usize {
        usual.saturating_mul(self.reach)
    }

    /// Limits the window to live calls.
    pub fn live(self) -> Self {
        Self { live_only: true, ..self }
    }
}

/// The calls that a vendor listed for a window.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CallObservations {
    /// The calls, each once.
    pub rows: Vec<CallObservation>,
    /// The calls that the vendor lists without an id. They cannot be followed, and one of them may be the call of a dial. Their
    /// remote id is empty.
    pub unidentified: Vec<CallObservation>,
    /// True if the rows contain every call of the window. If false, the list was longer than the adapter reads.
    pub is_complete: bool,
}

/// The frequency with which the answer to a dial contains the vendor's id of the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum AnswersId {
    /// Every answer to an accepted dial has the id.
    Always,
    /// Some answers to accepted dials have the id.
    Sometimes,
    /// No answer to a dial has the id.
    Never,
}

/// The vendor's support for markers: whether the vendor returns the marker of a dial with the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Marks {
    /// The vendor documents that the marker comes back with the call.
    Certain,
    /// The marker probably comes back (inferred).
    Likely,
    /// The vendor has no place for a marker, or never returns it.
    Never,
}

/// The limits on calls that a vendor publishes. Omitted if none is known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct PublishedCallLimits {
    /// The maximum number of concurrent calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub concurrent: Option<u32>,
    /// The maximum number of calls per day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub per_day: Option<u32>,
}

impl Error {
    /// Builds the error for a call that the vendor does not end now, for example because it has not started.
    pub fn call_not_ended() -> Self {
        let failure = VendorFailure::new(Outcome::Rejected);
        Self::vendor(Kind::VendorRejected, failure.message("the vendor does not end the call at this time"))
    }

    /// Builds the error for a call that is no longer live. [`Self::means_gone`] is true for it.
    pub fn call_already_ended() -> Self {
        let failure = VendorFailure::new(Outcome::Rejected).gone();
        Self::vendor(Kind::VendorRejected, failure.message("the call has already ended"))
    }
}
