//! The addition of an observation to a call.
//!
//! The result of a set of observations depends neither on their order nor on repetitions. Therefore, the values of each
//! member are ordered, and the greater value applies: the later status, the more specific reason, the earlier time, the
//! longer text.

use serde::{Deserialize, Serialize};

use super::{
    Call, CallObservation, CallOrigin, CallStatus, RecordingState, TrackedCall, Transcript, TranscriptState,
    latest::keep_latest,
    longest::{keep_greater, keep_smaller},
};
use crate::model::{Described, Direction, PhoneNumber, Seconds, VendorTime, WebUrl};

/// A step in the life of a call. Each step happens at most once per call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Described)]
#[serde(rename_all = "snake_case")]
pub enum CallChange {
    /// The vendor accepted a call that the gateway placed.
    Placed,
    /// The phone of the other party rings.
    Ringing,
    /// The call is connected.
    Answered,
    /// The call ended.
    Ended,
    /// The transcript of the ended call is available.
    TranscriptReady,
    /// The analysis of the ended call is available.
    Analyzed,
    /// The gateway expects no further changes.
    Settled,
}

/// The effect of one observation on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The steps that the observation completed, in order. A step that the vendor skipped is not among them.
    pub changes: Vec<CallChange>,
    /// True if the observation changed anything except the time and the source of the latest observation.
    pub is_changed: bool,
    /// True if the caller must store the transcript of the observation, in place of any stored one.
    pub keeps_transcript: bool,
}

impl TrackedCall {
    /// Adds an observation. The result of several observations depends neither on their order nor on repetitions. An
    /// observation of a call that was given up replaces the indeterminate end. An erased call ignores observations.
    pub fn fold(&mut self, seen: &CallObservation) -> Folded {
        if self.call.erased_at.is_some() {
            return Folded { changes: Vec::new(), is_changed: false, keeps_transcript: false };
        }
        let before = self.clone();
        if self.lost_at.take().is_some() {
            self.call.settled = false;
        }
        self.fold_status(seen);
        self.fold_parties(seen);
        self.fold_times(seen);
        let keeps_transcript = self.fold_results(seen);
        keep_latest(&mut self.source, seen.observed_at, seen.trust);
        self.is_final |= seen.is_final && !seen.is_excerpt;
        self.call.settled |= self.is_final && self.call.status == CallStatus::Ended;
        let is_changed = keeps_transcript || self.content(&before) != before.content(&before);
        Folded { changes: self.changes_since(&before), is_changed, keeps_transcript }
    }

    /// Returns everything that an observation can change, for a comparison of the states before and after it. Omits the
    /// time and the source of the latest observation. Omits the query of the recording's link, because some vendors
    /// sign the link anew for each answer.
    fn content(&self, before: &Self) -> (Call, Option<String>, Option<PhoneNumber>, bool) {
        let same_source = Self { source: before.source.clone(), ..self.clone() };
        let mut shown = same_source.shown();
        let link = shown.recording.url.take().map(|link| without_query(&link).to_owned());
        (shown, link, self.own.clone(), self.is_final)
    }

    fn fold_status(&mut self, seen: &CallObservation) {
        // The observation proves that the vendor has the call, whatever its status.
        let status = seen.status.unwrap_or(CallStatus::Queued).max(CallStatus::Queued);
        self.call.status = self.call.status.max(status);
        if status == CallStatus::Ended {
            keep_greater(&mut self.call.ended_reason, seen.ended_reason.as_ref());
            keep_smaller(&mut self.call.ended_at, exact(seen.times.ended_at));
        }
        keep_greater(&mut self.call.answered_by, seen.answered_by.as_ref());
        if let Some(word) = &seen.vendor_status {
            keep_latest(&mut self.word, seen.observed_at, word.clone());
        }
    }

    /// Adds the phone numbers and the direction. If the gateway placed the call, they are already known, except perhaps
    /// the agent's own phone number.
    fn fold_parties(&mut self, seen: &CallObservation) {
        let keep = |held: &mut Option<PhoneNumber>, number: &Option<PhoneNumber>| {
            if let Some(number) = number
                && held.as_ref().is_none_or(|held| number < held)
            {
                *held = Some(number.clone());
            }
        };
        if self.call.origin == CallOrigin::Api {
            if self.call.from.phone_number.is_none() {
                keep(&mut self.own, &seen.own);
            }
            return;
        }
        keep(&mut self.call.peer, &seen.peer);
        keep(&mut self.own, &seen.own);
        self.call.direction = match (self.call.direction, seen.direction) {
            (Some(Direction::Inbound), _) | (_, Some(Direction::Inbound)) => Some(Direction::Inbound),
            (held, seen) => held.or(seen),
        };
    }

    fn fold_times(&mut self, seen: &CallObservation) {
        if self.call.origin == CallOrigin::Vendor {
            keep_smaller(&mut self.call.placed_at, exact(seen.times.begun_at));
        }
        keep_smaller(&mut self.call.answered_at, exact(seen.times.answered_at));
        // A vendor may return minutes, such as 0.716667, or the gateway subtracts two times.
        if let Some(duration) = seen.duration.map(Seconds::in_millis)
            && self.call.duration_s.is_none_or(|held| held < duration)
        {
            self.call.duration_s = Some(duration);
        }
    }

    /// Adds cost, analysis, recording and transcript. Returns true if the caller must store the transcript of the
    /// observation.
    fn fold_results(&mut self, seen: &CallObservation) -> bool {
        if let Some(cost) = &seen.cost
            && self.call.cost.as_ref().is_none_or(|held| held.rank(cost).is_lt())
        {
            self.call.cost = Some(cost.clone());
        }
        self.call.analysis.fold(&seen.analysis);
        if let Some(recording) = &seen.recording {
            self.call.recording.state = self.call.recording.state.max(recording.state);
            let url = recording.url.clone().filter(|_| recording.state == RecordingState::Available);
            if let Some(url) = url {
                keep_latest(&mut self.link, seen.observed_at, url);
            }
        }
        let transcript = seen.transcript.as_ref().filter(|transcript| !transcript.is_empty());
        self.fold_transcript(transcript)
    }

    fn fold_transcript(&mut self, seen: Option<&Transcript>) -> bool {
        let is_open =
            matches!(self.call.transcript.state, TranscriptState::Pending | TranscriptState::Available);
        let weight = seen.filter(|_| is_open).map(Transcript::weight);
        let keeps = weight > self.transcript;
        if keeps {
            self.transcript = weight;
            self.call.transcript.state = TranscriptState::Available;
        }
        keeps
    }

    fn changes_since(&self, before: &Self) -> Vec<CallChange> {
        let reached = |status| before.call.status < status && self.call.status == status;
        let is_placed = |tracked: &Self| {
            tracked.call.origin == CallOrigin::Api && tracked.call.status >= CallStatus::Queued
        };
        let is_ended = |tracked: &Self| tracked.call.status == CallStatus::Ended;
        let is_transcribed = |tracked: &Self| is_ended(tracked) && tracked.transcript.is_some();
        let is_analyzed = |tracked: &Self| is_ended(tracked) && !tracked.call.analysis.is_empty();
        let is_settled = |tracked: &Self| tracked.call.settled;
        let became = |holds: &dyn Fn(&Self) -> bool| holds(self) && !holds(before);
        let steps = [
            (CallChange::Placed, became(&is_placed)),
            (CallChange::Ringing, reached(CallStatus::Ringing)),
            (CallChange::Answered, reached(CallStatus::InProgress)),
            (CallChange::Ended, became(&is_ended)),
            (CallChange::TranscriptReady, became(&is_transcribed)),
            (CallChange::Analyzed, became(&is_analyzed)),
            (CallChange::Settled, became(&is_settled)),
        ];
        steps.into_iter().filter(|(_, happened)| *happened).map(|(change, _)| change).collect()
    }
}

fn without_query(link: &WebUrl) -> &str {
    let text = link.as_str();
    text.split_once(['?', '#']).map_or(text, |(before, _)| before)
}

/// Returns the time if the vendor returned it with an offset. A time without an offset may be in any time zone.
fn exact(time: Option<VendorTime>) -> Option<jiff::Timestamp> {
    time.and_then(VendorTime::exact)
}
