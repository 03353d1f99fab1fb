//! The dry run of a call, and a vendor's support for calls.

use jiff::Timestamp;
use serde::Serialize;
use switchboard_core::{
    model::Described,
    rule::Report,
    vendor::{AnswersId, CallWindow, Calls, PublishedCallLimits},
};
use switchboard_engine::{
    PlacementAnswer,
    calls::{DialPlan, GuardVerdict},
};
use utoipa::ToSchema;

use super::plan::{PlannedPlacement, PlannedRequest};

/// A dry run of a call: the request that the gateway would send to the vendor, the losses, and the verdicts of the guards.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallPlan {
    /// The id of the agent.
    agent_id: String,
    #[schema(value_type = PlacementAnswer<'static>)]
    placement: PlannedPlacement,
    /// The request that the gateway would send to the vendor, with secrets masked. Null if the vendor does not have the agent.
    #[schema(required)]
    request: Option<PlannedRequest>,
    translation: Report,
    /// True if all guards permit the call now.
    permitted: bool,
    /// The verdicts of the guards that apply. The number of a transfer appears only if it is refused.
    guards: Vec<GuardVerdict>,
}

impl From<DialPlan> for CallPlan {
    fn from(plan: DialPlan) -> Self {
        let DialPlan { agent, vendor, adapter, because, request, report, guards } = plan;
        Self {
            agent_id: agent,
            placement: PlannedPlacement { vendor, adapter, because, passed_over: Vec::new() },
            request: request.map(PlannedRequest::from),
            translation: report,
            permitted: guards.iter().all(|verdict| verdict.permits),
            guards,
        }
    }
}

/// A vendor's support for calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct VendorCalls {
    /// True if the gateway can place calls at the vendor.
    place: bool,
    /// The frequency with which the vendor's answer to a dial has the vendor's id of the call.
    #[schema(inline)]
    id: AnswersId,
    /// The way in which the gateway reads a call at the vendor.
    #[schema(inline)]
    read: CallReading,
    /// True if the vendor returns transcripts.
    transcript: bool,
    /// The way in which a recording is fetched.
    #[schema(inline)]
    recording: RecordingAccess,
    /// True if the vendor can end a live call on request.
    hang_up: bool,
    /// True if the vendor can erase a call.
    erase: bool,
    /// The members of a call that the vendor never returns, as JSON pointers.
    undisclosed: &'static [&'static str],
    /// The limits on calls that the vendor publishes.
    limits: PublishedCallLimits,
}

/// The way in which the gateway reads a call at a vendor.
#[derive(Debug, Clone, Copy, Serialize, Described)]
#[serde(rename_all = "snake_case")]
enum CallReading {
    /// The vendor returns a single call by its id.
    One,
    /// The vendor only lists calls.
    Listing,
    /// The vendor returns no calls.
    None,
}

/// The way in which the recording of a call is fetched.
#[derive(Debug, Clone, Copy, Serialize, Described)]
#[serde(rename_all = "snake_case")]
enum RecordingAccess {
    /// The vendor gives a link that needs no credential of the gateway.
    Link,
    /// The vendor gives the bytes only to the gateway, which forwards them.
    ThroughGateway,
    /// The vendor returns no recordings.
    None,
}

impl From<&dyn Calls> for VendorCalls {
    fn from(calls: &dyn Calls) -> Self {
        // Each method returns `None` if the vendor lacks the feature. The result does not depend on the id.
        let id = "call";
        let discloses = |member: &str| !calls.undisclosed().contains(&member);
        Self {
            place: true,
            id: calls.answers_id(),
            read: if calls.fetch(id).is_some() {
                CallReading::One
            } else if calls.recent(&window()).is_some() {
                CallReading::Listing
            } else {
                CallReading::None
            },
            transcript: calls.transcript(id).is_some() || discloses("/transcript"),
            recording: if calls.recording(id).is_some() {
                RecordingAccess::ThroughGateway
            } else if discloses("/recording") {
                RecordingAccess::Link
            } else {
                RecordingAccess::None
            },
            hang_up: calls.hang_up(id).is_some(),
            erase: calls.erase(id).is_some(),
            undisclosed: calls.undisclosed(),
            limits: calls.limits(),
        }
    }
}

fn window() -> CallWindow {
    let now = Timestamp::now();
    CallWindow::since(now, now)
}
