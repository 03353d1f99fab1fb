//! The exchanges for calls. The vendor documents no request that reads, ends or erases a single call.

use std::collections::BTreeSet;

use serde_json::json;
use switchboard_core::prelude::*;

use crate::{
    dial,
    wire::{self, CallPage},
};

/// The number of rows requested per page: the maximum that the vendor's MCP client requests.
const PER_PAGE: usize = 100;

/// The maximum number of pages that one look reads: twice as many as 1,000 calls need.
const MAX_PAGES: usize = 20;

/// The rules and exchanges for QCall calls.
pub struct PhoneCalls {
    rules: DialRules,
}

impl Default for PhoneCalls {
    fn default() -> Self {
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

    /// Returns `Sometimes`: the vendor's MCP client shows the id only if the answer has one.
    fn answers_id(&self) -> AnswersId {
        AnswersId::Sometimes
    }

    /// Returns `Never`: the vendor may return the request with the call (vendor's OpenAPI document), but its client
    /// reads no member that could contain the marker.
    fn marks(&self) -> Marks {
        Marks::Never
    }

    fn place(&self, dial: PlaceCall<'_>) -> Result<Exchange<Placed>> {
        let mut body = dial.body;
        dial::check(&body)?;
        body["assistant_id"] = json!(dial.agent.id("")?);
        let request = Request::new("place call", Method::Post, ["playground", "call"]).json(body).effect();
        Ok(Exchange::send(request, wire::placed))
    }

    fn recent(&self, window: &CallWindow) -> Option<Exchange<CallObservations>> {
        let look = Look { window: window.clone(), ids: BTreeSet::new(), found: CallObservations::default() };
        Some(look.page(0))
    }

    /// Returns false, because the list has no filter for the phone number or the marker.
    fn filters_list(&self) -> bool {
        false
    }

    fn undisclosed(&self) -> &'static [&'static str] {
        &[
            "/answered_by",
            "/from/phone_number",
            "/answered_at",
            "/ended_at",
            "/cost/currency",
            "/analysis/success",
            "/analysis/summary",
            "/analysis/values",
        ]
    }

    /// Returns the limits of the standard plan (vendor's page on rate limits, 2026).
    fn limits(&self) -> PublishedCallLimits {
        PublishedCallLimits { concurrent: Some(20), per_day: Some(1000) }
    }
}

/// A pass through the pages of the list, which has the newest calls first (vendor's MCP client). Its status filter has
/// no value for ringing calls, so a look for live calls reads all calls.
struct Look {
    window: CallWindow,
    ids: BTreeSet<String>,
    found: CallObservations,
}

impl Look {
    /// Reads a page. Pages are counted from 0.
    fn page(mut self, number: usize) -> Exchange<CallObservations> {
        let request = Request::new("list calls", Method::Get, ["playground", "list"])
            .query("page", number)
            .query("perpage", PER_PAGE);
        Exchange::ask(request, move |reply| {
            let page = wire::read_page(reply, self.window.now)?;
            let found = self.ids.len() + page.count;
            let leads_on =
                page.totals.lead_on(page.count, found, number + 1, PER_PAGE) && !self.is_covered(&page);
            let known = self.ids.len();
            for row in page.rows {
                // The list shifts if a call begins between two requests, so one call can be on two pages.
                if self.ids.insert(row.remote_id.clone()) {
                    self.found.rows.push(row);
                }
            }
            let since = self.window.since;
            let is_recent =
                |row: &CallObservation| row.times.begun_at.is_none_or(|begun| begun.latest() >= since);
            self.found.unidentified.extend(page.unidentified.into_iter().filter(is_recent));
            // A backend that ignores page numbers repeats the same page.
            let repeats = number > 0 && self.ids.len() == known;
            let is_last = number + 1 >= self.window.max_pages(MAX_PAGES);
            match leads_on {
                true if repeats || is_last => Ok(self.end(false)),
                true => Ok(self.page(number + 1)),
                false => Ok(self.end(true)),
            }
        })
    }

    /// Returns true if all calls on later pages began before the window. This follows if the calls of the page run from
    /// newest to oldest, and the last one certainly began before the window.
    fn is_covered(&self, page: &CallPage) -> bool {
        let latest = |row: &CallObservation| row.times.begun_at.map(VendorTime::latest);
        let times: Vec<_> = page.rows.iter().map(latest).collect();
        let last = times.last().copied().flatten();
        times.is_sorted_by(|one, next| one >= next)
            && times.first().copied().flatten() > last
            && last.is_some_and(|last| last < self.window.since)
    }

    fn end(self, is_complete: bool) -> Exchange<CallObservations> {
        Exchange::Done(CallObservations { is_complete, ..self.found })
    }
}
