//! PATCH with a JSON merge patch (RFC 7396), tested on a member that accepts any JSON.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, with},
    harness::{Answer, Harness, pointers},
};

/// Documents, patches, and the results; a result is null if no member remains.
const CASES: &str = include_str!("../data/merge_patch.json");

#[tokio::test]
async fn a_patch_merges() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    harness.forget_requests().await;
    for case in serde_json::from_str::<Vec<Value>>(CASES).unwrap() {
        let original = whole(&case["original"]);
        let revision = harness.get(&made.path).await.expect(200)["revision"].as_u64().unwrap();
        harness.put(&made.path, revision, &original).await.expect(200);
        let answer = harness.patch(&made.path, &json!({ "metadata": case["patch"] })).await;
        if case["refused"] == true {
            let problem = answer.problem(422, "validation_failed");
            assert_eq!(pointers(&problem), ["/metadata"], "{case}");
            continue;
        }
        assert_eq!(answer.expect(200)["metadata"], case["result"], "{case}");
        assert_eq!(harness.get(&made.path).await.expect(200)["metadata"], case["result"], "{case}");
    }
    // A member that no vendor holds causes no request to a vendor.
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
}

/// Returns an agent with this metadata. A merge patch could not set the metadata, because it would lose the
/// nulls.
fn whole(metadata: &Value) -> Value {
    let mut whole = agent(Vendor::QCALL);
    whole["metadata"] = metadata.clone();
    whole
}

#[tokio::test]
async fn both_media_types_mean_the_same_in_a_patch_and_in_its_plan() {
    let harness = Harness::start().await;
    let made = harness.create("/v1/agents", &agent(Vendor::QCALL)).await;
    for (number, media_type) in ["application/json", "application/merge-patch+json"].iter().enumerate() {
        let patch = json!({ "labels": { "number": number.to_string() } }).to_string();
        let request = harness.request(Method::PATCH, &made.path).header("content-type", *media_type);
        let answer = Answer::to(request.body(patch)).await.expect(200);
        assert_eq!(answer["labels"], json!({ "number": number.to_string() }));
    }
    let request = harness.request(Method::PATCH, &made.path).header("content-type", "text/json").body("{}");
    let refused = Answer::to(request).await;
    assert_eq!(refused.header("accept-patch"), Some("application/merge-patch+json, application/json"));
    refused.problem(415, "unsupported_media_type");
    // The plan of a patch accepts the same types as the patch.
    let plan = format!("{}/plan", made.path);
    for media_type in ["application/json", "application/merge-patch+json"] {
        let request = harness.request(Method::POST, &plan).header("content-type", media_type);
        let planned = Answer::to(request.body(r#"{"name":"Planned"}"#)).await.expect(200);
        assert_eq!(planned["diff"][0]["after"], "Planned", "{media_type}");
    }
    let request = harness.request(Method::POST, &plan).header("content-type", "text/json").body("{}");
    let refused = Answer::to(request).await;
    assert_eq!(refused.header("accept-post"), Some("application/merge-patch+json, application/json"));
    refused.problem(415, "unsupported_media_type");
    // Other POST requests accept no merge patches.
    let merge_patch = "application/merge-patch+json";
    let request = harness.request(Method::POST, "/v1/agents").header("content-type", merge_patch);
    Answer::to(request.body(agent(Vendor::QCALL).to_string())).await.problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn null_takes_back_and_absence_keeps() {
    let harness = Harness::start().await;
    let full = json!({
        "external_ref": "crm-1",
        "labels": { "team": "sales" },
        "prompt": { "goal": "Book", "company_name": "Example Dental" },
        "additional_languages": ["de"],
        "extensions": { "qcall": { "utterance_length": 3, "enable_delay": true } },
    });
    let made = harness.create("/v1/agents", &with(agent(Vendor::QCALL), full)).await;
    let patch = json!({
        "external_ref": null,
        "labels": null,
        "prompt": { "goal": null },
        "additional_languages": null,
        "extensions": { "qcall": { "enable_delay": null } },
    });
    let patched = harness.patch(&made.path, &patch).await.expect(200);
    for gone in ["/external_ref", "/labels", "/prompt/goal", "/additional_languages"] {
        assert_eq!(patched.pointer(gone), None, "{gone}");
    }
    assert_eq!(patched["prompt"]["company_name"], "Example Dental");
    assert_eq!(patched["extensions"], json!({ "qcall": { "utterance_length": 3 } }));
    let cleared = harness.patch(&made.path, &json!({ "prompt": null })).await;
    assert_eq!(pointers(&cleared.problem(422, "field_required")), ["/prompt/instructions"]);
}
