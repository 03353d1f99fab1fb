//! Every failure is a problem document, whichever component refuses the request.

use std::collections::BTreeSet;

use crate::app::{KEY, Setup, app, get_it, get_with, send};
use axum::body::Body;
use http::Request;
use serde_json::json;
use switchboard_api::edge::problem::{Problem, spec};
use switchboard_core::error::{Error, Kind, Outcome, VendorFailure, Violation};

#[tokio::test]
async fn every_kind_has_its_status_and_its_own_explanation() {
    let app = app(Setup::default());
    let mut explanations = BTreeSet::new();
    for kind in Kind::ALL {
        let reply = get_it(&app, &format!("/v1/fail/{}", kind)).await;
        assert_eq!(reply.code(), kind.to_string());
        assert_eq!(reply.status, spec(kind).status.as_u16());
        assert!((400..=599).contains(&reply.status));
        assert_eq!(reply.json()["retryable"], spec(kind).retryable);
        // A limit on live calls ends with the next call, at an unknown time.
        let has_wait = spec(kind).retryable && kind != Kind::CallLimitReached;
        assert_eq!(reply.header("retry-after"), if has_wait { "5" } else { "" }, "{kind:?}");
        assert_eq!(reply.header("www-authenticate"), if reply.status == 401 { "Bearer" } else { "" });
        assert!(!reply.text.contains("stays in the log"), "{}", reply.text);
        assert!(explanations.insert(spec(kind).description), "{kind:?} is explained like another kind");
    }
}

#[test]
fn a_code_names_its_kind() {
    assert_eq!(Kind::named("vendor_outcome_unknown"), Some(Kind::VendorOutcomeUnknown));
    assert_eq!(Kind::named("VendorOutcomeUnknown"), None);
}

#[test]
fn what_may_have_been_done_is_never_called_retryable() {
    for kind in [Kind::VendorOutcomeUnknown, Kind::VendorRejected, Kind::Internal] {
        assert!(!spec(kind).retryable, "{kind:?}");
    }
}

#[test]
fn a_document_contains_everything_that_is_known() {
    let vendor = VendorFailure::new(Outcome::Rejected).status(400).message("no such voice");
    let mut error = Error::vendor(Kind::VendorRejected, vendor).with_vendor_name("qcall-eu");
    error.violations = vec![
        Violation::at("/voice/id", Kind::VendorRejected, "no such voice"),
        Violation::header("if-match", Kind::ParameterInvalid, "wrong"),
    ];
    let error = error.of_operation("op_1");
    assert_eq!(
        serde_json::to_value(Problem::new(&error, "req-12345")).unwrap(),
        json!({
            "type": "/problems/vendor_rejected",
            "title": "The vendor rejected the content",
            "status": 422,
            "code": "vendor_rejected",
            "detail": "The vendor answered: no such voice",
            "request_id": "req-12345",
            "retryable": false,
            "errors": [
                {"pointer": "/voice/id", "code": "vendor_rejected", "detail": "no such voice"},
                {"header": "if-match", "code": "parameter_invalid", "detail": "wrong"},
            ],
            "vendor": {"name": "qcall-eu", "outcome": "rejected", "status": 400, "message": "no such voice"},
            "operation_id": "op_1",
        })
    );
}

#[tokio::test]
async fn an_unknown_route_is_a_problem() {
    assert_eq!(get_it(&app(Setup::default()), "/v1/nothing").await.code(), "not_found");
    assert_eq!(get_it(&app(Setup::default()), "/").await.code(), "not_found");
}

#[tokio::test]
async fn a_method_the_route_does_not_have_is_a_problem_that_lists_those_it_has() {
    let request = Request::delete("/v1/thing").body(Body::empty()).unwrap();
    let reply = send(&app(Setup::default()), request).await;
    assert_eq!((reply.status, reply.code().as_str()), (405, "method_not_allowed"));
    let allowed: BTreeSet<_> = reply.header("allow").split(',').map(str::trim).collect();
    assert_eq!(allowed, BTreeSet::from(["GET", "HEAD", "PUT"]));
}

#[tokio::test]
async fn a_path_that_cannot_be_read_is_a_problem() {
    let reply = get_it(&app(Setup::default()), "/v1/number/ten").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "parameter_invalid"));
}

#[tokio::test]
async fn a_panic_is_a_problem_without_details() {
    let reply = get_it(&app(Setup::default()), "/v1/panic").await;
    assert_eq!((reply.status, reply.code().as_str()), (500, "internal"));
    assert!(!reply.text.contains("own words"));
}

#[tokio::test]
async fn an_internal_error_does_not_reveal_its_detail() {
    let reply = get_it(&app(Setup::default()), "/v1/fail/internal").await;
    assert!(!reply.text.contains("own detail"), "{}", reply.text);
}

#[tokio::test]
async fn too_many_concurrent_requests_are_refused_immediately_but_health_is_not() {
    let setup = Setup { max_in_flight: 1, ..Setup::default() };
    let app = app(setup.clone());
    let waiting = tokio::spawn({
        let app = app.clone();
        async move { get_it(&app, "/v1/gate").await.status }
    });
    setup.arrived.notified().await;
    let refused = get_it(&app, "/v1/list").await;
    assert_eq!((refused.status, refused.code().as_str()), (503, "overloaded"));
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(get_it(&app, "/livez").await.status, 200);
    setup.gate.notify_one();
    assert_eq!(waiting.await.unwrap(), 200);
    assert_eq!(get_it(&app, "/v1/list").await.status, 200);
}

#[tokio::test]
async fn the_api_needs_a_key_and_nothing_else_does() {
    let app = app(Setup { keys: vec!["another-key-entirely", KEY], ..Setup::default() });
    let bearer = format!("Bearer {KEY}");
    let lower = format!("bearer {KEY}");
    let basic = format!("Basic {KEY}");
    let longer = format!("{bearer}x");
    for accepted in [&bearer, &lower] {
        assert_eq!(get_with(&app, "/v1/list", &[("authorization", accepted)]).await.status, 200);
    }
    for refused in ["", "Bearer", "Bearer ", KEY, &basic, &longer, "Bearer another-key"] {
        let reply = get_with(&app, "/v1/list", &[("authorization", refused)]).await;
        assert_eq!((reply.status, reply.code().as_str()), (401, "unauthenticated"), "{refused}");
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    let twice = get_with(&app, "/v1/list", &[("authorization", &bearer), ("authorization", &bearer)]).await;
    assert_eq!(twice.status, 401);
    for path in ["/v1/list", "/v1/nothing", "/v1", "/v1/list?limit=0"] {
        assert_eq!(get_it(&app, path).await.code(), "unauthenticated", "{path}");
    }
    assert_eq!(get_it(&app, "/open").await.status, 200);
    assert_eq!(get_it(&app, "/livez").await.status, 200);
    assert_eq!(get_it(&app, "/nothing").await.code(), "not_found");
}
