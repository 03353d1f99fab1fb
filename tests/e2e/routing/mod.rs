//! Routing: the choice of the vendor of an agent, and the vendor's own ids for aliases.

mod demands;
mod stale;
mod weights;

use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Answer, Config, Harness, pointers},
};

const RULES: &str = r#"
[routing]
default = "qcall"
[[routing.rules]]
when = { language = ["fr"], direction = ["outbound"] }
vendor = "opencx"
[[routing.rules]]
when = { language = ["fr", "ro"] }
vendor = "autocalls-2026"
[[routing.rules]]
when = { labels = { team = "sales", tier = "gold" } }
vendor = "autocalls-2025"
[[routing.rules]]
when = { phone_number = ["+49", "+4420"] }
vendor = "autocalls-2026"
[[routing.rules]]
when = { labels = { team = "support" } }
vendor = "autocalls-2026"
"#;

const ALIASES: &str = r#"
[voices.warm]
qcall = "qv-cedar"
autocalls-2026 = "103"
opencx = "TxErUhYT25MQSG3MlH4A"
[models.fast]
qcall = "2"
autocalls-2026 = "GPT-4o mini"
[knowledge_bases.handbook]
qcall = "kb-9"
"#;

/// Aliases by which the operator vouches for the ids of [`unpinned`] at QCall, which lists neither.
const VOUCHED: &str = r#"
[voices.any]
qcall = "101"
[models.any]
qcall = "GPT-4o"
[models.any-small]
qcall = "GPT-4o mini"
"#;

async fn start() -> Harness {
    Harness::with(Config { tables: format!("{RULES}{ALIASES}{VOUCHED}"), ..Config::default() }).await
}

/// Returns an agent that every vendor accepts.
fn unpinned() -> Value {
    json!({
        "name": "Reception",
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": "You answer the phone." },
        "greeting": { "message": "Hello!" },
        "voice": { "id": "101" },
        "model": { "name": "GPT-4o" },
        "extensions": { "opencx": { "area_code": "415" } },
    })
}

#[tokio::test]
async fn the_pin_decides_then_the_first_rule_then_the_default() {
    let harness = start().await;
    let support =
        |number| json!({ "labels": { "team": "support" }, "transfers": [{ "phone_number": number }] });
    let gold = json!({ "labels": { "team": "sales", "tier": "gold", "more": "is no matter" } });
    for (patch, vendor, because) in [
        (json!({}), "qcall", "routing.default"),
        (json!({ "language": "de" }), "qcall", "routing.default"),
        (json!({ "labels": { "team": "sales" } }), "qcall", "routing.default"),
        (json!({ "language": "ro" }), "autocalls-2026", "routing.rules[1]"),
        (json!({ "language": "fr" }), "autocalls-2026", "routing.rules[1]"),
        (gold.clone(), "autocalls-2025", "routing.rules[2]"),
        (with(gold.clone(), json!({ "language": "ro" })), "autocalls-2026", "routing.rules[1]"),
        (with(gold, json!({ "vendor": "qcall" })), "qcall", "agent.vendor"),
        (json!({ "language": "fr", "vendor": "autocalls-2025" }), "autocalls-2025", "agent.vendor"),
        (support("+4930123456"), "autocalls-2026", "routing.rules[3]"),
        (support("+442079460000"), "autocalls-2026", "routing.rules[3]"),
        (support("+441614960000"), "autocalls-2026", "routing.rules[4]"),
    ] {
        let body = with(unpinned(), patch.clone());
        let made = harness.create("/v1/agents", &body).await;
        assert_eq!(made.body["placement"]["vendor"], vendor, "{patch}");
        assert_eq!(made.body["placement"]["because"], because, "{patch}");
        let plan = harness.post("/v1/agents/plan", &body).await.expect(200);
        assert_eq!(plan["placement"]["vendor"], vendor, "{patch}");
        assert_eq!(plan["placement"]["because"], because, "{patch}");
    }
    // Any of the transfers decides. The vendor of the rule stores only one transfer, so it refuses the plan.
    let numbers =
        json!({ "transfers": [{ "phone_number": "+15550100199" }, { "phone_number": "+4930123456" }] });
    let refused =
        harness.post("/v1/agents/plan", &with(unpinned(), numbers)).await.problem(422, "capability_loss");
    assert!(refused["errors"][0]["detail"].as_str().unwrap().contains("only one item"), "{refused}");
    // The rule's language includes all regions of the language, and its vendor has the voice.
    let voice = json!({ "voice": { "id": "warm" } });
    let body = with(unpinned(), with(voice, json!({ "language": "fr-CA", "direction": "outbound" })));
    let plan = harness.post("/v1/agents/plan", &body).await.expect(200);
    assert_eq!(plan["placement"]["because"], "routing.rules[0]");
}

#[tokio::test]
async fn a_trunk_is_routed_by_its_own_number() {
    let harness = Harness::with(Config {
        tables: "[routing]\n[[routing.rules]]\nwhen = { phone_number = [\"+1555\"] }\nvendor = \"qcall\"\n"
            .into(),
        ..Config::default()
    })
    .await;
    let unpinned = with(trunk(), json!({ "vendor": null }));
    let made = harness.create("/v1/trunks", &unpinned).await;
    assert_eq!(made.body["placement"]["because"], "routing.rules[0]");
    let elsewhere = with(unpinned, json!({ "phone_number": "+15650100123" }));
    harness.post("/v1/trunks", &elsewhere).await.problem(422, "field_required");
}

#[tokio::test]
async fn a_change_does_not_move_an_agent_and_its_pin_is_kept() {
    let harness = start().await;
    let made = harness.create("/v1/agents", &unpinned()).await;
    let plan = harness.post(&format!("{}/plan", made.path), &json!({ "vendor": "opencx" })).await.expect(200);
    assert_eq!(plan["requests"], json!([]));
    assert_eq!(plan["diff"], json!([{ "field": "/vendor", "before": null, "after": "opencx" }]));
    assert_eq!(plan["placement"]["vendor"], "qcall");
    harness.forget_requests().await;
    let pinned = harness.patch(&made.path, &json!({ "vendor": "opencx" })).await.expect(200);
    assert_eq!((&pinned["vendor"], &pinned["revision"]), (&json!("opencx"), &json!(2)));
    assert_eq!(pinned["placement"], made.body["placement"]);
    assert_eq!(pinned["sync"]["state"], "in_sync");
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());

    let stays = harness.patch(&made.path, &json!({ "vendor": "qcall", "language": "fr" })).await.expect(200);
    assert_eq!(stays["placement"], made.body["placement"]);
    let elsewhere = with(unpinned(), json!({ "vendor": "autocalls-2025", "language": "de" }));
    let replaced = harness.put(&made.path, 3, &elsewhere).await.expect(200);
    assert_eq!((&replaced["vendor"], &replaced["language"]), (&json!("autocalls-2025"), &json!("de")));
    assert_eq!(replaced["placement"], made.body["placement"]);
    assert_eq!(harness.writes(Vendor::AUTOCALLS_2025).await.len(), 0);
    let unpinned = harness.patch(&made.path, &json!({ "vendor": null })).await.expect(200);
    assert_eq!(unpinned["placement"], made.body["placement"]);
    assert_eq!(unpinned.get("vendor"), None);
    let problem =
        harness.patch(&made.path, &json!({ "vendor": "nobody" })).await.problem(422, "vendor_unknown");
    assert_eq!(pointers(&problem), ["/vendor"]);
}

#[tokio::test]
async fn an_agent_without_its_pin_is_placed_by_its_route() {
    let harness = start().await;
    let pinned = with(unpinned(), json!({ "vendor": "qcall" }));
    for change in [json!({ "vendor": null }), json!({ "vendor": null, "name": "Other" })] {
        let made = harness.create("/v1/agents", &pinned).await;
        assert_eq!(made.body["placement"]["because"], "agent.vendor");
        let changed = harness.patch(&made.path, &change).await.expect(200);
        assert_eq!(changed["placement"]["because"], "routing.default", "{change}");
        assert_eq!(harness.get(&made.path).await.expect(200)["placement"], changed["placement"]);
    }
    // The route leads elsewhere, so only the earlier pin explains the present vendor.
    let other = with(pinned, json!({ "language": "fr" }));
    let made = harness.create("/v1/agents", &other).await;
    let changed = harness.patch(&made.path, &json!({ "vendor": null })).await.expect(200);
    assert_eq!(changed["placement"], made.body["placement"]);
}

#[tokio::test]
async fn without_a_default_a_vendor_must_be_named() {
    let harness = Harness::start().await;
    let problem = harness.post("/v1/agents", &unpinned()).await.problem(422, "field_required");
    assert_eq!(pointers(&problem), ["/vendor"]);
}

#[tokio::test]
async fn an_alias_is_each_vendors_own_id() {
    let harness = start().await;
    let aliased = json!({
        "voice": { "id": "warm" },
        "model": { "name": "fast" },
        "knowledge_base_ids": ["handbook", "kb-of-the-vendor"],
    });
    let made = harness.create("/v1/agents", &with(agent(Vendor::QCALL), aliased.clone())).await;
    assert_eq!(made.body["voice"]["id"], "warm");
    let write = harness.writes(Vendor::QCALL).await.pop().unwrap().body;
    assert_eq!(write["voice_id"], "qv-cedar");
    assert_eq!(write["voice_name"], "Cedar");
    assert_eq!(write["ai_model_id"], "2");
    assert_eq!(write["knowledge_base_Id"], json!(["kb-9", "kb-of-the-vendor"]));

    let current = with(agent(Vendor::AUTOCALLS_2026), json!({ "voice": { "id": "warm" } }));
    let current = with(current, json!({ "model": { "name": "fast" }, "language": "de" }));
    harness.create("/v1/agents", &current).await;
    let write = harness.writes(Vendor::AUTOCALLS_2026).await.pop().unwrap().body;
    assert_eq!((&write["voice_id"], &write["llm_model_id"]), (&json!(103), &json!(2)));

    // An alias without an entry for this vendor is not sent as if it were the vendor's own id. (The vendor
    // has no knowledge bases at all, which is an ordinary loss.)
    let problem = harness.post("/v1/agents", &with(agent(Vendor::AUTOCALLS_2025), aliased)).await;
    let problem = problem.problem(422, "capability_loss");
    assert_eq!(pointers(&problem), ["/voice/id", "/model/name"]);
    assert_eq!(harness.writes(Vendor::AUTOCALLS_2025).await.len(), 0);
}

#[tokio::test]
async fn all_aliases_without_an_id_are_reported_with_the_missing_keys() {
    let tables = "[voices.\"warm voice\"]\nopencx = \"v\"\n[models.fast]\nopencx = \"m\"\n[knowledge_bases.handbook]\nopencx = \"k\"\n";
    let harness = Harness::with(Config { tables: tables.into(), ..Config::default() }).await;
    let aliased = json!({
        "voice": { "id": "warm voice" },
        "model": { "name": "fast" },
        "knowledge_base_ids": ["kb-of-the-vendor", "handbook"],
    });
    for (vendor, more) in [(Vendor::QCALL, json!({})), (Vendor::AUTOCALLS_2026, json!({ "greeting": null }))]
    {
        let body = with(with(agent(vendor), aliased.clone()), more);
        let (planned, refused) =
            (harness.post("/v1/agents/plan", &body).await, harness.post("/v1/agents", &body).await);
        assert_eq!(planned.status, 422, "{planned:?}");
        let errors = |answer: &Answer| answer.body["errors"].clone();
        assert_eq!(errors(&planned), errors(&refused));
        let told = errors(&planned);
        for (pointer, alias, key) in [
            ("/voice/id", "warm voice", format!("voices.\"warm voice\".{vendor}")),
            ("/model/name", "fast", format!("models.fast.{vendor}")),
            ("/knowledge_base_ids/1", "handbook", format!("knowledge_bases.handbook.{vendor}")),
        ] {
            let error = told.as_array().unwrap().iter().find(|error| error["pointer"] == pointer).unwrap();
            assert_eq!(error["code"], "capability_loss", "{error}");
            let detail = error["detail"].as_str().unwrap();
            for words in [&format!("{alias:?}"), vendor.name(), &format!("add {key} to the configuration")] {
                assert!(detail.contains(words), "{detail} does not say {words}");
            }
        }
        assert_eq!(harness.writes(vendor).await.len(), 0);
    }
}
