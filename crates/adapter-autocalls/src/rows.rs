//! Exchanges that read the list of assistants page by page. The list is the only way to read an assistant.

use std::collections::BTreeSet;

use serde_json::Value;
use switchboard_core::prelude::*;

/// The maximum number of rows that the vendor returns on a page (reference pages).
const PER_PAGE: u64 = 100;

/// The maximum number of pages to read. A longer list is an error: if it were cut off, the remaining records would look
/// deleted.
const MAX_PAGES: u64 = 100;

/// The maximum number of times that the list is read to show that it lacks a row.
const MAX_READINGS: usize = 4;

/// Reads all rows of the list and passes them to `next`.
pub fn all<T: Send + 'static>(
    next: impl FnOnce(Vec<Value>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let take = |rows: &mut Vec<Value>, page: Vec<Value>| {
        rows.extend(page);
        false
    };
    walk(1, Vec::new(), take, next)
}

/// Finds the row with this id and passes it to `next`. Passes `None` if no row has this id.
///
/// If a record is deleted while the pages are read, a row can move to a page that was already read. A row therefore
/// counts as missing only if the list has a single page, or if two successive readings have the same ids.
pub fn one<T: Send + 'static>(
    id: &str,
    next: impl FnOnce(Option<Value>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    search(id.to_owned(), Vec::new(), next)
}

/// The state of a search: the id of the row, the row, and the ids on each page.
struct Search {
    id: String,
    found: Option<Value>,
    pages: Vec<BTreeSet<String>>,
}

/// Reads the list for [`one`]. `readings` has the ids of each earlier reading.
fn search<T: Send + 'static>(
    id: String,
    mut readings: Vec<BTreeSet<String>>,
    next: impl FnOnce(Option<Value>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let take = |search: &mut Search, page: Vec<Value>| {
        search.pages.push(page.iter().filter_map(id_of).collect());
        search.found = page.into_iter().find(|row| id_of(row).as_ref() == Some(&search.id));
        search.found.is_some()
    };
    walk(1, Search { id, found: None, pages: Vec::new() }, take, move |Search { id, found, pages }| {
        let is_single = pages.len() == 1;
        let ids = pages.into_iter().flatten().collect();
        if found.is_some() || is_single || readings.last() == Some(&ids) {
            return next(found);
        }
        readings.push(ids);
        if readings.len() == MAX_READINGS { Err(unsteady()) } else { Ok(search(id, readings, next)) }
    })
}

/// Builds the error for a list whose ids differ between successive readings.
fn unsteady() -> Error {
    Error::vendor(Kind::VendorUnavailable, VendorFailure::new(Outcome::NotSent))
        .with_detail("The vendor's list of assistants changed while the gateway read it.")
}

/// Returns a row's id as a string, or `None` if the row has no id or an empty one.
pub fn id_of(row: &Value) -> Option<String> {
    row.get("id").and_then(scalar).filter(|id| !id.is_empty())
}

/// Reads page after page until `take` returns true or the last page has been read. Then passes the state to `next`.
/// Fails if more than `MAX_PAGES` pages would have to be read.
fn walk<S: Send + 'static, T: Send + 'static>(
    number: u64,
    mut state: S,
    take: fn(&mut S, Vec<Value>) -> bool,
    next: impl FnOnce(S) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let request = Request::new("list assistants", Method::Get, ["user", "assistants", "get"])
        .query("per_page", PER_PAGE)
        .query("page", number);
    Exchange::ask(request, move |reply| {
        let status = reply.status;
        let (rows, last) = read(reply)?;
        if take(&mut state, rows) || number >= last {
            next(state)
        } else if number >= MAX_PAGES {
            Err(Error::unreadable(status, "a list of at most 10000 assistants"))
        } else {
            Ok(walk(number + 1, state, take, next))
        }
    })
}

/// Returns the rows of a page, each with an id, and the number of the last page.
fn read(reply: Reply) -> Result<(Vec<Value>, u64)> {
    const EXPECTED: &str = "a page of assistants";
    let status = reply.status;
    let mut page = reply.document(EXPECTED)?;
    let last = page.get("last_page").and_then(scalar).and_then(|last| last.parse().ok());
    match (page.get_mut("data").map(Value::take), last) {
        (Some(Value::Array(rows)), Some(last)) if rows.iter().all(|row| id_of(row).is_some()) => {
            Ok((rows, last))
        }
        _ => Err(Error::unreadable(status, EXPECTED)),
    }
}
