//! Query parameters and cursors.

use crate::app::{Setup, app, get_it};
use serde_json::json;
use switchboard_api::edge::page::{Cursors, Scope};
use switchboard_core::error::Kind;

#[tokio::test]
async fn known_parameters_are_read() {
    let app = app(Setup::default());
    let cases = [
        ("", json!({"limit": 50, "vendor": null, "refresh": false, "revision": null})),
        ("?", json!({"limit": 50, "vendor": null, "refresh": false, "revision": null})),
        (
            "?vendor=qcall%2Deu+1&refresh=true&revision=7&limit=9",
            json!({"limit": 9, "vendor": "qcall-eu 1", "refresh": true, "revision": 7}),
        ),
    ];
    for (query, expected) in cases {
        assert_eq!(get_it(&app, &format!("/v1/list{query}")).await.json(), expected);
    }
}

#[tokio::test]
async fn a_limit_is_a_number_from_one_up_and_coerced_to_two_hundred() {
    let app = app(Setup::default());
    for (given, taken) in [("1", 1), ("007", 7), ("200", 200), ("201", 200), ("99999999999999999999999", 200)]
    {
        assert_eq!(get_it(&app, &format!("/v1/list?limit={given}")).await.json()["limit"], taken, "{given}");
    }
    for wrong in ["0", "000", "-1", "%2B5", "ten", "1.5", "", "5%20"] {
        let reply = get_it(&app, &format!("/v1/list?limit={wrong}")).await;
        assert_eq!((reply.status, reply.code().as_str()), (400, "parameter_invalid"), "{wrong}");
        assert_eq!(reply.json()["errors"][0]["parameter"], "limit");
    }
}

#[tokio::test]
async fn an_unknown_parameter_is_named_with_a_near_one() {
    let reply = get_it(&app(Setup::default()), "/v1/list?vendr=x&colour=y").await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "parameter_unknown"));
    let errors = &reply.json()["errors"];
    assert_eq!(errors[0]["parameter"], "colour");
    assert_eq!(errors[1]["parameter"], "vendr");
    assert!(errors[1]["detail"].as_str().unwrap().contains("did you mean \"vendor\"?"), "{errors}");
    assert!(!errors[0]["detail"].as_str().unwrap().contains("did you mean"), "{errors}");
}

#[tokio::test]
async fn all_invalid_parameters_are_reported_together() {
    let query = "/v1/list?limit=0&vendor=a&vendor=b&refresh=maybe&revision=x&foo=1";
    let reply = get_it(&app(Setup::default()), query).await;
    assert_eq!((reply.status, reply.code().as_str()), (400, "parameter_invalid"));
    let named: Vec<_> = reply.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["parameter"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(named, ["limit", "vendor", "refresh", "revision", "foo"]);
}

#[tokio::test]
async fn text_that_is_not_utf_8_or_cuts_strings_is_refused() {
    let app = app(Setup::default());
    for wrong in ["%ff", "a%00b"] {
        assert_eq!(
            get_it(&app, &format!("/v1/list?vendor={wrong}")).await.code(),
            "parameter_invalid",
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_hostile_query_gets_a_short_answer() {
    let query: Vec<_> = (0..250).map(|n| format!("{n}{}", "x".repeat(200))).collect();
    let reply = get_it(&app(Setup::default()), &format!("/v1/list?{}", query.join("&"))).await;
    assert_eq!(reply.code(), "parameter_unknown");
    assert!(reply.text.len() < 8192, "{}", reply.text.len());
}

const AGENTS: Scope<'_> = Scope { collection: "agents", filters: &[("vendor", "qcall-eu")] };

#[test]
fn a_cursor_opens_the_list_it_was_made_for() {
    let cursors = Cursors::new(&[7; 32]);
    let cursor = cursors.seal(AGENTS, "agt_01jd");
    assert_eq!(cursors.open(AGENTS, &cursor).unwrap(), "agt_01jd");
    assert!(cursor.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{cursor}");
    assert_eq!(Cursors::new(&[7; 32]).open(AGENTS, &cursor).unwrap(), "agt_01jd");
}

#[test]
fn a_cursor_opens_no_other_list() {
    let cursors = Cursors::new(&[7; 32]);
    let cursor = cursors.seal(AGENTS, "agt_01jd");
    let others = [
        Scope { collection: "trunks", ..AGENTS },
        Scope { filters: &[], ..AGENTS },
        Scope { filters: &[("vendor", "autocalls")], ..AGENTS },
        Scope { filters: &[("vendorq", "call-eu")], ..AGENTS },
        Scope { filters: &[("vendor", "qcall-eu"), ("direction", "inbound")], ..AGENTS },
    ];
    for other in others {
        assert_eq!(cursors.open(other, &cursor).unwrap_err().kind, Kind::CursorInvalid, "{other:?}");
    }
    assert!(Cursors::new(&[8; 32]).open(AGENTS, &cursor).is_err());
}

#[test]
fn a_cursor_cannot_be_made_up_or_changed() {
    let cursors = Cursors::new(&[7; 32]);
    let cursor = cursors.seal(AGENTS, "agt_01jd");
    for index in 0..cursor.len() {
        let mut changed = cursor.clone().into_bytes();
        changed[index] = if changed[index] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(cursors.open(AGENTS, &changed).is_err(), "{changed}");
    }
    let longer = format!("{cursor}AAAA");
    let far_too_long = "A".repeat(1_000_000);
    for made_up in ["", "A", "null", "not base64!", "YWd0XzAxamQ", &cursor[..20], &longer, &far_too_long] {
        let error = cursors.open(AGENTS, made_up).unwrap_err();
        assert_eq!(error.kind, Kind::CursorInvalid);
        assert_eq!(serde_json::to_value(&error.violations).unwrap()[0]["parameter"], "cursor");
    }
}
