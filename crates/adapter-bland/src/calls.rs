//! The exchanges for calls.

use jiff::{ToSpan, tz::TimeZone};
use switchboard_core::prelude::*;

use crate::{call_settings::CallSettings, dial, fault, wire};

/// The number of calls requested per page: the maximum that the vendor documents (vendor documentation, 2026-08-09).
const PAGE_SIZE: usize = 1_000;
/// The maximum number of pages that one look reads.
const MAX_PAGES: usize = 20;

/// The name of the main part of an agent.
const ROOT: &str = "";

/// The rules and exchanges for Bland calls.
pub struct PhoneCalls {
    rules: DialRules,
    settings: CallSettings,
}

impl PhoneCalls {
    /// Builds the rules and exchanges.
    pub fn new() -> Self {
        Self { rules: dial::rules(), settings: CallSettings::new() }
    }
}

impl Rules<Dial> for PhoneCalls {
    fn rules(&self) -> &DialRules {
        &self.rules
    }
}

impl Calls for PhoneCalls {
    fn rules(&self) -> &dyn Rules<Dial> {
        self
    }

    fn answers_id(&self) -> AnswersId {
        AnswersId::Always
    }

    /// Returns `Certain`: the marker is in the metadata of the call, which the vendor returns with a single call but
    /// not in the list.
    fn marks(&self) -> Marks {
        Marks::Certain
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let body = wire::dial(dial.body, dial.agent.id(ROOT)?, dial.marker);
        let request = Request::new("place call", Method::Post, ["v1", "calls"]).json(body).effect();
        Ok(Exchange::send(request, wire::placed))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        Some(Exchange::send(read(remote_id), wire::call))
    }

    /// Lists the calls of a window. Asks only for the calls to a number if the window has one. The vendor does not document
    /// the form of the number in this filter, so an empty answer proves nothing, and the whole list is read as well.
    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        let list = |window: &CallWindow| CallPages::new(window, MAX_PAGES, page, read_page).exchange();
        if called(window).is_none() {
            return Some(list(window));
        }
        let whole = CallWindow { peer: None, ..window.clone() };
        let found = list(window).then(move |found| match found.rows.is_empty() {
            true => Ok(list(&whole)),
            false => Ok(Exchange::Done(found)),
        });
        found.ok()
    }

    /// Ends a call. If the vendor refuses, reads the call to find the error: the call is still live, or it is over.
    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        let path = ["v1", "calls", remote_id, "stop"].map(ToOwned::to_owned);
        let request = Request { repeatable: true, ..Request::new("end call", Method::Post, path) };
        let reading = read(remote_id);
        Some(Exchange::ask(request, |reply| match fault::refuses_end(&reply) {
            false => Ok(Exchange::Done(())),
            true => Ok(Exchange::send(reading, |reply| match wire::call(reply)? {
                Some(call) if call.status != Some(CallStatus::Ended) => Err(Error::call_not_ended()),
                _ => Err(Error::call_already_ended()),
            })),
        }))
    }

    fn recording(&self, remote_id: &str) -> Option<Request> {
        let path = ["v1", "recordings", remote_id].map(ToOwned::to_owned);
        Some(Request::new("read recording", Method::Get, path).accepting("audio/*"))
    }

    fn agent_settings(&self) -> Option<&dyn Rules<Agent>> {
        Some(&self.settings)
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/analysis/success", "/analysis/sentiment"]
    }
}

/// Returns the number to which the calls of a window were placed. The vendor has no filter that covers both directions.
fn called(window: &CallWindow) -> Option<&PhoneNumber> {
    window.peer.as_ref().filter(|_| window.outbound_only)
}

/// Builds the request for the page whose first call has this position.
fn page(window: &CallWindow, position: Option<&str>) -> Request {
    // The vendor documents neither the zone of the date nor whether it may have a time, so ask from the day before.
    let since = window.since.to_zoned(TimeZone::UTC).date().saturating_sub(1.day());
    let first = first_of(position);
    let request = Request::new("list calls", Method::Get, ["v1", "calls"])
        .query("from", first)
        .query("to", first + PAGE_SIZE)
        .query("limit", PAGE_SIZE)
        .query("ascending", false)
        .query("start_date", since);
    let request = if window.live_only { request.query("completed", false) } else { request };
    match called(window) {
        Some(number) => request.query("to_number", number.as_str()),
        None => request,
    }
}

fn read_page(reply: Reply, window: &CallWindow, position: Option<&str>) -> Result<CallListPage> {
    let (rows, total) = wire::calls(reply, window.now)?;
    let (count, next) = (rows.len(), first_of(position) + rows.len());
    let is_last = count == 0 || (count < PAGE_SIZE && total.is_none_or(|total| next >= total));
    let is_older = |row: &CallObservation| {
        row.times.begun_at.and_then(VendorTime::exact).is_some_and(|begun| begun < window.since)
    };
    let is_covered = is_last || rows.iter().all(is_older);
    Ok(CallListPage { rows, next: Some(next.to_string()), is_covered })
}

fn first_of(position: Option<&str>) -> usize {
    position.and_then(|position| position.parse().ok()).unwrap_or_default()
}

fn read(id: &str) -> Request {
    Request::new("read call", Method::Get, ["v1", "calls", id].map(ToOwned::to_owned))
}
