//! The verdicts of the guards on one dial.

use std::time::Duration;

use serde::Serialize;
use switchboard_core::{
    error::{Error, Kind, Violation},
    model::Described,
};
use utoipa::ToSchema;

/// A check that protects against unwanted calls and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum Guard {
    /// The vendor has the latest revision of the agent, or an earlier one that `allow_stale` accepts.
    Agent,
    /// The configuration permits calls at all (`calls.place`).
    Place,
    /// The number begins with none of the prefixes in `calls.deny`.
    Deny,
    /// The number is in E.164 form, without the digits that only callers within the country dial, and a subscriber can
    /// have it: it is not an emergency number or another special number.
    Subscriber,
    /// The number belongs to a country in `calls.countries`.
    Country,
    /// The number is of a kind in `calls.kinds`.
    Kind,
    /// The vendor has fewer live calls than `max_live`.
    MaxLive,
    /// The vendor was sent fewer dials than `per_minute` in the last 60 seconds.
    PerMinute,
    /// The vendor was sent fewer dials than `per_day` in the last 24 hours.
    PerDay,
    /// The number was called less often than `calls.per_number_per_day` in the last 24 hours.
    PerNumberPerDay,
    /// No other dial to the number is in progress at the vendor.
    Dialling,
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 11] = [
        Self::Agent,
        Self::Place,
        Self::Deny,
        Self::Subscriber,
        Self::Country,
        Self::Kind,
        Self::MaxLive,
        Self::PerMinute,
        Self::PerDay,
        Self::PerNumberPerDay,
        Self::Dialling,
    ];

    /// Returns the name in the API and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Place => "place",
            Self::Deny => "deny",
            Self::Subscriber => "subscriber",
            Self::Country => "country",
            Self::Kind => "kind",
            Self::MaxLive => "max_live",
            Self::PerMinute => "per_minute",
            Self::PerDay => "per_day",
            Self::PerNumberPerDay => "per_number_per_day",
            Self::Dialling => "dialling",
        }
    }

    fn error_kind(self) -> Kind {
        match self {
            Self::Agent => Kind::AgentNotReady,
            Self::Place => Kind::Forbidden,
            Self::Deny | Self::Subscriber | Self::Country | Self::Kind => Kind::DestinationNotAllowed,
            Self::MaxLive | Self::PerMinute | Self::PerDay | Self::PerNumberPerDay => Kind::CallLimitReached,
            Self::Dialling => Kind::CallInProgress,
        }
    }
}

/// The verdict of one guard on a dial.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GuardVerdict {
    /// The guard.
    #[schema(inline)]
    pub guard: Guard,
    /// True if the guard permits the call.
    pub permits: bool,
    /// The reason, in one sentence.
    pub reason: String,
    /// The seconds after which the guard permits the call, if nothing else changes. Omitted if the guard permits the call
    /// now, or if the time is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_s: Option<u64>,
    /// The location of the phone number in the request. `None` for the number to call.
    #[serde(skip)]
    #[schema(ignore)]
    pub location: Option<String>,
}

impl GuardVerdict {
    /// Creates the verdict of a guard that permits the call.
    pub fn permit(guard: Guard, reason: impl Into<String>) -> Self {
        Self { guard, permits: true, reason: reason.into(), retry_after_s: None, location: None }
    }

    /// Creates the verdict of a guard that refuses the call. `wait` is the time until the guard permits it, if known.
    pub fn refuse(guard: Guard, reason: impl Into<String>, wait: Option<Duration>) -> Self {
        // The seconds are rounded up, so that a caller that waits this long does not repeat the request too early.
        let retry_after_s = wait.map(|wait| wait.as_secs() + u64::from(wait.subsec_nanos() > 0));
        Self { guard, permits: false, reason: reason.into(), retry_after_s, location: None }
    }

    /// Sets the location of the phone number in the request, which then begins the reason.
    pub fn at(self, location: String) -> Self {
        Self { reason: format!("{location}: {}", self.reason), location: Some(location), ..self }
    }
}

/// Combines the refusals among the verdicts into one error. Returns `None` if all guards permit the call. The error
/// contains only the refusals of one kind. The first kind with a refusal is chosen, in this order: `forbidden`,
/// `destination_not_allowed`, `agent_not_ready`, `call_limit_reached`, `call_in_progress`. Refusals that waiting cannot
/// end therefore come first. The error requests the longest wait of the chosen refusals, or no wait if the wait of one
/// of them is not known.
pub fn refusal(verdicts: &[GuardVerdict]) -> Option<Error> {
    let kinds = [
        Kind::Forbidden,
        Kind::DestinationNotAllowed,
        Kind::AgentNotReady,
        Kind::CallLimitReached,
        Kind::CallInProgress,
    ];
    let of_kind = |kind: Kind| {
        verdicts.iter().filter(move |verdict| !verdict.permits && verdict.guard.error_kind() == kind)
    };
    let kind = kinds.into_iter().find(|kind| of_kind(*kind).next().is_some())?;
    let reasons: Vec<_> = of_kind(kind).map(|verdict| verdict.reason.as_str()).collect();
    let mut error = Error::new(kind, reasons.join(" "));
    let location =
        |verdict: &GuardVerdict| verdict.location.clone().unwrap_or_else(|| "/to/phone_number".to_owned());
    let violation = |verdict: &GuardVerdict| Violation::at(location(verdict), kind, verdict.reason.clone());
    let violations = match kind {
        Kind::DestinationNotAllowed => of_kind(kind).map(violation).collect(),
        _ => Vec::new(),
    };
    error.violations = violations;
    let waits: Option<Vec<_>> = of_kind(kind).map(|verdict| verdict.retry_after_s).collect();
    Some(match waits.and_then(|waits| waits.into_iter().max()) {
        Some(wait) => error.retry_after(Duration::from_secs(wait)),
        None => error,
    })
}
