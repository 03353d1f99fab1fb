//! The exchanges for calls. Both generations use the same exchanges, except that the generation of 2025 cannot read a
//! single call.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use switchboard_core::prelude::*;

use crate::{
    call,
    config::Generation,
    dial,
    wire::{self, CallPage},
};

/// The number of calls on a page: the vendor's maximum (reference pages, 2025-08).
const PER_PAGE: usize = 100;

/// The maximum number of pages that one look reads: twice as many as 1,000 calls need.
const MAX_PAGES: usize = 20;

/// The rules and exchanges for Autocalls calls.
pub struct PhoneCalls {
    rules: DialRules,
    generation: Generation,
}

impl PhoneCalls {
    /// Builds the rules and exchanges for a generation.
    pub fn new(generation: Generation) -> Self {
        Self { rules: dial::rules(), generation }
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

    /// Returns `Likely`: the marker is a variable of the call. The examples of calls contain such variables, but the
    /// reference describes the member as values that were collected during the call.
    fn marks(&self) -> Marks {
        Marks::Likely
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let body = dial::completed(dial.body, dial.agent.id("")?, dial.marker);
        let request = Request::new("place call", Method::Post, ["user", "make_call"]).json(body).effect();
        Ok(Exchange::send(request, wire::placed))
    }

    fn fetch(&self, remote_id: &str) -> Option<Exchange<Option<CallObservation>>> {
        match self.generation {
            Generation::Legacy => None,
            Generation::Current => {
                let request = one("read call", Method::Get, remote_id);
                Some(Exchange::send(request, |reply| wire::call(reply).map(Some)))
            }
        }
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        let live: &[_] = if window.live_only { &call::LIVE } else { &[] };
        let statuses = match live {
            [] => vec![None],
            live => live.iter().copied().map(Some).rev().collect(),
        };
        let look =
            Look { window: window.clone(), statuses, ids: BTreeSet::new(), rows: Vec::new(), pages: 0 };
        Some(look.next_list())
    }

    /// Erases a call together with its transcript and recording.
    fn erase(&self, remote_id: &str) -> Option<Exchange<()>> {
        let request = one("delete call", Method::Delete, remote_id);
        Some(Exchange::send(request, |reply| match reply.body {
            Body::Empty | Body::Json(_) => Ok(()),
            Body::Bytes(_) | Body::Other(_) => {
                Err(Error::unreadable(reply.status, "a message about a deleted call"))
            }
        }))
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &["/answered_at", "/ended_at", "/cost/currency", "/analysis/sentiment"]
    }
}

/// A pass through the pages of one or more lists. The vendor documents no order of calls.
struct Look {
    window: CallWindow,
    /// The statuses whose lists are still to be read, in reverse order; `None` is the list of all calls.
    statuses: Vec<Option<&'static str>>,
    ids: BTreeSet<String>,
    rows: Vec<CallObservation>,
    pages: usize,
}

impl Look {
    fn next_list(mut self) -> Exchange<CallObservations> {
        match self.statuses.pop() {
            Some(status) => self.page(status, 1),
            None => self.end(true),
        }
    }

    fn page(mut self, status: Option<&'static str>, number: u64) -> Exchange<CallObservations> {
        Exchange::ask(self.request(status, number), move |reply| {
            let CallPage { rows, count, last } = wire::read_page(reply, &self.window)?;
            let known = self.ids.len();
            for row in rows {
                // The list shifts if a call begins between two requests, so one call can be on two pages.
                if self.ids.insert(row.remote_id.clone()) {
                    self.rows.push(row);
                }
            }
            self.pages += 1;
            // Another page may follow a full page even if the vendor's page count is too low.
            let has_next = count > 0 && (count >= PER_PAGE || last.is_some_and(|last| number < last));
            if !has_next {
                return Ok(self.next_list());
            }
            // If a page only repeats calls, the later pages bring nothing new.
            let repeats = number > 1 && self.ids.len() == known;
            match repeats || self.pages >= self.window.max_pages(MAX_PAGES) {
                true => Ok(self.end(false)),
                false => Ok(self.page(status, number + 1)),
            }
        })
    }

    /// Builds the request for a page. The vendor filters by whole days in a time zone that it does not document, so the
    /// request starts one day before the window.
    fn request(&self, status: Option<&'static str>, number: u64) -> Request {
        let day = self.window.since.checked_sub(SignedDuration::from_hours(24)).unwrap_or(self.window.since);
        let filters = [
            ("status", status.map(ToOwned::to_owned)),
            ("phone_number", self.window.peer.as_ref().map(|peer| peer.as_str().to_owned())),
            ("assistant_id", self.window.agent.clone()),
        ];
        let request = Request::new("list calls", Method::Get, ["user", "calls"])
            .query("per_page", PER_PAGE)
            .query("page", number)
            .query("date_from", day.strftime("%Y-%m-%d"));
        let given = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        given.fold(request, |request, (name, value)| request.query(name, value))
    }

    fn end(self, is_complete: bool) -> Exchange<CallObservations> {
        Exchange::Done(CallObservations { rows: self.rows, is_complete, ..CallObservations::default() })
    }
}

fn one(operation: &'static str, method: Method, id: &str) -> Request {
    Request::new(operation, method, ["user", "calls", id].map(ToOwned::to_owned))
}
