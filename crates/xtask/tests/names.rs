//! The names that a new vendor may have.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::Command;

/// Runs `new-adapter` in a folder without a workspace, where it writes nothing, and returns its error.
fn refusal(name: &str) -> String {
    let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/crates/xtask");
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["new-adapter", name])
        .env("CARGO_MANIFEST_DIR", nowhere)
        .output()
        .unwrap();
    assert!(!output.status.success(), "{name}: {output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_keyword_is_not_a_name() {
    for name in ["match", "type", "async", "yield", "gen", "try", "self"] {
        let error = refusal(name);
        assert!(error.contains("keyword of Rust") && error.contains(name), "{name}: {error}");
    }
    for name in ["acme", "match2", "union"] {
        let error = refusal(name);
        assert!(!error.contains("keyword"), "{name}: {error}");
    }
}
