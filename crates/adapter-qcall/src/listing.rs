//! Reading lists page by page.

use std::collections::BTreeSet;

use serde_json::{Map, Value};
use switchboard_core::prelude::*;

use crate::envelope::{self, Answer};

/// The rows requested per page: the most that the vendor's MCP client requests.
const PER_PAGE: u32 = 100;

/// The most pages of a list; a longer list is taken to be endless.
const MAX_PAGES: u32 = 200;

/// A row as it was received.
pub type Row = Map<String, Value>;

/// A list in the course of being read.
pub struct Listing {
    request: fn() -> Request,
    expected: &'static str,
    page: u32,
    rows: Vec<Row>,
    seen: BTreeSet<String>,
}

impl Listing {
    /// Creates the list that these requests read; `expected` names the expected answer in messages.
    pub fn new(request: fn() -> Request, expected: &'static str) -> Self {
        Self { request, expected, page: 0, rows: Vec::new(), seen: BTreeSet::new() }
    }

    /// Reads all rows, each once, and continues with them.
    pub fn read<T: Send + 'static>(
        mut self,
        finish: impl FnOnce(Vec<Row>) -> Result<Exchange<T>> + Send + 'static,
    ) -> Exchange<T> {
        let request = (self.request)().query("page", self.page).query("perpage", PER_PAGE);
        Exchange::ask(request, move |reply| match self.take(Answer::parse(reply, self.expected)?)? {
            true => finish(self.rows),
            false if self.page == MAX_PAGES => Err(endless()),
            false => Ok(self.read(finish)),
        })
    }

    /// Takes one page; returns `true` if it was the last one.
    ///
    /// Pages are counted from 0 (vendor's MCP client). The totals identify the last one, else the absence of new
    /// rows: a backend may cut its pages, and one that ignores page numbers repeats the same answer.
    fn take(&mut self, answer: Answer) -> Result<bool> {
        let (items, pages) = answer.totals();
        let before = self.rows.len();
        for row in answer.rows(envelope::row)? {
            if envelope::id(&row).is_some_and(|id| self.seen.insert(id)) {
                self.rows.push(row);
            }
        }
        self.page += 1;
        Ok(self.rows.len() == before
            || pages.is_some_and(|pages| u64::from(self.page) >= pages)
            || items.is_some_and(|items| self.rows.len() as u64 >= items))
    }
}

fn endless() -> Error {
    Error::vendor(Kind::VendorProtocolError, VendorFailure::new(Outcome::Rejected))
        .with_detail(format!("The vendor's list does not end within {MAX_PAGES} pages."))
}
