//! The search for the record of a lost creation.

use serde_json::{Value, json};
use switchboard_core::{
    model::parse_timestamp,
    plan::Translator,
    rule::{at, number, text},
    vendor::{Coverage, LostCreation, Remote},
};

use super::toy::{GadgetRules, Vendor, desired_of, merging, plain};

const SENT: &str = "2026-03-02T12:00:00Z";

fn vendor() -> Vendor {
    merging(GadgetRules { volume: at("/volume", number().steps(0.5)), ..plain() })
}

fn remote(document: Value) -> Remote {
    let name = document["name"].as_str().map(ToOwned::to_owned);
    Remote { name, coverage: Coverage::Whole, ..Remote::new("7", document) }
}

fn found(vendor: &Vendor, bound: &[&str], remote: &Remote) -> bool {
    let desired = desired_of(json!({ "name": "a", "volume": 1.2 }));
    let report = vendor.created(json!({ "name": "a", "volume": 1.2 })).report;
    let bound: Vec<_> = bound.iter().map(|id| (*id).to_owned()).collect();
    let attempt =
        LostCreation { desired: &desired, report: &report, sent_at: SENT.parse().unwrap(), bound: &bound };
    Translator::new(vendor, "toy").with(&vendor.facts).matches_creation(&attempt, remote)
}

#[test]
fn it_has_the_name_and_everything_as_it_was_sent() {
    let is = |document: Value| found(&vendor(), &[], &remote(document));
    assert!(is(json!({ "name": "a", "volume": 1, "script": "the vendor's own" })));
    assert!(!is(json!({ "name": "b", "volume": 1 })));
    assert!(!is(json!({ "name": "a", "volume": 2 })));
    assert!(!is(json!({ "name": "a" })));
    assert!(!is(json!({ "volume": 1 })), "what has no name is not known by it");
}

#[test]
fn it_is_bound_to_no_other_record() {
    let remote = remote(json!({ "name": "a", "volume": 1 }));
    assert!(found(&vendor(), &["8"], &remote));
    assert!(!found(&vendor(), &["8", "7"], &remote));
}

#[test]
fn it_is_not_older_than_the_attempt_but_for_what_clocks_differ() {
    let made = |at: &str| {
        let document = json!({ "name": "a", "volume": 1 });
        found(&vendor(), &[], &Remote { created_at: parse_timestamp(&json!(at)), ..remote(document) })
    };
    assert!(made("2026-03-02T12:00:01Z"));
    assert!(made("2026-03-02T11:55:01Z"));
    assert!(!made("2026-03-02T11:54:59Z"));
    assert!(made("unknown"));
}

/// Checks a time without an offset, which may be the local time of any zone.
#[test]
fn a_time_without_a_zone_may_be_that_of_any_zone() {
    let made = |at: &str| {
        let document = json!({ "name": "a", "volume": 1 });
        let created_at = parse_timestamp(&json!(at));
        assert!(created_at.is_some(), "{at}");
        found(&vendor(), &[], &Remote { created_at, ..remote(document) })
    };
    // The request was sent at noon in UTC.
    for local in ["2026-03-02 12:00:00", "2026-03-02 07:00:00", "2026-03-02T00:00:00", "2026-03-03 02:00:00"]
    {
        assert!(made(local), "{local}");
    }
    for older in ["2026-03-01 21:54:59", "2026-03-02T11:54:59Z", "2026-03-02T06:54:59-05:00"] {
        assert!(!made(older), "{older}");
    }
}

#[test]
fn a_row_of_a_list_is_judged_by_what_it_shows() {
    let part =
        |document: Value| found(&vendor(), &[], &Remote { coverage: Coverage::Excerpt, ..remote(document) });
    assert!(part(json!({ "name": "a" })));
    assert!(!part(json!({ "name": "a", "volume": null })));
}

#[test]
fn a_vendor_that_says_names_only_is_taken_at_the_name() {
    let vendor = merging(GadgetRules { volume: at("/volume", number()).write_only(), ..plain() });
    let named = |name: &str| found(&vendor, &[], &remote(json!({ "name": name })));
    assert!(named("a"));
    assert!(!named("b"));
}

#[test]
fn the_name_is_the_one_that_the_vendor_says_of_the_record() {
    let rules = GadgetRules { name: at("/name", text()).write_only(), ..plain() };
    let document = json!({ "name": "a", "volume": 1.2 });
    assert!(found(&merging(rules), &[], &remote(document)));
}
