//! Values that are checked against the vendor's list of such values.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::{Value, json};
use switchboard_core::{
    error::Error,
    facts::{CatalogueKind, KnownNames, ListedBy},
    plan::{Handling, Planned, Transition, Translator},
    rule::{Drift, Fidelity, Report, Rule, Verdict, at, list, number, text},
};

use super::toy::{GadgetRules, Vendor, desired_of, merging, plain, replacing};

const KIND: CatalogueKind = CatalogueKind::VOICES;

fn listed(path: &'static str) -> Rule<String> {
    at(path, text()).listed(KIND, ListedBy::Id)
}

/// Returns the vendor with the names by which its plans check values: its list if it can be read, and an alias.
fn checking(rules: GadgetRules, can_be_read: bool) -> Vendor {
    let vendor = merging(rules);
    let entries = can_be_read.then(|| Arc::new(vendor.facts.entries(KIND).to_vec()));
    let aliases = Arc::new(BTreeMap::from([("warm".to_owned(), "zoe".to_owned())]));
    let names = KnownNames { vendor: "acme".to_owned(), entries, aliases };
    Vendor { facts: vendor.facts.clone().with_known_names(KIND, names), ..vendor }
}

fn script() -> GadgetRules {
    GadgetRules { script: listed("/script"), ..plain() }
}

fn update(vendor: &Vendor, from: &Value, to: &Value, previous: Option<&Report>) -> Result<Report, Error> {
    let (before, desired) = (desired_of(from.clone()), desired_of(to.clone()));
    let transition = Transition::Update { before: &before, observed: None, previous };
    match Translator::new(vendor, "toy").with(&vendor.facts).plan(&transition, &desired, Handling::Lenient)? {
        Planned::Ready(plan) => Ok(plan.report),
        Planned::NeedsObserved => panic!("a merging vendor needs no observed state"),
    }
}

fn refused(vendor: &Vendor, asked: Value) -> Error {
    vendor.creation(asked).unwrap_err()
}

fn strictly(vendor: &Vendor, asked: Value) -> Error {
    vendor.plan(&Transition::Create, &desired_of(asked), Handling::Strict).unwrap_err()
}

fn detail(refused: &Error) -> &str {
    &refused.violations[0].detail
}

#[test]
fn a_listed_value_and_the_id_of_an_alias_are_exact() {
    for name in ["ann", "zoe"] {
        let report = checking(script(), true).created(json!({ "script": name })).report;
        assert_eq!((report.fidelity, report.fields), (Fidelity::Exact, vec![]), "{name}");
    }
}

#[test]
fn an_unknown_value_is_refused_with_the_name_that_is_meant() {
    let vendor = checking(script(), true);
    for (name, meant) in [("evee", "\"eve\""), ("warn", "\"warm\""), ("ANN", "\"ann\"")] {
        let refused = refused(&vendor, json!({ "script": name }));
        assert_eq!(refused.violations.len(), 1, "{refused:?}");
        assert!(detail(&refused).contains(&format!("Did you mean {meant}?")), "{refused:?}");
        assert!(detail(&refused).contains("GET /v1/vendors/acme/voices"), "{refused:?}");
    }
    assert!(!detail(&refused(&vendor, json!({ "script": "something else" }))).contains("Did you mean"));
}

#[test]
fn a_value_is_unverified_if_the_list_cannot_be_read() {
    let vendor = checking(script(), false);
    let report = vendor.created(json!({ "script": "ann" })).report;
    let row = report.row("/script").unwrap();
    assert_eq!((report.fidelity, report.summary.unverified), (Fidelity::Unverified, 1));
    assert_eq!(
        (row.verdict, &row.wanted, &row.sent),
        (Verdict::Unverified, &Some(json!("ann")), &row.wanted)
    );
    let strict = strictly(&vendor, json!({ "script": "ann" }));
    assert!(detail(&strict).starts_with("/script is unverified at the vendor: "), "{strict:?}");
    // An alias needs no list.
    assert_eq!(vendor.created(json!({ "script": "zoe" })).report.fidelity, Fidelity::Exact);
}

#[test]
fn only_a_value_that_the_write_sets_is_checked() {
    let vendor = checking(script(), true);
    let unknown = json!({ "script": "nobody", "volume": 1 });
    let kept = update(&vendor, &unknown, &json!({ "script": "nobody", "volume": 2 }), None).unwrap();
    assert_eq!(kept.fidelity, Fidelity::Exact);
    assert!(update(&vendor, &json!({ "script": "ann" }), &unknown, None).is_err());
}

#[test]
fn an_unverified_value_stays_unverified_until_it_changes() {
    let unread = checking(script(), false);
    let first = unread.created(json!({ "script": "ann", "volume": 1 })).report;
    let (held, louder) = (json!({ "script": "ann", "volume": 1 }), json!({ "script": "ann", "volume": 2 }));
    // A later plan of another field does not check the value again, whether or not it has the names.
    for vendor in [merging(script()), checking(script(), true)] {
        let report = update(&vendor, &held, &louder, Some(&first)).unwrap();
        assert_eq!(json!(report.row("/script")), json!(first.row("/script")));
    }
    let changed =
        update(&checking(script(), true), &held, &json!({ "script": "bob" }), Some(&first)).unwrap();
    assert_eq!(changed.fidelity, Fidelity::Exact);
    // A repeated attempt plans without names and keeps the verdict of the accepted plan.
    let mut again = merging(script()).created(louder).report;
    again.keep_unverified(first.unverified());
    assert_eq!((again.fidelity, again.row("/script")), (Fidelity::Unverified, first.row("/script")));
}

#[test]
fn an_unverified_value_that_the_vendor_shows_late_stays_unverified() {
    let first = checking(script(), false).created(json!({ "script": "ann", "volume": 1 })).report;
    let mut late = first.clone();
    let lacking = Drift {
        field: "/script".to_owned(),
        vendor_field: None,
        desired: json!("ann"),
        observed: json!(null),
    };
    late.mark_not_persisted(&[lacking]);
    assert_eq!((late.fidelity, late.summary.unverified), (Fidelity::Partial, 0));
    late.mark_persisted(&["/script".to_owned()]);
    assert_eq!(late, first);
}

#[test]
fn a_list_may_be_complete_for_some_values_of_another_field_only() {
    let rules = || GadgetRules {
        script: listed("/script").listed_while("/tools/own", json!("own"), "The list has only own voices."),
        tools: super::toy::ToolsRules {
            goodbye: at("/tools/own", text()),
            exit: at("/tools/[type=exit]/to", text()),
        },
        ..plain()
    };
    let vendor = checking(rules(), true);
    let own = json!({ "script": "evee", "tools": { "goodbye": "own" } });
    assert!(detail(&refused(&vendor, own)).contains("Did you mean \"eve\"?"));
    let foreign = vendor.created(json!({ "script": "evee", "tools": { "goodbye": "foreign" } })).report;
    let why = foreign.row("/script").unwrap().why.clone().unwrap();
    let told = "The list has only own voices. The gateway sends the value unchecked. Did you mean \"eve\"?";
    assert_eq!((foreign.fidelity, why.as_str()), (Fidelity::Unverified, told));
}

#[test]
fn a_documented_value_needs_no_list_and_a_list_that_is_not_read_verifies_nothing() {
    let documented = GadgetRules { script: listed("/script").or_documented(&["1"]), ..plain() };
    assert_eq!(checking(documented, true).created(json!({ "script": "1" })).report.fidelity, Fidelity::Exact);
    let unread = GadgetRules { script: at("/script", text()).unlisted(KIND, "It is not read."), ..plain() };
    let report = checking(unread, true).created(json!({ "script": "ann" })).report;
    assert_eq!(report.fidelity, Fidelity::Unverified);
}

#[test]
fn the_fields_are_ordered_by_weight_and_assumed_values_are_counted_apart() {
    let rules = GadgetRules {
        name: at("/name", text()),
        volume: at("/volume", number().steps(0.5)),
        script: listed("/script"),
        record: at("/record", switchboard_core::rule::flag()).required().default(json!(true)),
        further: at("/further", list(switchboard_core::rule::languages(super::toy::CODES))),
        language: switchboard_core::rule::unsupported("It has none."),
        ..plain()
    };
    let facts = checking(script(), false).facts;
    let vendor = Vendor { facts, ..replacing(rules) };
    let asked = json!({ "volume": 1.2, "language": "de", "script": "ann" });
    let report = vendor.created(asked).report;
    let verdicts: Vec<_> = report.fields.iter().map(|row| row.verdict.name()).collect();
    assert_eq!(verdicts, ["unsupported", "rounded", "unverified", "assumed"]);
    assert_eq!((report.fidelity, report.assumed), (Fidelity::Partial, 1));
    // Earlier versions stored the number of assumed values in the summary, and the fields in another order.
    let mut stored = json!(report);
    stored["summary"]["assumed"] = stored.as_object_mut().unwrap().remove("assumed").unwrap();
    stored["fields"].as_array_mut().unwrap().reverse();
    assert_eq!(json!(serde_json::from_value::<Report>(stored).unwrap()), json!(report));
}
