//! Values that an import takes from its request, because the vendor does not return them.

use serde_json::{Value, json};
use switchboard_core::{
    plan::{Plan, Translator},
    rule::{Fidelity, Report, Verdict, at, languages, text},
};

use super::toy::{CODES, Gadget, GadgetRules, Vendor, merging, plain};

/// Returns a vendor that returns the name and the volume only. Each of its updates needs the script.
fn terse() -> Vendor {
    merging(GadgetRules {
        language: at("/language", languages(CODES)).write_only(),
        script: at("/script", text()).write_only().always(),
        help: at("/help", text()).write_only(),
        ..plain()
    })
}

fn gadget() -> Value {
    json!({ "name": "A", "volume": 1, "language": "de", "script": "hello", "help": "+4930123456" })
}

/// The vendor's answer about the gadget.
fn seen() -> Value {
    json!({ "name": "A", "volume": 1 })
}

fn claims(vendor: &Vendor, given: &Value) -> Report {
    let rows = Translator::<Gadget>::new(vendor, "toy").capabilities();
    Report::from_claims(&rows, |field| given.pointer(field).cloned())
}

fn verdicts(plan: &Plan) -> Vec<(String, Verdict, bool)> {
    let fields = plan.report.fields.iter();
    fields.map(|row| (row.field.clone(), row.verdict, row.sent.is_some())).collect()
}

fn claim(field: &str) -> (String, Verdict, bool) {
    (field.to_owned(), Verdict::Unverified, false)
}

#[test]
fn an_import_reports_a_value_that_is_neither_sent_nor_read_as_unverified() {
    let vendor = terse();
    let previous = claims(&vendor, &gadget());
    let plan = vendor.update_after(gadget(), &seen(), Some(&previous), gadget()).unwrap();
    assert!(!plan.sends());
    assert_eq!(verdicts(&plan), [claim("/language"), claim("/script"), claim("/help")]);
    assert_eq!((plan.report.fidelity, plan.report.summary.exact), (Fidelity::Unverified, 2));
    let row = plan.report.row("/language").unwrap();
    assert_eq!((&row.wanted, row.vendor_field.as_deref()), (&Some(json!("de")), Some("/language")));
}

#[test]
fn a_claim_lasts_until_a_write_sends_the_value() {
    let vendor = terse();
    let adopted =
        vendor.update_after(gadget(), &seen(), Some(&claims(&vendor, &gadget())), gadget()).unwrap();
    let kept = vendor.update_after(gadget(), &seen(), Some(&adopted.report), gadget()).unwrap();
    assert_eq!(kept.report, adopted.report);
    // The vendor requires the script in the request that changes the volume.
    let mut louder = gadget();
    louder["volume"] = json!(2);
    let sent = vendor.update_after(gadget(), &seen(), Some(&kept.report), louder.clone()).unwrap();
    assert_eq!(sent.document(), json!({ "volume": 2, "script": "hello" }));
    assert_eq!(verdicts(&sent), [claim("/language"), claim("/help")]);
    let mut english = louder.clone();
    english["language"] = json!("en");
    let sent = vendor.update_after(louder, &seen(), Some(&sent.report), english).unwrap();
    assert_eq!(verdicts(&sent), [claim("/help")]);
    // The creation of the record at another time sends every value.
    let mut made = vendor.created(gadget()).report;
    made.keep_unverified(adopted.report.unverified());
    assert_eq!(made.fidelity, Fidelity::Exact);
}

#[test]
fn a_claim_that_the_vendor_cannot_hold_is_reported_as_such() {
    let vendor = terse();
    for (language, verdict) in [("de-AT", Verdict::Substituted), ("fr", Verdict::Unsupported)] {
        let mut given = gadget();
        given["language"] = json!(language);
        let adopted = vendor
            .update_after(given.clone(), &seen(), Some(&claims(&vendor, &given)), given.clone())
            .unwrap();
        assert_eq!(verdicts(&adopted)[0], ("/language".to_owned(), verdict, false));
        let later = vendor.update_after(given.clone(), &seen(), Some(&adopted.report), given).unwrap();
        assert_eq!(later.report, adopted.report, "{language}");
    }
}
