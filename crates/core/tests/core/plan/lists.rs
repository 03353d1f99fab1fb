//! Fields that are items of one list. A merging vendor replaces the list as a whole.

use serde_json::{Value, json};
use switchboard_core::plan::{Handling, Planned, Transition};

use super::toy::{desired_of, gadget, merging, plain, ready, replacing};

fn held() -> Value {
    json!({
        "name": "toy",
        "tools": [
            { "type": "own", "free": 1 },
            { "type": "end", "text": "Bye!", "delay": 2 },
            { "type": "exit", "to": "door" },
        ],
    })
}

fn both() -> Value {
    json!({ "tools": { "goodbye": "Bye!", "exit": "door" } })
}

#[test]
fn each_field_is_read_from_its_item() {
    assert_eq!(merging(plain()).read(&held()), gadget(both()));
}

#[test]
fn the_list_is_looked_at_before_it_is_changed() {
    let before = desired_of(both());
    let planned = |observed: Option<&Value>, desired: Value| {
        let step = Transition::Update { before: &before, observed, previous: None };
        merging(plain()).plan(&step, &desired_of(desired), Handling::Lenient).unwrap()
    };
    let changed = json!({ "tools": { "goodbye": "Ciao!", "exit": "door" } });
    assert!(matches!(planned(None, changed.clone()), Planned::NeedsObserved));
    assert!(matches!(planned(Some(&held()), changed), Planned::Ready(_)));
    let mut other = both();
    other["volume"] = json!(1);
    assert_eq!(ready(planned(None, other)).document(), json!({ "volume": 1 }), "another field needs no list");
}

#[test]
fn a_changed_item_is_sent_with_the_whole_list_and_its_unmodelled_items() {
    for vendor in [merging(plain()), replacing(plain())] {
        let plan =
            vendor.updated(both(), &held(), json!({ "tools": { "goodbye": "Ciao!", "exit": "door" } }));
        let mut expected = held();
        expected["tools"][1]["text"] = json!("Ciao!");
        assert_eq!(plan.document()["tools"], expected["tools"]);
        assert_eq!(vendor.after(&held(), &plan.document()), expected);
    }
}

#[test]
fn an_item_that_is_taken_back_goes_alone() {
    for vendor in [merging(plain()), replacing(plain())] {
        let plan = vendor.updated(both(), &held(), json!({ "tools": { "exit": "door" } }));
        assert_eq!(
            plan.document()["tools"],
            json!([{ "type": "own", "free": 1 }, { "type": "exit", "to": "door" }])
        );
        let plan = vendor.updated(both(), &held(), json!({}));
        assert_eq!(plan.document()["tools"], json!([{ "type": "own", "free": 1 }]));
    }
}

#[test]
fn a_new_item_joins_the_list() {
    let held = json!({ "name": "toy", "tools": [{ "type": "own", "free": 1 }] });
    for vendor in [merging(plain()), replacing(plain())] {
        let plan = vendor.updated(json!({}), &held, json!({ "tools": { "exit": "door" } }));
        assert_eq!(
            plan.document()["tools"],
            json!([{ "type": "own", "free": 1 }, { "type": "exit", "to": "door" }])
        );
    }
}

#[test]
fn a_list_that_is_not_there_is_made() {
    for held in [json!({ "name": "toy" }), json!({ "name": "toy", "tools": null })] {
        let plan = merging(plain()).updated(json!({}), &held, json!({ "tools": { "exit": "door" } }));
        assert_eq!(plan.document(), json!({ "tools": [{ "type": "exit", "to": "door" }] }));
    }
    let body = merging(plain()).created(both()).document();
    assert_eq!(body["tools"], json!([{ "type": "end", "text": "Bye!" }, { "type": "exit", "to": "door" }]));
}

/// Checks that a desired item that was removed at the vendor returns with the next change to the list.
#[test]
fn what_stays_is_written_with_the_list() {
    let held = json!({ "name": "toy", "tools": [{ "type": "exit", "to": "door" }] });
    let plan =
        merging(plain()).updated(both(), &held, json!({ "tools": { "goodbye": "Bye!", "exit": "gate" } }));
    assert_eq!(
        plan.document()["tools"],
        json!([{ "type": "exit", "to": "gate" }, { "type": "end", "text": "Bye!" }])
    );
}
