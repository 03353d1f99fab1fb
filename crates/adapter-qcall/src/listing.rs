//! The exchange that reads a list page by page.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use switchboard_core::prelude::*;

use crate::envelope::{self, Answer};

/// The number of rows requested per page: the maximum that the vendor's MCP client requests.
const PER_PAGE: usize = 100;

/// The maximum number of pages of a list. A longer list is treated as endless, which is an error.
const MAX_PAGES: u32 = 200;

/// The maximum number of times that the list is read to show that it lacks a row.
const MAX_READINGS: usize = 4;

/// A row as it was received.
pub type Row = Map<String, Value>;

/// A list that is being read.
pub struct Listing {
    request: fn() -> Request,
    expected: &'static str,
    page: u32,
    rows: Vec<Row>,
    seen: BTreeSet<String>,
}

impl Listing {
    /// Creates a list. `request` builds the request for a page, without the page number. `expected` describes the
    /// expected answer in error messages.
    pub fn new(request: fn() -> Request, expected: &'static str) -> Self {
        Self { request, expected, page: 0, rows: Vec::new(), seen: BTreeSet::new() }
    }

    /// Reads all rows without duplicates and passes them to `finish`.
    pub fn read<T: Send + 'static>(
        mut self,
        finish: impl FnOnce(Vec<Row>) -> Result<Exchange<T>> + Send + 'static,
    ) -> Exchange<T> {
        Exchange::ask(self.page_request(), move |reply| {
            match self.take(Answer::parse(reply, self.expected)?)? {
                true => finish(self.rows),
                false if self.page == MAX_PAGES => Err(endless()),
                false => Ok(self.read(finish)),
            }
        })
    }

    /// Finds the row with this id and passes it to `finish`. Passes `None` if no row has this id.
    ///
    /// If a record is deleted while the pages are read, a row can move to a page that was already read. A row therefore
    /// counts as missing only if the list has a single page, or if two successive readings have the same ids.
    pub fn find<T: Send + 'static>(
        self,
        id: String,
        finish: impl FnOnce(Option<Row>) -> Result<Exchange<T>> + Send + 'static,
    ) -> Exchange<T> {
        self.search(id, Vec::new(), finish)
    }

    /// Reads the list for [`Self::find`]. `readings` has the ids of each earlier reading.
    fn search<T: Send + 'static>(
        mut self,
        id: String,
        mut readings: Vec<BTreeSet<String>>,
        finish: impl FnOnce(Option<Row>) -> Result<Exchange<T>> + Send + 'static,
    ) -> Exchange<T> {
        let request = self.page_request();
        Exchange::ask(request, move |reply| match self.take(Answer::parse(reply, self.expected)?)? {
            false if self.page == MAX_PAGES => Err(endless()),
            false => Ok(self.search(id, readings, finish)),
            true if self.page == 1 || self.seen.contains(&id) || readings.last() == Some(&self.seen) => {
                finish(self.rows.into_iter().find(|row| envelope::id(row).as_ref() == Some(&id)))
            }
            true => {
                let again = Self::new(self.request, self.expected);
                readings.push(self.seen);
                if readings.len() == MAX_READINGS {
                    return Err(unsteady());
                }
                Ok(again.search(id, readings, finish))
            }
        })
    }

    fn page_request(&self) -> Request {
        (self.request)().query("page", self.page).query("perpage", PER_PAGE)
    }

    /// Adds the rows of one page. Returns true if the page was the last one.
    ///
    /// Pages are counted from 0 (vendor's MCP client). The last page is identified by the totals, unless the page is
    /// full, or by the absence of new rows. A short page does not identify the last page, because a backend may shorten
    /// its pages. A backend that ignores page numbers repeats the same answer, which has no new rows.
    fn take(&mut self, answer: Answer) -> Result<bool> {
        let totals = answer.totals();
        let before = self.rows.len();
        let rows = answer.rows(envelope::row)?;
        let count = rows.len();
        for row in rows {
            if envelope::id(&row).is_some_and(|id| self.seen.insert(id)) {
                self.rows.push(row);
            }
        }
        self.page += 1;
        let leads_on = totals.lead_on(count, self.rows.len(), self.page as usize, PER_PAGE);
        Ok(self.rows.len() == before || !leads_on)
    }
}

fn endless() -> Error {
    Error::vendor(Kind::VendorProtocolError, VendorFailure::new(Outcome::Rejected))
        .with_detail(format!("The vendor's list does not end within {MAX_PAGES} pages."))
}

/// Builds the error for a list whose ids differ between successive readings.
fn unsteady() -> Error {
    Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::NotSent))
        .with_detail("The vendor's list changed while the gateway read it.")
}
