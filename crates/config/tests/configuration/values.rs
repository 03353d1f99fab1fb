//! Comparison of two configurations.

use std::fs;

use super::{FULL, SECRETS, load};

/// Returns the keys whose values differ from those of [`FULL`].
fn differing(text: &str, secrets: &[(&str, &str)]) -> Vec<String> {
    let (one, other) = (load(FULL, &SECRETS).unwrap(), load(text, secrets).unwrap());
    let differing = one.values.differing(&other.values);
    assert_eq!(other.values.differing(&one.values), differing);
    differing
}

#[test]
fn what_says_the_same_does_not_differ() {
    assert_eq!(differing(FULL, &SECRETS), Vec::<String>::new());
    let again = FULL
        .replace("header_timeout_s = 2.5", "header_timeout_s = 2.50")
        .replace("[public]", "# said before\n[public]")
        .replace("log = ", "otlp_endpoint = \"\"\nlog = ")
        .replace("[server]", "[server]\nmax_in_flight = 512");
    assert_eq!(differing(&again, &SECRETS), Vec::<String>::new());
}

#[test]
fn every_changed_added_or_removed_key_is_listed() {
    let other = FULL
        .replace("docs = false", "docs = true")
        .replace("size = 3", "size = 4")
        .replace("attempts = 2\n", "")
        .replace("autocalls = \"3\"", "autocalls = \"3\"\nqcall-eu = \"9\"")
        .replace("\"fr-CH\"]", "\"fr\", \"it\"]");
    let keys = [
        "models.fast.qcall-eu",
        "public.docs",
        "routing.rules[0].when.language[1]",
        "routing.rules[0].when.language[2]",
        "vendors.qcall-eu.attempts",
        "vendors.qcall-eu.nested.size",
    ];
    assert_eq!(differing(&other, &SECRETS), keys);
}

#[test]
fn a_secret_is_compared_and_not_shown() {
    let rotated = SECRETS.map(|(name, secret)| (name, if name == "QCALL_KEY" { "008" } else { secret }));
    let keys = ["vendors.qcall-eu.api_key", "vendors.qcall-eu.nested.token"];
    assert_eq!(differing(FULL, &rotated), keys);
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    let text = FULL.replace("env:CRM_KEY", &format!("file:{}", secret.display()));
    let after = |content: &str| {
        fs::write(&secret, content).unwrap();
        load(&text, &SECRETS).unwrap()
    };
    let (first, second) = (after("the-secret-before"), after("the-secret-after-it"));
    assert_eq!(first.values.differing(&second.values), ["auth.keys[0].secret"]);
    let shown = format!("{first:?}");
    assert!(shown.contains("auth.keys[0].secret") && !shown.contains("the-secret"), "{shown}");
    // The key is the same, whether it comes from a file or from the environment.
    assert_eq!(differing(&text, &SECRETS), ["auth.keys[0].secret"]);
    fs::write(&secret, "a-key-of-sixteen\n").unwrap();
    assert_eq!(differing(&text, &SECRETS), Vec::<String>::new());
}
