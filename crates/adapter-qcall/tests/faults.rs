//! The conversion of the vendor's failures, and the errors in settings.

#![cfg(test)]

mod qcall;

use std::time::Duration;

use qcall::{account, fixture};
use serde_json::{Value, json};
use switchboard_adapter_qcall::FACTORY;
use switchboard_core::{
    error::{Error, InputLocation, Kind, Outcome},
    plan::Translator,
    vendor::{Body, Reply},
};

fn failed(reply: Reply) -> Error {
    account().admit(reply).unwrap_err()
}

fn classified(status: u16, body: Value) -> (Kind, Outcome, Option<u16>) {
    let error = failed(Reply::json(status, body));
    let failure = error.vendor.unwrap();
    (error.kind, failure.outcome, failure.status)
}

#[test]
fn a_failure_means_the_same_with_its_status_and_dressed_as_a_success() {
    let cases = [
        (400, Kind::VendorRejected, Outcome::Rejected),
        (401, Kind::VendorAuthFailed, Outcome::Rejected),
        (402, Kind::VendorQuotaExhausted, Outcome::Rejected),
        (403, Kind::VendorAuthFailed, Outcome::Rejected),
        (404, Kind::VendorRejected, Outcome::Rejected),
        (408, Kind::VendorUnavailable, Outcome::Ambiguous),
        (409, Kind::VendorUnavailable, Outcome::Ambiguous),
        (410, Kind::VendorRejected, Outcome::Rejected),
        (423, Kind::VendorUnavailable, Outcome::Ambiguous),
        (425, Kind::VendorUnavailable, Outcome::Ambiguous),
        (429, Kind::VendorThrottled, Outcome::Throttled),
        (499, Kind::VendorUnavailable, Outcome::Ambiguous),
        (500, Kind::VendorUnavailable, Outcome::Ambiguous),
        (503, Kind::VendorUnavailable, Outcome::Ambiguous),
    ];
    for (status, kind, outcome) in cases {
        let expected = (kind, outcome, Some(status));
        assert_eq!(classified(status, json!({ "error": status, "message": "No." })), expected);
        assert_eq!(
            classified(200, json!({ "success": false, "status": status, "message": "No." })),
            expected
        );
        assert_eq!(classified(200, json!({ "success": false, "status": status.to_string() })), expected);
    }
}

#[test]
fn a_failure_without_a_status_of_its_own_is_a_refusal() {
    for body in [json!({ "success": false }), json!({ "success": false, "status": 200 })] {
        assert_eq!(classified(200, body), (Kind::VendorRejected, Outcome::Rejected, Some(400)));
    }
    assert!(account().admit(Reply::json(200, json!({ "success": true }))).is_ok());
    assert!(account().admit(Reply::json(200, json!([]))).is_ok());
}

#[test]
fn a_redirect_is_no_answer() {
    assert_eq!(classified(302, json!({})).0, Kind::VendorProtocolError);
}

#[test]
fn only_an_answer_with_a_retry_delay_guarantees_that_nothing_was_done() {
    let down = failed(fixture("createAssistant.down"));
    assert_eq!(down.kind, Kind::VendorUnavailable);
    assert_eq!(down.retry_after, Some(Duration::from_secs(30)));
    assert_eq!(down.vendor.unwrap().outcome, Outcome::Throttled);
    let throttled = failed(fixture("createAssistant.throttled"));
    assert_eq!(throttled.retry_after, Some(Duration::from_secs(7)));
}

#[test]
fn the_message_is_kept_on_one_line_and_cut() {
    let long = format!("One\r\n\u{1b}[31m two {}", "x".repeat(2000));
    let failure = failed(Reply::json(400, json!({ "error": 400, "message": long }))).vendor.unwrap();
    let message = failure.message.unwrap();
    assert!(message.starts_with("One [31m two xxx"), "{message}");
    assert_eq!(message.chars().count(), 512);
    assert_eq!(failure.code.as_deref(), Some("400"));
    let page = Reply { status: 502, retry_after: None, body: Body::Other("<html>secret</html>".to_owned()) };
    assert_eq!(failed(page).vendor.unwrap().message, None, "a page is not a message");
}

#[test]
fn a_field_that_the_vendor_names_becomes_a_field_of_ours() {
    let error = failed(fixture("createAssistant.refused_with_status_200"));
    let error = Translator::new(account().agents(), "qcall").map_vendor_fields(error);
    let violation = &error.violations[0];
    assert_eq!(violation.location, InputLocation::Pointer("/voice/id".to_owned()));
    assert_eq!(violation.detail, "the vendor refuses the value: voice_id is required");
    for sentence in ["Assistant is used by a campaign", "Something is missing", "voice_id"] {
        let error = failed(Reply::json(400, json!({ "success": false, "message": sentence })));
        assert!(error.vendor.unwrap().fields.is_empty(), "{sentence}");
    }
}

fn wrong(settings: Value) -> Vec<(String, Kind)> {
    let Err(violations) = (FACTORY.build)(settings) else { return Vec::new() };
    let pointer = |place| match place {
        InputLocation::Pointer(pointer) => pointer,
        other => panic!("{other:?}"),
    };
    violations.into_iter().map(|violation| (pointer(violation.location), violation.code)).collect()
}

#[test]
fn all_invalid_settings_are_reported_together() {
    assert_eq!(
        wrong(json!({ "api-key": "x", "base_url": "ftp://api.example.com" })),
        [
            ("/base_url".to_owned(), Kind::ValidationFailed),
            ("/api_key".to_owned(), Kind::FieldRequired),
            ("/api-key".to_owned(), Kind::UnknownField),
        ]
    );
    assert_eq!(wrong(json!([])), [(String::new(), Kind::ValidationFailed)]);
    for key in [json!(""), json!("two words"), json!("naïve"), json!(7), json!("line\nbreak")] {
        assert_eq!(wrong(json!({ "api_key": key })), [("/api_key".to_owned(), Kind::ValidationFailed)]);
    }
    for url in ["api.qcall.ai", "https://user:pass@api.qcall.ai", "https://api.qcall.ai/?a=b", "https://"] {
        let settings = json!({ "api_key": "k", "base_url": url });
        assert_eq!(wrong(settings), [("/base_url".to_owned(), Kind::ValidationFailed)], "{url}");
    }
}

#[test]
fn a_wrong_key_is_not_repeated() {
    let Err(violations) = (FACTORY.build)(json!({ "api_key": "placeholder key" })) else {
        panic!("a key has no spaces");
    };
    assert!(!format!("{violations:?}").contains("placeholder"));
}

#[test]
fn the_base_url_is_the_vendors_unless_another_is_given() {
    assert_eq!(account().base_url().as_str(), "https://api.qcall.ai/api/v1");
    let settings = json!({ "api_key": "k", "base_url": "http://127.0.0.1:9/api" });
    assert_eq!((FACTORY.build)(settings).unwrap().base_url().as_str(), "http://127.0.0.1:9/api");
}
