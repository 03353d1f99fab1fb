//! Exchanges that read the list of assistants page by page. The list is the only way to read an assistant.

use serde_json::Value;
use switchboard_core::prelude::*;

/// The maximum number of rows that the vendor returns on a page (reference pages).
const PER_PAGE: u64 = 100;

/// The maximum number of pages to read. A longer list is an error: if it were cut off, the remaining records would look
/// deleted.
const MAX_PAGES: u64 = 100;

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
pub fn one<T: Send + 'static>(
    id: &str,
    next: impl FnOnce(Option<Value>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let take = |(id, found): &mut (String, Option<Value>), page: Vec<Value>| {
        *found = page.into_iter().find(|row| id_of(row).as_ref() == Some(id));
        found.is_some()
    };
    walk(1, (id.to_owned(), None), take, |(_, found)| next(found))
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
