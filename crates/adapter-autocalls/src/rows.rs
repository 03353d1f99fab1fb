//! Reading the list of assistants page by page: the only way to read them.

use serde_json::Value;
use switchboard_core::prelude::*;

/// The most rows the vendor puts in a page (reference pages).
const PER_PAGE: u64 = 100;

/// The most pages that are read. More is an error: a truncated list would make existing records look deleted.
const MAX_PAGES: u64 = 100;

/// Reads all of the vendor's rows.
pub fn all<T: Send + 'static>(
    next: impl FnOnce(Vec<Value>) -> Result<Exchange<T>> + Send + 'static,
) -> Exchange<T> {
    let take = |rows: &mut Vec<Value>, page: Vec<Value>| {
        rows.extend(page);
        false
    };
    walk(1, Vec::new(), take, next)
}

/// Reads the vendor's row of this id; `None` if there is none.
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

/// Returns a row's id as a string.
pub fn id_of(row: &Value) -> Option<String> {
    row.get("id").and_then(scalar)
}

/// Reads page after page, until `take` ends the walk or the last page was read.
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
