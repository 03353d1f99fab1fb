//! The search for the vendor's call that belongs to a dial, for dials whose answer had no id.
//!
//! [`match_calls`] is pure. It compares the dials whose calls have no known vendor id with the calls that the vendor
//! lists, and decides for each dial. It never guesses between two calls.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AgentRef, CallMatch, CallObservation};
use crate::{
    model::{Direction, PhoneNumber, VendorTime},
    vendor::Marks,
};

/// The longest time by which the vendor's time of a call may precede the dial, or follow the time for looking.
const MAX_CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// The longest time by which a dial may follow the vendor's time of its call, if several dials compete for one call.
const MAX_LEAD: SignedDuration = SignedDuration::from_secs(60);

/// The minimum time between the two looks that must find the same single candidate.
const MIN_BETWEEN_LOOKS: SignedDuration = SignedDuration::from_secs(10);

/// A dial for which the vendor's id of the call is not known.
#[derive(Debug, Clone)]
pub struct UnmatchedCall {
    /// The gateway's id of the call, which is also the marker that was sent with the dial.
    pub id: String,
    /// The called phone number.
    pub peer: PhoneNumber,
    /// The agent of the dial, as the vendor identifies it.
    pub agent: AgentRef,
    /// The time at which the dial was sent, by the gateway's clock.
    pub sent_at: Timestamp,
    /// The vendor's ids of the calls that it already listed before the dial.
    pub before: Vec<String>,
    /// The single candidate that an earlier look found, if any.
    pub suspicion: Option<Suspicion>,
    /// True if the vendor's answer to the dial may still arrive, with the id of the call.
    pub is_awaited: bool,
}

/// The only candidate that a look found for a dial. A second look must confirm it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspicion {
    /// The vendor's id of the call.
    pub remote_id: String,
    /// The time of the look that first found the call.
    pub since: Timestamp,
}

/// The circumstances of one look at the vendor's list.
#[derive(Debug, Clone, Copy)]
pub struct MatchRound<'a> {
    /// The time of the look.
    pub at: Timestamp,
    /// The vendor's treatment of markers.
    pub marks: Marks,
    /// The vendor's ids of calls that already belong to calls of the gateway.
    pub bound: &'a [String],
    /// The calls that the vendor listed without an id.
    pub unidentified: &'a [CallObservation],
    /// The time after which a dial without any candidate is given up, counted from the dial.
    pub lost_after: Duration,
}

/// A call of the vendor that may be the call of a dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallCandidate {
    /// The vendor's id of the call.
    pub remote_id: String,
    /// The time at which the call was placed, or reached the vendor. Null if the vendor returns no time, or a time without
    /// its UTC offset.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub placed_at: Option<Timestamp>,
}

/// The decision about one dial.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MatchResult {
    /// The vendor's call was found.
    Bound {
        /// The vendor's id of the call.
        remote_id: String,
        /// `Marked` or `Inferred`.
        matched: CallMatch,
    },
    /// One call fits. A later look must find the same one again.
    Suspected(Suspicion),
    /// Several calls fit, or the only call that fits may belong to another dial or is listed beside one without an id. A caller
    /// must name the right one.
    Ambiguous(Vec<CallCandidate>),
    /// No call fits yet.
    NotSeen,
    /// No call fits, and the time for looking is over.
    Lost,
}

/// Decides for each dial which of the vendor's calls belongs to it. Returns one result for each dial, by the gateway's
/// id of the call.
///
/// A dial is bound if exactly one call has its marker, and ambiguous if several calls have it. If no call has the
/// marker, and the vendor does not certainly return markers, each call that meets all of these conditions is a
/// candidate:
///
/// * It has the same phone number, no marker, and the same agent if the vendor returns the agent.
/// * It is not inbound.
/// * It does not belong to another call of the gateway.
/// * The vendor did not list it before the dial.
/// * If the vendor's time has an offset, the call began at most 5 minutes before the dial, and at most 5 minutes after the
///   time for looking (`lost_after`).
///
/// A single candidate is bound if two looks, at least 10 seconds apart, find the same one. While the vendor also lists a call
/// without an id that meets the conditions, the dial is bound to no candidate. When the time for looking is over, it is then
/// ambiguous.
///
/// Several dials can compete for one call. If the time of this call has an offset, the call belongs to the latest dial
/// that was sent at most 60 seconds after that time. If it has no offset, all of these dials are ambiguous.
///
/// A dial whose answer may still arrive competes as well. It has no candidates, because its answer decides. If a call
/// without such a time may be the call of this dial, no other dial is decided by that call.
pub fn match_calls(
    dials: &[UnmatchedCall],
    seen: &[CallObservation],
    round: &MatchRound<'_>,
) -> BTreeMap<String, MatchResult> {
    let marked = |dial: &UnmatchedCall| -> Vec<&CallObservation> {
        seen.iter().filter(|row| row.marker.as_deref() == Some(&dial.id)).collect()
    };
    let is_marked: Vec<_> = dials.iter().map(|dial| distinct(marked(dial))).collect();
    let open: Vec<_> = dials.iter().zip(&is_marked).filter(|(_, rows)| rows.is_empty()).collect();
    let claims = Claims::collect(open.into_iter().map(|(dial, _)| dial), seen, round);
    let results = dials.iter().zip(&is_marked).map(|(dial, rows)| {
        let result = match rows.as_slice() {
            [] => claims.decide(dial, round),
            [row] => MatchResult::Bound { remote_id: row.remote_id.clone(), matched: CallMatch::Marked },
            several => MatchResult::Ambiguous(several.iter().map(|row| candidate(row)).collect()),
        };
        (dial.id.clone(), result)
    });
    results.collect()
}

/// The candidates of each dial, by the gateway's id of the call.
#[derive(Default)]
struct Claims<'a> {
    by_dial: BTreeMap<&'a str, Vec<Claim<'a>>>,
}

/// A candidate of a dial.
struct Claim<'a> {
    row: &'a CallObservation,
    rival: Rival,
}

/// Another dial of which a call is a candidate too.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rival {
    /// There is none.
    None,
    /// A dial whose answer does not arrive any more.
    Unanswered,
    /// A dial whose answer may still arrive.
    Awaited,
}

impl<'a> Claims<'a> {
    fn collect(
        dials: impl Iterator<Item = &'a UnmatchedCall>,
        seen: &'a [CallObservation],
        round: &MatchRound<'_>,
    ) -> Self {
        let mut claims = Self::default();
        if round.marks == Marks::Certain {
            return claims;
        }
        let dials: Vec<_> = dials.collect();
        for row in distinct(seen.iter().collect()) {
            let fitting: Vec<_> = dials.iter().filter(|dial| fits(dial, row, round)).copied().collect();
            let is_awaited = fitting.iter().any(|dial| dial.is_awaited);
            let (owners, rival) = match (fitting.as_slice(), exact(row)) {
                ([] | [_], _) => (fitting, Rival::None),
                (_, Some(at)) => (latest_before(&fitting, at), Rival::None),
                (_, None) if is_awaited => (fitting, Rival::Awaited),
                (_, None) => (fitting, Rival::Unanswered),
            };
            for dial in owners.into_iter().filter(|dial| !dial.is_awaited) {
                claims.by_dial.entry(&dial.id).or_default().push(Claim { row, rival });
            }
        }
        claims
    }

    fn decide(&self, dial: &UnmatchedCall, round: &MatchRound<'_>) -> MatchResult {
        match self.by_dial.get(dial.id.as_str()).map(Vec::as_slice) {
            None | Some([]) if is_over(dial, round) && !dial.is_awaited => MatchResult::Lost,
            None | Some([]) => MatchResult::NotSeen,
            Some([_]) if is_blurred(dial, round) && !is_over(dial, round) => MatchResult::NotSeen,
            Some(claims) if claims.iter().any(|claim| claim.rival == Rival::Awaited) => MatchResult::NotSeen,
            Some([Claim { row, rival: Rival::None }]) if !is_blurred(dial, round) => {
                confirm(dial, row, round.at)
            }
            Some(several) => {
                MatchResult::Ambiguous(several.iter().map(|claim| candidate(claim.row)).collect())
            }
        }
    }
}

/// Returns true if a call that the vendor listed without an id may be the call of a dial.
fn is_blurred(dial: &UnmatchedCall, round: &MatchRound<'_>) -> bool {
    round.unidentified.iter().any(|row| fits(dial, row, round))
}

fn confirm(dial: &UnmatchedCall, row: &CallObservation, at: Timestamp) -> MatchResult {
    let earlier = dial.suspicion.as_ref().filter(|earlier| earlier.remote_id == row.remote_id);
    match earlier {
        Some(earlier) if at.duration_since(earlier.since) >= MIN_BETWEEN_LOOKS => {
            MatchResult::Bound { remote_id: row.remote_id.clone(), matched: CallMatch::Inferred }
        }
        Some(earlier) => MatchResult::Suspected(earlier.clone()),
        None => MatchResult::Suspected(Suspicion { remote_id: row.remote_id.clone(), since: at }),
    }
}

fn fits(dial: &UnmatchedCall, row: &CallObservation, round: &MatchRound<'_>) -> bool {
    row.marker.is_none()
        && row.peer.as_ref() == Some(&dial.peer)
        && row.direction != Some(Direction::Inbound)
        && row.agent.as_ref().is_none_or(|agent| is_same_agent(agent, &dial.agent))
        && !round.bound.contains(&row.remote_id)
        && !dial.before.contains(&row.remote_id)
        && exact(row).is_none_or(|at| is_in_window(dial, at, round))
}

/// Returns true if a call that began at this time may be the call of a dial. A call that began later is a call of others:
/// otherwise, each later call to the number would be a candidate of a dial that was never placed.
fn is_in_window(dial: &UnmatchedCall, at: Timestamp, round: &MatchRound<'_>) -> bool {
    let after = at.duration_since(dial.sent_at);
    let latest = SignedDuration::try_from(round.lost_after).unwrap_or(SignedDuration::MAX);
    -MAX_CLOCK_SKEW <= after && after <= latest.saturating_add(MAX_CLOCK_SKEW)
}

/// Compares two agents by the vendor's id or, if one of them has none, by name. If neither can be compared, the agents
/// count as the same.
fn is_same_agent(one: &AgentRef, other: &AgentRef) -> bool {
    match (&one.remote_id, &other.remote_id) {
        (Some(one), Some(other)) => one == other,
        _ => one.name.is_none() || other.name.is_none() || one.name == other.name,
    }
}

/// Returns the latest of the dials that were sent before the vendor's time of a call, or at most 60 seconds after it.
/// Returns an empty list if all dials were sent later.
fn latest_before<'a>(dials: &[&'a UnmatchedCall], at: Timestamp) -> Vec<&'a UnmatchedCall> {
    let in_time = dials.iter().filter(|dial| dial.sent_at.duration_since(at) <= MAX_LEAD);
    in_time.max_by_key(|dial| (dial.sent_at, &dial.id)).copied().into_iter().collect()
}

/// Removes repeated rows of a call, which occur if the vendor's list shifts between two pages.
fn distinct(rows: Vec<&CallObservation>) -> Vec<&CallObservation> {
    let by_id: BTreeMap<_, _> = rows.into_iter().map(|row| (&row.remote_id, row)).collect();
    by_id.into_values().collect()
}

fn candidate(row: &CallObservation) -> CallCandidate {
    CallCandidate { remote_id: row.remote_id.clone(), placed_at: exact(row) }
}

fn exact(row: &CallObservation) -> Option<Timestamp> {
    row.times.begun_at.and_then(VendorTime::exact)
}

fn is_over(dial: &UnmatchedCall, round: &MatchRound<'_>) -> bool {
    let waited = round.at.duration_since(dial.sent_at);
    Duration::try_from(waited).is_ok_and(|waited| waited >= round.lost_after)
}
