//! Two fields that share one string at a vendor that replaces: the first item of a list, and the other items.

use serde_json::{Value, json};
use switchboard_core::rule::{facet, first_item, languages, list, other_items};

use super::toy::{CODES, GadgetRules, Vendor, gadget, plain, replacing};

fn speaking() -> Vendor {
    replacing(GadgetRules {
        language: facet("/languages", first_item(",", languages(CODES))),
        further: facet("/languages", other_items(",", list(languages(CODES)))),
        ..plain()
    })
}

fn spoken(language: &str, further: &[&str]) -> Value {
    match further {
        [] => json!({ "language": language }),
        further => json!({ "language": language, "further": further }),
    }
}

#[test]
fn both_are_read_of_the_one_text() {
    let read = |languages: &str| speaking().read(&json!({ "name": "toy", "languages": languages }));
    assert_eq!(read("en"), gadget(spoken("en", &[])));
    assert_eq!(read("en, ger ,cn"), gadget(spoken("en", &["de", "zh"])));
    assert_eq!(read(""), gadget(json!({})));
}

#[test]
fn both_are_written_into_the_one_text() {
    assert_eq!(speaking().created(spoken("en", &[])).document()["languages"], "en");
    assert_eq!(speaking().created(spoken("en", &["de", "zh"])).document()["languages"], "en,ger,cn");
}

#[test]
fn one_changes_without_the_other() {
    let held = json!({ "name": "toy", "languages": "en,ger" });
    let update = |after: Value| {
        speaking().updated(spoken("en", &["de"]), &held, after).document()["languages"].clone()
    };
    assert_eq!(update(spoken("zh", &["de"])), "cn,ger");
    assert_eq!(update(spoken("en", &["zh", "de"])), "en,cn,ger");
    assert_eq!(update(spoken("en", &[])), "en");
    assert_eq!(update(spoken("zh", &[])), "cn");
}

/// Checks that the first language may be among the other languages too. The vendor then has it twice.
#[test]
fn the_first_may_become_one_that_the_others_have() {
    let held = json!({ "name": "toy", "languages": "en,ger" });
    let vendor = speaking();
    let plan = vendor.updated(spoken("en", &["de"]), &held, spoken("de", &["de"]));
    assert!(plan.report.fields.is_empty());
    assert_eq!(vendor.read(&plan.document()), gadget(spoken("de", &["de"])));
}

#[test]
fn unmanaged_languages_are_kept() {
    let held = json!({ "name": "toy", "languages": "en,ger" });
    let plan = speaking().updated(spoken("en", &[]), &held, spoken("zh", &[]));
    assert_eq!(plan.document()["languages"], "cn,ger");
}
