//! The part of an assistant that the vendor's answers show.

#![cfg(test)]

mod autocalls;

use autocalls::{GENERATIONS, account, answered, reply};
use serde_json::json;
use switchboard_conformance::OneObject;
use switchboard_core::vendor::Reply;

#[test]
fn only_the_list_shows_an_assistant_in_full() {
    for generation in GENERATIONS {
        let account = account(generation);
        let agents = account.agents();
        let told = |name: &str| [reply(generation, name)];
        let changed = answered(agents.update("1842", json!({})), &told("updateAssistant.changed"));
        assert_eq!(changed.unwrap(), None, "id, name, status, type and mode are not all");
        let created = answered(agents.create(json!({}), &[]), &told("createAssistant.created"));
        assert!(!created.unwrap().is_whole());
        let listed = answered(agents.fetch_one("1842").unwrap(), &told("listAssistants.full_record"))
            .unwrap()
            .unwrap();
        let year = if generation == "2025" { "2025-09-03" } else { "2026-03-02" };
        assert_eq!(listed.created_at.map(|at| at.latest().to_string()), Some(format!("{year}T08:15:00Z")));
        assert!(listed.is_whole());
    }
}

#[test]
fn the_other_way_of_the_vendor_to_write_times_is_read() {
    let row = json!({ "id": 1842, "name": "Desk", "created_at": "2026-03-02 08:15:00" });
    let page = Reply::json(200, json!({ "data": [row], "current_page": 1, "last_page": 1 }));
    let listed = answered(account("2026").agents().list(), &[page]).unwrap();
    assert_eq!(
        listed[0].created_at.map(|at| at.latest().to_string()).as_deref(),
        Some("2026-03-02T22:15:00Z")
    );
}
