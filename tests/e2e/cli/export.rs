//! `export`: writes agents to files, from which the same agents can be created again.

use std::collections::HashMap;

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use super::{contents, filed, start};
use crate::{bodies::with, harness::agent};

/// Returns strings that could change when they are written to a file and read back.
fn awkward() -> Value {
    let texts = [
        "no",
        "1e3",
        "0x1F",
        "~",
        "null",
        "",
        " lead",
        "2024-01-01",
        "12:30:00",
        "- x",
        "a: b",
        "#c",
        "tail ",
        "1_000",
        "0755",
        "\u{85}\u{2028}",
        "\u{feff}a",
        "é😀\u{7f}\u{1}",
        ".inf",
        "<<",
        "=",
        "*a",
        "!t",
        "%y",
        "@z",
        "`",
        "\n",
        "\n\nabc",
        "  lead\nmore",
        "tab\tinside",
        "a\r\nb",
        "abc\n\n\n",
        "abc  \ndef",
        "---",
        "...",
        "'",
        "\"",
        "\\",
        "{a}",
        "[a]",
        "\t",
    ];
    json!({
        "texts": texts.as_slice(),
        "keys": texts.map(|text| (text, 1)).into_iter().collect::<HashMap<_, _>>(),
        "long": "word ".repeat(60),
        "numbers": [0, -5, 1.0, 1.15, 1e300, 1e-7, u64::MAX, i64::MIN, 0.1],
        "others": [null, true, false, [], {}, [[]], [{}], { "deep": [{ "deeper": [1, { "deepest": null }] }] }],
    })
}

#[tokio::test]
async fn what_was_exported_does_not_differ() {
    for format in ["yaml", "json"] {
        let harness = start().await;
        let instructions = "You answer.\n\nSay: \"hello\", then #wait\n  indented\nlast \n";
        let prompt = json!({ "prompt": { "instructions": instructions }, "metadata": awkward() });
        for (external_ref, patch) in [
            ("crm-4711", prompt),
            ("a/../b: *?\"<>|", json!({ "labels": { "team": "sales" } })),
            ("A", json!({ "voice": { "speed": 1.15 }, "call": { "record": true, "max_duration_s": 570 } })),
            ("a", json!({ "tools": [{ "type": "send_message", "channel": "sms", "content": "no" }] })),
            (
                "\u{1f600}",
                json!({ "variables": { "no": "yes" }, "extensions": { "qcall": { "utterance_length": 3 } } }),
            ),
        ] {
            let made = harness.post("/v1/agents", &filed(external_ref, patch.clone())).await;
            if made.status != 201 {
                panic!("{}", made.text)
            }
        }
        for vendor in [Vendor::AUTOCALLS_2026, Vendor::OPENCX] {
            let pinned = with(agent(vendor), json!({ "external_ref": vendor }));
            harness.create("/v1/agents", &pinned).await;
        }
        let told = harness.cli(&["export", "-f", "out", "--format", format]).await.expect(0);
        assert!(told.contains("7 written, 0 unchanged, 0 left out"), "{told}");
        let written = contents(&harness.dir().join("out"));
        assert_eq!(written.len(), 7);
        assert!(written.iter().any(|(name, _)| name == &format!("crm-4711.{format}")), "{written:?}");
        for (name, text) in &written {
            assert!(!text.contains("agt_") && !text.contains("remote_id"), "{name}: {text}");
        }
        let diff = harness.cli(&["diff", "-f", "out", "--json"]).await.json(0);
        assert_eq!(diff["agents"], json!([]));
        assert_eq!(diff["summary"]["unchanged"], 7);

        // No agent has changed, so no file is written.
        let told = harness.cli(&["export", "-f", "out", "--format", format]).await.expect(0);
        assert!(told.contains("0 written, 7 unchanged, 0 left out"), "{told}");
        assert_eq!(contents(&harness.dir().join("out")), written);

        // Another gateway creates the same agents from these files, and exports the same files.
        let other = start().await;
        let out = harness.dir().join("out").display().to_string();
        other.cli(&["apply", "-f", &out]).await.expect(0);
        other.cli(&["diff", "-f", &out]).await.expect(0);
        other.cli(&["export", "-f", "out", "--format", format]).await.expect(0);
        assert_eq!(contents(&other.dir().join("out")), written);
    }
}

#[tokio::test]
async fn an_agent_without_an_identity_has_no_file() {
    let harness = start().await;
    harness.create("/v1/agents", &filed("a", json!({}))).await;
    let nameless = harness.create("/v1/agents", &filed("x", json!({ "external_ref": null }))).await;
    let told = harness.cli(&["export", "-f", "out"]).await.expect(2);
    assert!(told.contains(&format!("left out {} (Reception)", nameless.id)), "{told}");
    let told = harness.cli(&["export", "-f", "out", "--assign-refs", "--json"]).await.json(0);
    assert_eq!(told["files"][1]["external_ref"], nameless.id);
    assert_eq!(harness.get(&nameless.path).await.expect(200)["external_ref"], nameless.id);
    harness.cli(&["diff", "-f", "out"]).await.expect(0);
}

#[tokio::test]
async fn only_what_is_chosen_is_exported() {
    let harness = start().await;
    for (name, team) in [("a", "sales"), ("b", "support")] {
        harness.create("/v1/agents", &filed(name, json!({ "labels": { "team": team } }))).await;
    }
    let opencx = with(agent(Vendor::OPENCX), json!({ "external_ref": "c", "labels": { "team": "sales" } }));
    harness.create("/v1/agents", &opencx).await;
    for (arguments, expected) in [
        (&["--label", "team=sales"][..], &["a", "c"][..]),
        (&["--label", "team=sales", "--vendor", "qcall"], &["a"]),
        (&["--vendor", "opencx"], &["c"]),
        (&["--label", "team=none"], &[]),
    ] {
        let command = [&["export", "-f", "out", "--json"], arguments].concat();
        let told = harness.cli(&command).await.json(0);
        let files = told["files"].as_array().unwrap().iter();
        let found: Vec<_> = files.map(|it| it["external_ref"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{arguments:?}");
        assert_eq!(told["others"], json!([]), "{arguments:?}");
    }
}

#[tokio::test]
async fn no_file_is_lost_and_no_agent_described_twice() {
    let harness = start().await;
    for name in ["a", "b"] {
        harness.create("/v1/agents", &filed(name, json!({}))).await;
    }
    harness.write("out/team.yaml", filed("a", json!({})).to_string());
    harness.write("out/b.yaml", json!([filed("b", json!({})), filed("mine", json!({}))]).to_string());
    let before = contents(&harness.dir().join("out"));
    let told = harness.cli(&["export", "-f", "out", "--json"]).await.json(1);
    let files: Vec<_> = told["errors"].as_array().unwrap().iter().map(|it| it["file"].clone()).collect();
    assert_eq!(files, ["out/b.yaml", "out/team.yaml"]);
    assert_eq!(contents(&harness.dir().join("out")), before);

    for name in ["team.yaml", "b.yaml"] {
        std::fs::remove_file(harness.dir().join("out").join(name)).unwrap();
    }
    harness.write("out/gone.yaml", filed("gone", json!({})).to_string());
    let told = harness.cli(&["export", "-f", "out", "--json"]).await.json(0);
    assert_eq!(told["others"], json!(["out/gone.yaml"]));
    assert_eq!(contents(&harness.dir().join("out")).len(), 3);
}

#[tokio::test]
async fn a_directory_with_errors_changes_no_agent() {
    let harness = start().await;
    let nameless = harness.create("/v1/agents", &filed("x", json!({ "external_ref": null }))).await;
    harness.write("out/broken.yaml", "name: [1\n");
    let told = harness.cli(&["export", "-f", "out", "--assign-refs"]).await;
    assert!(told.err.contains("nothing was changed"), "{}", told.err);
    told.expect(1);
    assert_eq!(harness.get(&nameless.path).await.expect(200).get("external_ref"), None);
}

#[tokio::test]
async fn an_export_of_no_agent_creates_no_directory() {
    let harness = start().await;
    let told = harness.cli(&["export", "-f", "nothing"]).await.expect(0);
    assert!(told.contains("0 written"), "{told}");
    assert!(!harness.dir().join("nothing").exists());
}
