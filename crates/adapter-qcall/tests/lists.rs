//! The totals of QCall's lists, which can be too low.

#![cfg(test)]

mod qcall;

use qcall::{account, done, sent};
use serde_json::{Value, json};
use switchboard_core::vendor::Reply;

/// Returns a page of assistants whose totals name a single page.
fn page(ids: std::ops::Range<u32>, total: u32) -> Reply {
    let rows: Vec<Value> = ids.map(|id| json!({ "id": id, "name": "Recall" })).collect();
    Reply::json(200, json!({ "success": true, "data": rows, "totalItems": total, "totalPages": 1 }))
}

#[test]
fn the_totals_of_a_full_page_are_not_trusted() {
    let (_, read) = sent(account().agents().list());
    let (request, read) = sent(read(page(0..100, 100)).unwrap());
    assert_eq!(request.query[0], ("page", "1".to_owned()));
    assert_eq!(done(read(page(100..130, 100)).unwrap()).len(), 130);
}

#[test]
fn the_totals_of_a_short_page_end_the_list() {
    let (_, read) = sent(account().agents().list());
    assert_eq!(done(read(page(0..20, 20)).unwrap()).len(), 20);
}
