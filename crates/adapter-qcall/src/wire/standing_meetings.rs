//! The correspondence between an agent's meetings and the vendor's meetings. A meeting at the vendor also has members that
//! the model lacks, such as the account of its calendar, and no id.

use serde_json::Value;
use switchboard_core::prelude::*;

use super::{action::MEETING, meeting};

/// Removes the vendor's meetings that correspond to meetings among the tools from `standing`. Returns them in the order of
/// the meetings, with `None` for a new meeting. A meeting corresponds to one with the same content, otherwise to one in
/// the same calendar.
///
/// # Errors
/// [`Refusal::Refused`] if a changed meeting may correspond to several meetings that differ in what the model lacks, or
/// if a new meeting is in a calendar that needs an account.
pub fn paired(tools: &[Tool], standing: &mut Vec<Value>) -> Result<Vec<Option<Value>>, Refusal> {
    let mut wanted: Vec<Wanted<'_>> = tools.iter().enumerate().filter_map(Wanted::from_tool).collect();
    for likeness in [CONTENT, CALENDAR] {
        pair(&mut wanted, standing, &likeness)?;
    }
    if let Some(new) = wanted.iter().find(|new| new.held.is_none() && meeting::needs_account(new.meeting)) {
        return Err(Refusal::Refused(format!(
            "/tools/{}: a meeting in {} needs an account that only the vendor has. Add the meeting at the vendor first, then change it here.",
            new.index,
            new.meeting.calendar.as_deref().unwrap_or_default(),
        )));
    }
    Ok(wanted.into_iter().map(|wanted| wanted.held).collect())
}

/// A meeting among the tools.
struct Wanted<'a> {
    /// Its position among all tools.
    index: usize,
    meeting: &'a BookMeeting,
    /// The corresponding meeting of the vendor.
    held: Option<Value>,
}

impl<'a> Wanted<'a> {
    fn from_tool((index, tool): (usize, &'a Tool)) -> Option<Self> {
        match tool {
            Tool::BookMeeting(meeting) => Some(Self { index, meeting, held: None }),
            _ => None,
        }
    }
}

/// A relation between meetings.
struct Likeness {
    /// Compares a meeting of the vendor with a meeting of the agent.
    like: fn(&Value, &BookMeeting) -> bool,
    /// Compares two meetings of the agent.
    equal: fn(&BookMeeting, &BookMeeting) -> bool,
    /// True if like meetings have the same content, so that each of them may stand for any other.
    is_same: bool,
}

const CONTENT: Likeness = Likeness {
    like: |held, meeting| meeting::read(held).as_ref() == Some(meeting),
    equal: |one, other| one == other,
    is_same: true,
};

const CALENDAR: Likeness =
    Likeness { like: meeting::is_like, equal: |one, other| one.calendar == other.calendar, is_same: false };

/// Pairs each meeting that has no counterpart with a like meeting of the vendor. Refuses if the choice between several
/// meetings of the vendor, or between several meetings of the agent, decides about members that the model lacks.
fn pair(wanted: &mut [Wanted<'_>], standing: &mut Vec<Value>, by: &Likeness) -> Result<(), Refusal> {
    for place in 0..wanted.len() {
        let Wanted { index, meeting, held: None } = wanted[place] else { continue };
        let is_like = |held: &Value| held["type"] == MEETING && (by.like)(held, meeting);
        let candidates: Vec<_> = standing.iter().filter(|held| is_like(held)).map(meeting::kept).collect();
        let Some(first) = candidates.first() else { continue };
        let is_rival = |other: &&Wanted<'_>| other.held.is_none() && (by.equal)(other.meeting, meeting);
        let (rivals, count) = (wanted.iter().filter(is_rival).count(), candidates.len());
        let are_alike = candidates.iter().all(|other| other == first);
        let is_clear = match by.is_same {
            true => are_alike || rivals >= count,
            false => (rivals, count) == (1, 1) || are_alike && (rivals <= count || first.is_empty()),
        };
        if !is_clear {
            return Err(Refusal::Refused(format!(
                "/tools/{index}: it is not clear which of the vendor's meetings in the same calendar this meeting is. Change one meeting at a time."
            )));
        }
        let at = standing.iter().position(is_like);
        wanted[place].held = at.map(|at| standing.remove(at));
    }
    Ok(())
}
