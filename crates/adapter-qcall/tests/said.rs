//! The answers that are accepted as QCall's state of a record, and the part of the record that each answer
//! covers.

#![cfg(test)]

mod qcall;

use qcall::{account, answered, fixture, observed};
use serde_json::json;
use switchboard_conformance::OneObject;
use switchboard_core::vendor::Reply;

const ID: &str = "7f1c2a9e-4b53-4d0e-9a65-2f0c1d8b6e31";

#[test]
fn sent_values_do_not_count_as_the_vendors_answer() {
    let body = json!({ "name": "Clinic reminders", "script": "Be brief.", "temperature": 0.7 });
    let made = |reply: &Reply| answered(account().agents().create(body.clone(), &[]), reply).unwrap();
    let said = json!({ "success": true, "data": { "id": ID, "temperature": 1, "created_at": "2026-08-14" } });
    let part = made(&Reply::json(200, said));
    assert_eq!((&part.document, part.is_whole()), (&json!({ "temperature": 1 }), false));
    let silent = made(&fixture("createAssistant.hash_id"));
    assert_eq!((&silent.document, silent.is_whole()), (&json!({}), false));
    for name in ["bare_record", "wrapped_record"] {
        let whole = made(&fixture(&format!("createAssistant.{name}")));
        assert!(whole.is_whole() && whole.document == observed("getAssistant.bare_record"), "{name}");
    }
}

#[test]
fn an_update_gives_the_record_where_its_answer_has_all_of_it() {
    let agent = |reply: &Reply| answered(account().agents().update(ID, json!({})), reply).unwrap();
    for name in ["bare_record", "wrapped_record"] {
        let document = agent(&fixture(&format!("updateAssistant.{name}")));
        assert_eq!(document, Some(observed("getAssistant.bare_record")), "{name}");
    }
    assert_eq!(agent(&fixture("updateAssistant.acknowledged")), None);
    let part =
        json!({ "success": true, "data": { "id": ID, "name": "Clinic reminders", "script": "Be brief." } });
    assert_eq!(agent(&Reply::json(200, part)), None);
    let trunk =
        |name: &str| answered(account().trunks().unwrap().update(ID, json!({})), &fixture(name)).unwrap();
    let document = trunk("updateDialer.wrapped_record").unwrap();
    assert_eq!(document["phone_number"], "+15550100123");
    assert!(!document.to_string().contains("placeholder-not-a-token"));
    assert_eq!(trunk("updateDialer.acknowledged"), None);
}

#[test]
fn a_row_of_the_list_is_a_part_and_a_record_that_was_asked_for_is_whole() {
    let rows = answered(account().agents().list(), &fixture("listAssistants.data")).unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.is_whole(), row.created_at.map(|at| at.latest().to_string()))).collect();
    assert_eq!(told, vec![(false, Some("2026-08-14T09:12:44Z".to_owned())); 2]);
    let fetched =
        |name: &str| answered(account().agents().fetch_one(ID).unwrap(), &fixture(name)).unwrap().unwrap();
    let record = fetched("getAssistant.wrapped_rows");
    assert!(record.is_whole() && record.created_at.is_some());
    let dialers =
        answered(account().trunks().unwrap().list(), &fixture("listDialers.with_credentials")).unwrap();
    assert!(dialers.iter().all(|dialer| dialer.is_whole() && dialer.created_at.is_some()));
}
