//! The parts of a request that may be shown.

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_core::{
    error::Kind,
    model::Root,
    vendor::{AllowedHost, Binary, Body, GrantedUrl, Method, Reply, Request},
};

use crate::samples;

fn request(body: Value) -> Request {
    Request::new("create trunk", Method::Post, ["dialer", "create"]).json(body)
}

#[test]
fn hidden_values_are_masked_wherever_they_are() {
    let body =
        json!({ "sid": "AC1", "auth": { "token": "hush" }, "pin": 1234, "list": ["hush"], "none": "" });
    let shown = request(body).hiding(["/auth/token", "/pin", "/list/0", "/none", "/absent"]).redacted_body();
    assert_eq!(
        shown,
        Some(json!({
            "sid": "AC1", "auth": { "token": "[redacted]" }, "pin": "[redacted]", "list": ["[redacted]"],
            "none": "",
        }))
    );
}

#[test]
fn without_a_body_there_is_nothing_to_show() {
    assert_eq!(Request::new("list trunks", Method::Get, ["dialer"]).hiding(["/sid"]).redacted_body(), None);
}

#[test]
fn debug_shows_neither_body_nor_headers() {
    let mut request = request(json!({ "auth_token": "hush" })).query("page", 2);
    request.headers.push(("authorization", "hush".into()));
    assert_eq!(format!("{request:?}"), "POST /dialer/create (create trunk)");
    let reply = Reply { body: Body::Other("hush".to_owned()), ..Reply::empty(500) };
    assert_eq!(format!("{reply:?}"), "Reply(500)");
}

#[test]
fn bytes_are_shown_by_their_number_and_type() {
    let request =
        Request::new("upload file", Method::Post, ["files"]).bytes(Binary::new("audio/mpeg", "hush"));
    assert_eq!(request.redacted_body(), Some(json!("[4 bytes of audio/mpeg]")));
    assert_eq!(request.document(), None);
    let read = Reply::binary(200, Binary::new("audio/mpeg", "hush")).bytes("a recording").unwrap();
    assert_eq!(format!("{read:?}"), "Binary(4 bytes of audio/mpeg)");
}

#[test]
fn a_body_is_read_as_what_it_is_only() {
    for reply in [Reply::json(200, json!({})), Reply::empty(200)] {
        let error = reply.bytes("a recording").unwrap_err();
        assert_eq!(error.kind, Kind::VendorProtocolError);
        assert_eq!(error.detail, "The vendor's answer is not a recording.");
    }
    let error = Reply::binary(200, Binary::new("application/json", "{}")).document("a call").unwrap_err();
    assert_eq!(error.kind, Kind::VendorProtocolError);
}

#[test]
fn a_granted_url_shows_its_host_only() {
    let url = GrantedUrl::parse("https://user:hush@files.example/hush?signature=hush#hush").unwrap();
    let request = Request::granted("read file", Method::Get, url.clone());
    assert_eq!(format!("{request:?}"), "GET https://files.example/… (read file)");
    assert_eq!(format!("{url} {url:?} {:?}", request.to).matches("hush").count(), 0);
    assert!(request.path().is_empty());
    assert!(url.find_in(&[AllowedHost::exact("files.example")]).is_err());
}

#[test]
fn only_an_absolute_url_with_a_host_is_granted() {
    for text in
        ["", "/calls/7", "calls/7", "https://", "mailto:a@b.example", "data:text/plain,7", "https://a b/"]
    {
        assert!(GrantedUrl::parse(text).is_none(), "{text}");
    }
}

#[test]
fn an_allowed_host_is_found_by_name_and_scheme() {
    let hosts = [AllowedHost::exact("files.example"), AllowedHost::below("residency.example").signed()];
    let signed =
        |text: &str| GrantedUrl::parse(text).unwrap().find_in(&hosts).map(AllowedHost::is_signed).ok();
    assert_eq!(signed("https://files.example/a?b"), Some(false));
    assert_eq!(signed("HTTPS://FILES.example:443/a"), Some(false), "the parser makes it the same URL");
    assert_eq!(signed("https://api.eu.residency.example/a"), Some(true));
    for text in ["https://residency.example/", "https://.residency.example/", "https://files.example:444/"] {
        assert_eq!(signed(text), None, "{text}");
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    /// Checks that a record's pointers to its secrets are the pointers that a request has to hide.
    #[test]
    fn a_trunk_sent_as_it_is_shows_no_secret(trunk in samples::trunk()) {
        let mut body = json!(trunk);
        let secrets = trunk.secrets();
        for (path, secret) in &secrets {
            switchboard_core::model::put_secret(&mut body, path, secret);
        }
        let shown = request(body).hiding(secrets.into_keys()).redacted_body();
        prop_assert!(!shown.unwrap().to_string().contains("hush-"));
    }
}
