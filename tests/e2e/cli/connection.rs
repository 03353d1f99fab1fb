//! Where the gateway is, and what is said where it is not.

use serde_json::json;

use super::start;
use crate::harness::KEY;

#[tokio::test]
async fn a_key_is_in_the_environment_or_in_a_file_and_never_shown() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    harness.write("key", format!("{KEY}\n"));
    harness.write("empty", "\n");
    let url = harness.gateway.url.clone();
    let diff = ["diff", "-f", "agents"];
    for (key, more, code) in [
        (KEY, &[][..], 2),
        ("", &["--key-file", "key"], 2),
        ("a-key-that-is-not-one", &["--key-file", "key"], 2),
        ("", &[], 1),
        ("a-key-that-is-not-one", &[], 1),
        (KEY, &["--key-file", "empty"], 1),
        (KEY, &["--key-file", "none"], 1),
        ("a-key\nof-two-lines", &[], 1),
    ] {
        let said = harness.cli_at(&url, key, &[&diff, more].concat()).await;
        assert_eq!(said.code, code, "{key:?} {more:?}: {said:?}");
        for shown in [&said.out, &said.err] {
            assert!(!shown.contains("a-key"), "{shown}");
        }
    }
    let said = harness.cli_at(&url, "a-key-that-is-not-one", &diff).await;
    assert!(said.err.contains("401 unauthenticated"), "{}", said.err);
}

#[tokio::test]
async fn what_is_no_gateway_is_told() {
    let harness = start().await;
    harness.write_agent("a", json!({}));
    let admin = harness.gateway.admin_url.clone();
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (url, said) in [
        (format!("http://{address}"), "Connection refused"),
        (admin, "404"),
        (format!("{}/below", harness.gateway.url), "404"),
        ("ftp://127.0.0.1".to_owned(), "not an http"),
        ("http://user:word@127.0.0.1".to_owned(), "user name"),
    ] {
        let told = harness.cli_at(&url, KEY, &["plan", "-f", "agents"]).await;
        assert_eq!((told.code, told.out.as_str()), (1, ""), "{url}");
        assert!(told.err.contains(said) && !told.err.contains("word@"), "{url}: {}", told.err);
        let told = harness.cli_at(&url, KEY, &["plan", "-f", "agents", "--json"]).await.json(1);
        assert!(told["error"].as_str().unwrap().contains(said), "{told}");
    }
}
