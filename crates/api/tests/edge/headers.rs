//! The headers of every answer, and the meaning of request headers.

use crate::app::{Reply, Setup, app, get_it, get_with, send};
use axum::body::Body;
use http::Request;

#[tokio::test]
async fn every_answer_has_the_headers_of_every_answer() {
    let app = app(Setup::default());
    for path in ["/v1/list", "/v1/nothing", "/v1/panic", "/livez", "/v1/fail/overloaded"] {
        let reply = get_it(&app, path).await;
        assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
        assert!(reply.header("server-timing").starts_with("gateway;dur="), "{path}");
        assert_eq!(reply.header("x-request-id").len(), 36, "{path}");
    }
}

#[tokio::test]
async fn a_sound_request_id_of_the_caller_is_kept_and_any_other_replaced() {
    let app = app(Setup::default());
    let longest = "x".repeat(128);
    for sound in ["abcd1234", "A.b_c-9876", &longest] {
        let reply = get_with(&app, "/v1/id", &[("x-request-id", sound)]).await;
        assert_eq!((reply.header("x-request-id"), reply.text.as_str()), (sound, sound));
    }
    let too_long = "x".repeat(129);
    for unsound in ["short", "has space", "semi;colon", "", &too_long, "umläut-umläut"] {
        let reply = get_with(&app, "/v1/id", &[("x-request-id", unsound)]).await;
        assert_ne!(reply.header("x-request-id"), unsound);
        assert_eq!(reply.header("x-request-id"), reply.text);
    }
    let (one, other) = (get_it(&app, "/v1/id").await, get_it(&app, "/v1/id").await);
    assert!(one.text < other.text, "new ids are in the order of time");
}

async fn put(if_match: &[&str]) -> Reply {
    let request =
        if_match.iter().fold(Request::put("/v1/thing"), |request, tag| request.header("if-match", *tag));
    send(&app(Setup::default()), request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_change_is_made_to_the_revision_that_was_read() {
    let app = app(Setup::default());
    let tag = get_it(&app, "/v1/thing").await.header("etag").to_owned();
    assert_eq!(tag, "\"7\"");
    for matching in
        [vec![tag.as_str()], vec!["*"], vec!["\"6\", \"7\""], vec!["\"6\"", "\"7\""], vec![",\"7\" ,"]]
    {
        assert_eq!(put(&matching).await.status, 204, "{matching:?}");
    }
    for other in [
        vec!["\"6\""],
        vec!["W/\"7\""],
        vec!["\"6\", W/\"7\""],
        vec!["\"07\""],
        vec!["\"\""],
        vec!["\"7,7\""],
    ] {
        let reply = put(&other).await;
        assert_eq!((reply.status, reply.code().as_str()), (412, "precondition_failed"), "{other:?}");
    }
    for wrong in [vec!["7"], vec![""], vec!["\"7"], vec!["w/\"7\""], vec!["*, \"7\""], vec!["\"7\" \"8\""]] {
        let reply = put(&wrong).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "parameter_invalid"), "{wrong:?}");
        assert_eq!(reply.json()["errors"][0]["header"], "if-match");
    }
    let reply = put(&[]).await;
    assert_eq!((reply.status, reply.code().as_str()), (428, "precondition_required"));
}

#[tokio::test]
async fn a_preference_is_understood_and_echoed_and_what_is_not_known_ignored() {
    let app = app(Setup::default());
    let cases: [(&[&str], &str, &str); 21] = [
        (&["handling=strict"], "Strict", "handling=strict"),
        (&["handling=lenient"], "Lenient", "handling=lenient"),
        (&["Handling = \"strict\""], "Strict", "handling=strict"),
        (&["respond-async, wait=10, handling=strict"], "Strict", "handling=strict, wait=10"),
        (&["respond-async", "handling=lenient"], "Lenient", "handling=lenient"),
        (&["handling=strict; why=\"a, b\""], "Strict", "handling=strict"),
        (&["foo=\"a, handling=lenient\", handling=strict"], "Strict", "handling=strict"),
        (&["handling=strict, handling=lenient"], "Strict", "handling=strict"),
        (&["handling=gentle, handling=strict"], "", ""),
        (&["handling=gentle"], "", ""),
        (&["handling"], "", ""),
        (&["xhandling=strict"], "", ""),
        (&["return=minimal"], "", ""),
        (&["wait=\"0\""], "", "wait=0"),
        (&["wait=3", "wait=4"], "", "wait=3"),
        (&["wait=-1"], "", ""),
        (&["wait=soon"], "", ""),
        (&["foo=\"é\"", "handling=strict"], "Strict", "handling=strict"),
        (&["handling=strict", "wait=é"], "Strict", "handling=strict"),
        (&["foo=é, handling=strict"], "Strict", "handling=strict"),
        (&[], "", ""),
    ];
    for (lines, handling, applied) in cases {
        let headers: Vec<_> = lines.iter().map(|line| ("prefer", *line)).collect();
        let reply = get_with(&app, "/v1/thing", &headers).await;
        assert_eq!(reply.json().as_str().unwrap_or_default(), handling, "{lines:?}");
        assert_eq!(reply.header("preference-applied"), applied, "{lines:?}");
    }
}
