//! The exchanges for calls.

use std::collections::BTreeSet;

use jiff::{ToSpan, tz::TimeZone};
use switchboard_core::prelude::*;

use crate::{dial, fault, wire};

/// The number of calls requested per page: the maximum that the vendor documents (vendor documentation, 2026-08-09).
const PAGE_SIZE: usize = 1_000;
/// The maximum number of pages that one look reads.
const MAX_PAGES: usize = 20;

/// The name of the only part of an agent.
const ROOT: &str = "";

/// The rules and exchanges for Bland calls.
pub struct PhoneCalls {
    rules: DialRules,
}

impl PhoneCalls {
    /// Builds the rules and exchanges.
    pub fn new() -> Self {
        Self { rules: dial::rules() }
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

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        Some(
            Look { window: window.clone(), next: 0, pages: 0, seen: BTreeSet::new(), rows: Vec::new() }
                .page(),
        )
    }

    /// Returns false, because the list has no filter for the phone number or the marker.
    fn filters_list(&self) -> bool {
        false
    }

    /// Ends a call. If the vendor refuses, the call is read; the request succeeds if the call is over.
    fn hang_up(&self, remote_id: &str) -> Option<Exchange<()>> {
        let path = ["v1", "calls", remote_id, "stop"].map(ToOwned::to_owned);
        let request = Request { repeatable: true, ..Request::new("end call", Method::Post, path) };
        let reading = read(remote_id);
        Some(Exchange::ask(request, |reply| match fault::refuses_end(&reply) {
            false => Ok(Exchange::Done(())),
            true => Ok(Exchange::send(reading, |reply| match wire::call(reply)? {
                Some(call) if call.status != Some(CallStatus::Ended) => Err(fault::not_ended()),
                _ => Err(fault::already_ended()),
            })),
        }))
    }

    fn recording(&self, remote_id: &str) -> Option<Request> {
        let path = ["v1", "recordings", remote_id].map(ToOwned::to_owned);
        Some(Request::new("read recording", Method::Get, path).accepting("audio/*"))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/analysis/success", "/analysis/sentiment"]
    }
}

/// A pass through the pages of the list. A page is requested by the position of its first call.
struct Look {
    window: CallWindow,
    /// The position of the first call on the next page.
    next: usize,
    pages: usize,
    seen: BTreeSet<String>,
    rows: Vec<CallObservation>,
}

impl Look {
    fn page(mut self) -> Exchange<CallObservations> {
        // The vendor documents neither the time zone of the date nor whether it may include a time, so start one day
        // earlier.
        let since = self.window.since.to_zoned(TimeZone::UTC).date().saturating_sub(1.day());
        let request = Request::new("list calls", Method::Get, ["v1", "calls"])
            .query("from", self.next)
            .query("to", self.next + PAGE_SIZE)
            .query("limit", PAGE_SIZE)
            .query("ascending", false)
            .query("start_date", since);
        let request = if self.window.live_only { request.query("completed", false) } else { request };
        Exchange::ask(request, move |reply| {
            let page = wire::calls(reply, self.window.now)?;
            let (count, known) = (page.rows.len(), self.seen.len());
            self.next += count;
            self.pages += 1;
            let is_last =
                count == 0 || (count < PAGE_SIZE && page.total.is_none_or(|total| self.next >= total));
            let is_older = |row: &CallObservation| {
                let begun = row.times.begun_at.and_then(VendorTime::exact);
                begun.is_some_and(|begun| begun < self.window.since)
            };
            let is_covered = is_last || page.rows.iter().all(is_older);
            // The list shifts if a call begins between two requests, so one call can be on two pages.
            let seen = &mut self.seen;
            self.rows.extend(page.rows.into_iter().filter(|row| seen.insert(row.remote_id.clone())));
            if is_covered || self.pages >= MAX_PAGES || self.seen.len() == known {
                return Ok(Exchange::Done(CallObservations { rows: self.rows, is_complete: is_covered }));
            }
            Ok(self.page())
        })
    }
}

fn read(id: &str) -> Request {
    Request::new("read call", Method::Get, ["v1", "calls", id].map(ToOwned::to_owned))
}
