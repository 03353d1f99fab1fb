//! The tools of an agent: its abilities during or after a call besides talking.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use crate::{
    error::{Kind, Violation},
    model::{
        Component, HttpRequest, Leaf, Secrets, SendMessage, StructuredMessage, TemplateMessage, TextMessage,
        Timezone, UnknownSecret,
        leaf::{parse, wrong},
        schema,
        strict_value::StrictValue,
        wrong_choice, wrong_type,
    },
};

/// A tool that the agent can use during or after a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Tool {
    /// The agent books a meeting.
    BookMeeting(BookMeeting),
    /// The agent sends a message.
    SendMessage(SendMessage),
    /// The agent sends an HTTP request.
    HttpRequest(HttpRequest),
}

/// A tool with which the agent books a meeting.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BookMeeting {
    /// The vendor's name for the calendar system. `openBooking` stands for a calendar that the vendor itself
    /// operates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub calendar: Option<String>,
    /// The situations in which the agent offers a meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub description: Option<String>,
    /// The sentence that the agent says before it searches for an available time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub say: Option<String>,
    /// The instructions for the booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub instructions: Option<String>,
    /// The length of a meeting, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = "uint32", maximum = 4_294_967_295_i64)]
    pub length_min: Option<u32>,
    /// The time zone of `start_time` and `end_time`, as an IANA name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = String)]
    pub timezone: Option<Timezone>,
    /// The first day on which a meeting can be booked. The value is a date such as `2026-12-01` or, if the
    /// vendor requires it, a number of days from now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub start_date: Option<String>,
    /// The time of day at which the bookable hours begin, as `HH:MM` in 24-hour notation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub start_time: Option<String>,
    /// The time of day at which the bookable hours end, as `HH:MM` in 24-hour notation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")]
    pub end_time: Option<String>,
    /// The days of the week on which meetings can be booked, in the vendor's spelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub days: Option<Vec<String>>,
}

impl Leaf for Tool {
    fn schema() -> RefOr<Schema> {
        schema::reference("Tool")
    }

    fn components(out: &mut Vec<Component>) {
        const BOOK: (&str, &str) = ("type", "book_meeting");
        const SEND: (&str, &str) = ("type", "send_message");
        schema::tagged(
            out,
            "Tool",
            "type",
            [
                ("book_meeting", "BookMeetingTool"),
                ("send_message", "SendMessageTool"),
                ("http_request", "HttpRequestTool"),
            ],
        );
        schema::tagged(
            out,
            "SendMessageTool",
            "channel",
            [("sms", "SendSmsTool"), ("whatsapp", "SendWhatsappTool"), ("template", "SendTemplateTool")],
        );
        schema::variant(out, "BookMeetingTool", BookMeeting::schema(), &[BOOK]);
        schema::variant(out, "SendSmsTool", TextMessage::schema(), &[SEND, ("channel", "sms")]);
        schema::variant(
            out,
            "SendWhatsappTool",
            StructuredMessage::schema(),
            &[SEND, ("channel", "whatsapp")],
        );
        schema::variant(out, "SendTemplateTool", TemplateMessage::schema(), &[SEND, ("channel", "template")]);
        TemplateMessage::schemas(out);
        schema::variant(out, "HttpRequestTool", HttpRequest::schema(), &[("type", "http_request")]);
        HttpRequest::schemas(out);
    }

    /// Returns the name of an HTTP request. Other tools have no name.
    fn identity(&self) -> Option<(&'static str, &str)> {
        self.request().map(|request| ("name", request.name.as_str()))
    }

    fn secrets(&self) -> Secrets {
        self.request().map(HttpRequest::secrets).unwrap_or_default()
    }

    fn unknown_secrets(&self) -> Vec<UnknownSecret> {
        self.request().map(HttpRequest::unknown_secrets).unwrap_or_default()
    }

    fn urls(&self) -> Vec<&str> {
        self.request().map(|request| request.url.as_str()).into_iter().collect()
    }

    fn violations(&self, at: &str) -> Vec<Violation> {
        self.request().map(|request| request.violations(at)).unwrap_or_default()
    }

    /// Reads a tool. Reads `type` and `channel` first, so that each violation points to the member at fault.
    fn read(value: &Value, at: &str) -> Result<Self, Vec<Violation>> {
        let one = |violation| vec![violation];
        match tag(value, at, "type")? {
            "book_meeting" => {
                let meeting: BookMeeting = parse(StrictValue::without(value, &["type"]), at).map_err(one)?;
                times(&meeting, at)?;
                Ok(Self::BookMeeting(meeting))
            }
            "send_message" => {
                let rest = StrictValue::without(value, &["type", "channel"]);
                let message = match tag(value, at, "channel")? {
                    "sms" => parse(rest, at).map(SendMessage::Sms),
                    "whatsapp" => parse(rest, at).map(SendMessage::Whatsapp),
                    "template" => parse(rest, at).map(SendMessage::Template),
                    other => return Err(choose(at, "channel", other, &["sms", "whatsapp", "template"])),
                };
                message.map(Self::SendMessage).map_err(one)
            }
            "http_request" => HttpRequest::read(value, at).map(Self::HttpRequest),
            "end_call" => Err(wrong(at, "type", "cannot be end_call: set /ending/hang_up to {} instead")),
            "press_digits" => {
                Err(wrong(at, "type", "cannot be press_digits: set /keypad/press_digits to true instead"))
            }
            other => Err(choose(at, "type", other, &["book_meeting", "send_message", "http_request"])),
        }
    }
}

impl Tool {
    /// Returns the HTTP request, if the tool is one.
    pub fn request(&self) -> Option<&HttpRequest> {
        match self {
            Self::HttpRequest(request) => Some(request),
            Self::BookMeeting(_) | Self::SendMessage(_) => None,
        }
    }
}

/// Reads the string member `tag` of an object.
///
/// # Errors
/// One violation if the value is not an object, or if the member is missing or not a string.
pub(crate) fn tag<'a>(value: &'a Value, at: &str, tag: &str) -> Result<&'a str, Vec<Violation>> {
    let Value::Object(map) = value else {
        return Err(vec![Violation::at(at, Kind::ValidationFailed, wrong_type(at, "an object", value))]);
    };
    match map.get(tag) {
        Some(Value::String(kind)) => Ok(kind),
        Some(_) => Err(wrong(at, tag, "must be a string")),
        None => Err(vec![Violation::at(
            format!("{at}/{tag}"),
            Kind::FieldRequired,
            format!("{at}/{tag} is required."),
        )]),
    }
}

/// Builds the violation for a member whose value is not one of the known values.
fn choose(at: &str, member: &str, given: &str, known: &[&str]) -> Vec<Violation> {
    let at = format!("{at}/{member}");
    let detail = wrong_choice(&at, given, known);
    vec![Violation::at(at, Kind::ValidationFailed, detail)]
}

fn times(meeting: &BookMeeting, at: &str) -> Result<(), Vec<Violation>> {
    let bad = [("start_time", &meeting.start_time), ("end_time", &meeting.end_time)]
        .into_iter()
        .filter(|(_, time)| time.as_deref().is_some_and(|time| !is_time_of_day(time)))
        .flat_map(|(name, _)| wrong(at, name, "must be a time of day such as 09:30"))
        .collect::<Vec<_>>();
    if bad.is_empty() { Ok(()) } else { Err(bad) }
}

fn is_time_of_day(text: &str) -> bool {
    let is = |part: &str, below: u8| {
        part.len() == 2
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse().is_ok_and(|n: u8| n < below)
    };
    text.split_once(':').is_some_and(|(hours, minutes)| is(hours, 24) && is(minutes, 60))
}
