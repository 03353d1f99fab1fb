//! The action that books a meeting.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use switchboard_core::prelude::*;

use crate::wire::{action::MEETING, said};

/// Calendars that the vendor supports: the first according to its documentation, the others according to its
/// MCP server. The others need members that the model lacks, such as a key and the id of a calendar.
const CALENDARS: [&str; 4] = [OWN_CALENDAR, "cal.com", "google_calendar", "gohighlevel"];

/// The calendar that the vendor itself operates.
const OWN_CALENDAR: &str = "openBooking";

/// The members that repeat the hours and the length of a meeting.
const WORKING_HOURS: &str = "workingHours";
const SLOT_DURATION: &str = "slotDuration";

/// A `scheduleMeeting` action.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Meeting {
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timezone: Option<String>,
    /// The first day: a date according to the documentation, an offset in days in the vendor's own app.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    say: Option<String>,
    /// The length in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt: Option<String>,
    /// The earliest time of day for a meeting, such as `09:30 AM`.
    #[serde(skip_serializing_if = "Option::is_none")]
    start_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_time: Option<String>,
    /// The days on which meetings take place, separated by commas.
    #[serde(skip_serializing_if = "Option::is_none")]
    booking_days: Option<String>,
    /// The members that the model does not have, such as a calendar's key and ids.
    #[serde(flatten)]
    other: Map<String, Value>,
}

impl Meeting {
    /// Converts the meeting to the vendor's form. The members that the model does not have come from
    /// `observed`, the action that books in the same calendar.
    pub fn write(meeting: &BookMeeting, observed: Option<Value>) -> Result<Self, Refusal> {
        if let Some(calendar) = &meeting.calendar
            && !CALENDARS.contains(&calendar.as_str())
        {
            return Err(Refusal::Unsupported(format!("the vendor books in {}.", CALENDARS.join(", "))));
        }
        let observed: Self =
            observed.and_then(|observed| serde_json::from_value(observed).ok()).unwrap_or_default();
        let mut written = Self {
            r#type: MEETING.to_owned(),
            meeting_type: meeting.calendar.clone(),
            timezone: meeting.timezone.as_ref().map(|zone| zone.as_str().to_owned()),
            start_date: meeting.start_date.clone().map(Value::from),
            description: meeting.description.clone(),
            say: meeting.say.clone(),
            length: meeting.length_min.map(Value::from),
            prompt: meeting.instructions.clone(),
            start_time: meeting.start_time.as_deref().map(twelve_hours).transpose()?,
            end_time: meeting.end_time.as_deref().map(twelve_hours).transpose()?,
            booking_days: meeting.days.as_deref().map(joined).transpose()?,
            other: observed.other.clone(),
        };
        // These members repeat others, so they become outdated when those change.
        if written.hours() != observed.hours() {
            written.other.shift_remove(WORKING_HOURS);
        }
        if written.length.as_ref().and_then(scalar) != observed.length.as_ref().and_then(scalar) {
            written.other.shift_remove(SLOT_DURATION);
        }
        Ok(written)
    }

    /// Converts the meeting to an action.
    pub fn into_action(self) -> Result<Value, Refusal> {
        serde_json::to_value(self).map_err(|error| Refusal::Refused(error.to_string()))
    }

    fn hours(&self) -> [Option<&str>; 3] {
        [&self.start_time, &self.end_time, &self.booking_days].map(|text| text.as_deref())
    }
}

/// Returns whether an action books in the calendar of this meeting.
pub fn is_like(action: &Value, meeting: &BookMeeting) -> bool {
    said(action["meetingType"].as_str().map(ToOwned::to_owned)) == meeting.calendar
}

/// Returns whether the meeting is in a calendar that needs an account.
pub fn needs_account(meeting: &BookMeeting) -> bool {
    let calendar = meeting.calendar.as_deref();
    calendar.is_some_and(|calendar| calendar != OWN_CALENDAR && CALENDARS.contains(&calendar))
}

/// Returns the members of a meeting that the model lacks, without those that repeat others.
pub fn kept(action: &Value) -> Map<String, Value> {
    let mut kept = Meeting::deserialize(action).map(|meeting| meeting.other).unwrap_or_default();
    kept.retain(|name, _| ![WORKING_HOURS, SLOT_DURATION].contains(&name.as_str()));
    kept
}

/// Reads the meeting of an action. Returns `None` if the action has a value that the model cannot hold.
pub fn read(action: &Value) -> Option<BookMeeting> {
    let meeting = Meeting::deserialize(action).ok()?;
    Some(BookMeeting {
        calendar: said(meeting.meeting_type),
        description: said(meeting.description),
        say: said(meeting.say),
        instructions: said(meeting.prompt),
        length_min: all(meeting.length.as_ref().and_then(scalar), |text| whole(&text))?,
        timezone: all(said(meeting.timezone), |zone| Timezone::new(&zone).ok())?,
        start_date: said(meeting.start_date.as_ref().and_then(scalar)),
        start_time: all(said(meeting.start_time), |time| day_time(&time))?,
        end_time: all(said(meeting.end_time), |time| day_time(&time))?,
        days: said(meeting.booking_days)
            .map(|days| days.split(',').map(|day| day.trim().to_owned()).collect()),
    })
}

/// Reads an optional value. Returns `None` if the value is present and cannot be read.
fn all<T>(text: Option<String>, read: impl Fn(String) -> Option<T>) -> Option<Option<T>> {
    match text {
        None => Some(None),
        Some(text) => read(text).map(Some),
    }
}

fn whole(text: &str) -> Option<u32> {
    let number: f64 = text.parse().ok()?;
    (number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number)).then_some(number as u32)
}

/// Formats `17:05` as `05:05 PM`.
fn twelve_hours(time: &str) -> Result<String, Refusal> {
    let (hour, minute) =
        clock(time).ok_or_else(|| Refusal::Refused(format!("{time:?} is not a time of day.")))?;
    let half = if hour < 12 { "AM" } else { "PM" };
    Ok(format!("{:02}:{minute:02} {half}", (hour + 11) % 12 + 1))
}

/// Formats `05:05 PM` as `17:05`. Accepts 24-hour times too, because the vendor's app uses them in other fields.
/// Returns `None` if the string is not a time.
fn day_time(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let halves = [("AM", 0), ("PM", 12)];
    let twelve = halves.iter().find_map(|(half, add)| Some((text.strip_suffix(half)?.trim_end(), *add)));
    let (hour, minute) = match twelve {
        None => clock(&text)?,
        Some((time, add)) => {
            let (hour, minute) = clock(time).filter(|(hour, _)| (1..=12).contains(hour))?;
            (hour % 12 + add, minute)
        }
    };
    Some(format!("{hour:02}:{minute:02}"))
}

fn clock(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':')?;
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

/// Joins days into one string, separated by commas. Refuses an empty day and a day that contains a comma.
fn joined(days: &[String]) -> Result<String, Refusal> {
    match days.iter().find(|day| day.contains(',') || day.trim().is_empty()) {
        Some(day) => Err(Refusal::Refused(format!("{day:?} cannot stand in a list separated by commas."))),
        None => Ok(days.join(",")),
    }
}
