//! The bodies that are accepted as JSON, the bodies that are refused, and the problems that the caller gets.

use std::{convert::Infallible, time::Duration};

use crate::app::{Setup, app, post_it, send};
use axum::body::Body;
use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Method, Request};
use serde_json::{Value, json};
use switchboard_api::edge::body::Limits;
use switchboard_core::model::json::parse;

/// Lists bodies that two parsers might read differently, each with the status and the code of its refusal.
fn bad_bodies() -> Vec<(&'static str, Vec<u8>, u16, &'static str)> {
    let text = |name, body: &str, code| (name, body.as_bytes().to_vec(), 400, code);
    let nested = |open: &str, close: &str, depth| open.repeat(depth) + "1" + &close.repeat(depth);
    vec![
        text("nothing", "", "malformed_json"),
        text("blanks", " \n\t ", "malformed_json"),
        text("half an object", r#"{"name":"x""#, "malformed_json"),
        text("half a text", r#"{"name":"x"#, "malformed_json"),
        text("half an escape", r#"{"name":"\u12"}"#, "malformed_json"),
        text("half a literal", "tru", "malformed_json"),
        text("a lone minus", "-", "malformed_json"),
        text("text after the document", r#"{"name":"x"} x"#, "malformed_json"),
        text("two documents", r#"{"name":"x"}{}"#, "malformed_json"),
        text("a stray bracket", r#"{"a":1}]"#, "malformed_json"),
        text("brackets crossed", r#"{"a":[1}]"#, "malformed_json"),
        text("a comma after the last member", r#"{"name":"x",}"#, "malformed_json"),
        text("a comma after the last item", "[1,]", "malformed_json"),
        text("no comma between members", r#"{"a":1 "b":2}"#, "malformed_json"),
        text("no colon", r#"{"a" 1}"#, "malformed_json"),
        text("no value", r#"{"a":}"#, "malformed_json"),
        text("single quotes", "{'name':'x'}", "malformed_json"),
        text("a name without quotes", r#"{name:"x"}"#, "malformed_json"),
        text("a name that is a number", r#"{1:"x"}"#, "malformed_json"),
        text("a name that is null", r#"{null:"x"}"#, "malformed_json"),
        text("a comment", r#"{"name":"x"/*c*/}"#, "malformed_json"),
        text("a line comment", "{} // c", "malformed_json"),
        text("NaN", r#"{"x":NaN}"#, "malformed_json"),
        text("Infinity", r#"{"x":Infinity}"#, "malformed_json"),
        text("minus Infinity", r#"{"x":-Infinity}"#, "malformed_json"),
        text("a number beyond a float", r#"{"x":1e400}"#, "malformed_json"),
        text("a number far below a float", r#"{"x":-1e99999}"#, "malformed_json"),
        text("a leading zero", r#"{"x":007}"#, "malformed_json"),
        text("a leading plus", r#"{"x":+1}"#, "malformed_json"),
        text("a leading point", r#"{"x":.5}"#, "malformed_json"),
        text("a trailing point", r#"{"x":5.}"#, "malformed_json"),
        text("an exponent without digits", r#"{"x":1e}"#, "malformed_json"),
        text("a hexadecimal number", r#"{"x":0x1F}"#, "malformed_json"),
        text("a literal in capitals", r#"{"x":TRUE}"#, "malformed_json"),
        text("Python's none", r#"{"x":None}"#, "malformed_json"),
        text("undefined", r#"{"x":undefined}"#, "malformed_json"),
        text("a line break within a text", "{\"x\":\"a\nb\"}", "malformed_json"),
        text("a tab within a text", "{\"x\":\"a\tb\"}", "malformed_json"),
        text("a raw U+0000", "{\"x\":\"a\0b\"}", "malformed_json"),
        text("an unknown escape", r#"{"x":"\q"}"#, "malformed_json"),
        text("a lone leading surrogate", r#"{"x":"\ud800"}"#, "malformed_json"),
        text("a lone trailing surrogate", r#"{"x":"\udc00"}"#, "malformed_json"),
        text("surrogates the wrong way round", r#"{"x":"\udc00\ud800"}"#, "malformed_json"),
        text("a byte order mark", "\u{feff}{\"name\":\"x\"}", "malformed_json"),
        text("a no-break space", "{\u{a0}\"a\":1}", "malformed_json"),
        text("a form, not JSON", "name=x&direction=inbound", "malformed_json"),
        text("YAML, not JSON", "name: x", "malformed_json"),
        ("bytes that are not UTF-8", b"{\"x\":\"\xff\xfe\"}".to_vec(), 400, "malformed_json"),
        ("a name that is not UTF-8", b"{\"\xff\":1}".to_vec(), 400, "malformed_json"),
        ("an overlong slash", b"{\"x\":\"\xc0\xaf\"}".to_vec(), 400, "malformed_json"),
        ("a surrogate in UTF-8", b"{\"x\":\"\xed\xa0\x80\"}".to_vec(), 400, "malformed_json"),
        ("UTF-16", "{}".encode_utf16().flat_map(u16::to_le_bytes).collect(), 400, "malformed_json"),
        text("a name twice", r#"{"name":"a","name":"b"}"#, "duplicate_key"),
        text("a name twice, once escaped", r#"{"name":"a","n\u0061me":"b"}"#, "duplicate_key"),
        text("a name twice, deep down", r#"{"a":[{"k":1,"k":1}]}"#, "duplicate_key"),
        text("arrays too deep", &nested("[", "]", 33), "json_too_deep"),
        text("objects too deep", &nested(r#"{"a":"#, "}", 33), "json_too_deep"),
        text("arrays without end", &"[".repeat(60_000), "json_too_deep"),
        ("U+0000 in a text", br#"{"name":"a\u0000b"}"#.to_vec(), 422, "validation_failed"),
        ("U+0000 in a name", br#"{"na\u0000me":"x"}"#.to_vec(), 422, "validation_failed"),
        (
            "a whole number beyond 64 bits",
            br#"{"x":[1,18446744073709551616]}"#.to_vec(),
            422,
            "validation_failed",
        ),
        ("one below 64 bits", br#"{"x":-9223372036854775809}"#.to_vec(), 422, "validation_failed"),
        text("U+0000, and not JSON either", r#"{"name":"a\u0000b""#, "malformed_json"),
        text("a name twice, and U+0000", r#"{"a":"\u0000","a":1}"#, "duplicate_key"),
    ]
}

#[tokio::test]
async fn refuses_what_is_not_json_or_could_be_read_in_two_ways() {
    let app = app(Setup::default());
    for (name, body, status, code) in bad_bodies() {
        let reply = post_it(&app, body).await;
        assert_eq!((reply.status, reply.code().as_str()), (status, code), "{name}: {}", reply.text);
    }
}

#[tokio::test]
async fn reads_what_is_json() {
    let app = app(Setup::default());
    let deep = "[".repeat(32) + &"]".repeat(32);
    let good = [
        "null",
        " {} ",
        "-0.5e-3",
        "18446744073709551615",
        r#""\ud83d\ude00 \" \\ \/ ü""#,
        r#"{"a":{"k":1},"b":{"k":1},"A":1}"#,
        r#"[{"k":1},{"k":1}]"#,
        r#"{"x":[-9223372036854775808,1e18,1e300,-1.5E+30]}"#,
        &deep,
    ];
    for body in good {
        let reply = post_it(&app, body.to_owned()).await;
        assert_eq!((reply.status, reply.json()), (200, serde_json::from_str(body).unwrap()), "{body}");
    }
}

#[test]
fn keeps_the_order_of_members() {
    let value = parse(br#"{"z":1,"a":{"y":1,"b":2},"m":3}"#).unwrap();
    assert_eq!(value.to_string(), r#"{"z":1,"a":{"y":1,"b":2},"m":3}"#);
}

#[test]
fn names_every_finding_by_its_pointer() {
    let places = |body: &str| -> Vec<Value> {
        let error = parse(body.as_bytes()).unwrap_err();
        error.violations.iter().map(|v| serde_json::to_value(v).unwrap()["pointer"].clone()).collect()
    };
    assert_eq!(places(r#"{"a":1,"b":[0,{"x/y":1,"x/y":2}],"a":2}"#), [json!("/b/1/x~1y"), json!("/a")]);
    assert_eq!(
        places(r#"{"a":"\u0000","b":["ok","\u0000"],"~":{"\u0000":1}}"#),
        [json!("/a"), json!("/b/1"), json!("/~0/\0")]
    );
    let rounded = r#"{"a":["-1 \"2",{"b":123456789012345678901},1e300],"c":"\u0000","d":-9223372036854775809,"e":2e30}"#;
    assert_eq!(places(rounded), [json!("/a/1/b"), json!("/c"), json!("/d")]);
    assert_eq!(places(r#""\u0000""#), [json!("")]);
}

#[test]
fn bounds_the_report_of_a_hostile_body() {
    let body = format!("{{{}}}", vec![r#""k":1"#; 5000].join(","));
    assert_eq!(parse(body.as_bytes()).unwrap_err().violations.len(), 50);
}

#[test]
fn reports_where_parsing_stopped() {
    let error = parse(b"{\n  \"a\": 1,\n  \"b\": oops\n}").unwrap_err();
    assert!(error.detail.contains("line 3 column 8"), "{}", error.detail);
}

#[tokio::test]
async fn takes_declared_json_only() {
    let app = app(Setup::default());
    let cases = [
        (Method::POST, Some("application/json"), 200),
        (Method::POST, Some("APPLICATION/JSON; charset=\"UTF-8\""), 200),
        (Method::POST, Some("application/json ;charset=utf-8"), 200),
        (Method::POST, Some("application/json; charset=latin1"), 415),
        (Method::POST, Some("application/merge-patch+json"), 415),
        (Method::POST, Some("application/jsonp"), 415),
        (Method::POST, Some("text/plain"), 415),
        (Method::POST, Some(""), 415),
        (Method::POST, None, 415),
        (Method::PATCH, Some("application/json"), 200),
        (Method::PATCH, Some("application/merge-patch+json"), 200),
        (Method::PATCH, Some("application/json-patch+json"), 415),
    ];
    for (method, content_type, status) in cases {
        let mut request = Request::builder().method(method.clone()).uri("/v1/echo");
        if let Some(value) = content_type {
            request = request.header("content-type", value);
        }
        let reply = send(&app, request.body(Body::from("{}")).unwrap()).await;
        assert_eq!(reply.status, status, "{method} {content_type:?}");
        if status == 415 {
            assert_eq!(reply.code(), "unsupported_media_type");
            let (name, types) = match method {
                Method::PATCH => ("accept-patch", "application/merge-patch+json, application/json"),
                _ => ("accept-post", "application/json"),
            };
            assert_eq!(reply.header(name), types);
        }
    }
}

#[tokio::test]
async fn takes_one_type_and_no_compression() {
    let app = app(Setup::default());
    let json = || Request::post("/v1/echo").header("content-type", "application/json");
    let twice = json().header("content-type", "text/plain").body(Body::from("{}")).unwrap();
    assert_eq!(send(&app, twice).await.code(), "unsupported_media_type");
    let packed = json().header("content-encoding", "gzip").body(Body::from("{}")).unwrap();
    assert_eq!(send(&app, packed).await.code(), "unsupported_media_type");
}

#[tokio::test]
async fn bounds_the_size_whether_it_is_declared_or_not() {
    let limits = Limits { max_bytes: 100, timeout: Duration::from_secs(30), pause: Duration::from_secs(30) };
    let app = app(Setup { limits, ..Setup::default() });
    let exactly = format!("\"{}\"", "x".repeat(98));
    assert_eq!(post_it(&app, exactly.clone()).await.status, 200);
    let declared = post_it(&app, format!("{exactly} ")).await;
    assert_eq!((declared.status, declared.code().as_str()), (413, "body_too_large"));
    let endless = stream::repeat(Ok::<_, Infallible>(Bytes::from_static(b"[[[[")));
    assert_eq!(post_it(&app, Body::from_stream(endless)).await.code(), "body_too_large");
}

#[tokio::test(start_paused = true)]
async fn bounds_the_time_a_body_may_take() {
    let app = app(Setup::default());
    let silent = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let reply = post_it(&app, silent).await;
    assert_eq!((reply.status, reply.code().as_str()), (408, "request_timeout"));
    assert_eq!(reply.json()["retryable"], true);
}

/// Returns the answer to a body that arrives in pieces of this size, one every 4 s.
async fn paced(size: usize, count: usize) -> u16 {
    let limits =
        Limits { max_bytes: 1 << 20, timeout: Duration::from_secs(30), pause: Duration::from_secs(5) };
    let app = app(Setup { limits, ..Setup::default() });
    let pieces = stream::iter(0..count).then(move |_| async move {
        tokio::time::sleep(Duration::from_secs(4)).await;
        Ok::<_, Infallible>(Bytes::from(" ".repeat(size)))
    });
    let end = stream::once(async { Ok(Bytes::from_static(b"1")) });
    post_it(&app, Body::from_stream(pieces.chain(end))).await.status
}

#[tokio::test(start_paused = true)]
async fn bounds_the_time_of_each_piece_of_a_body() {
    assert_eq!(paced(16 * 1024, 6).await, 200);
    assert_eq!(paced(16 * 1024, 9).await, 408, "longer than the whole time");
    assert_eq!(paced(1, 1).await, 200);
    assert_eq!(paced(1, 2).await, 408, "slower than the rate");
}

#[tokio::test]
async fn reports_a_body_that_breaks_off() {
    let app = app(Setup::default());
    let parts = [Ok(Bytes::from_static(b"{\"a\"")), Err(std::io::Error::other("reset"))];
    let reply = post_it(&app, Body::from_stream(stream::iter(parts))).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "malformed_json"));
}

#[tokio::test]
async fn a_request_without_a_body_ignores_no_member_of_one() {
    let app = app(Setup::default());
    let order = async |body: &'static str| {
        send(&app, Request::post("/v1/order").body(Body::from(body)).unwrap()).await
    };
    for accepted in ["", "{}", " {} "] {
        assert_eq!(order(accepted).await.status, 204, "{accepted}");
    }
    let refused = order(r#"{"ids":["a"],"a/b":1}"#).await;
    assert_eq!((refused.status, refused.code().as_str()), (422, "unknown_field"));
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    assert_eq!(errors.iter().map(|it| &it["pointer"]).collect::<Vec<_>>(), ["/ids", "/a~1b"]);
    for other in ["[]", "null", "7", "{", "{\"a\":1,\"a\":2}"] {
        let refused = order(other).await;
        assert_eq!((refused.status, refused.code().as_str()), (422, "validation_failed"), "{other}");
    }
}

#[tokio::test]
async fn a_body_that_never_fits_into_the_memory_is_too_large_and_not_a_reason_to_wait() {
    let app = app(Setup { max_body_memory: 2048, ..Setup::default() });
    let refused = post_it(&app, format!("\"{}\"", "x".repeat(4096))).await;
    assert_eq!((refused.status, refused.code().as_str()), (413, "body_too_large"));
    assert!(refused.text.contains("larger than 2048 bytes"), "{}", refused.text);
    assert_eq!(post_it(&app, "{}").await.status, 200);
}
