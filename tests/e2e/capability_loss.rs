//! A value that a vendor cannot hold is reported; it is refused if the caller or the field forbids the loss.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::{
    bodies::{agent, trunk, with},
    harness::{Answer, Harness, pointers},
};

/// A field, its verdict, and the value that is sent to the vendor instead.
type Loss<'a> = (&'a str, &'a str, Value);

/// Lists, for four vendors, the results of a write with values that the vendor cannot hold.
fn losses() -> [(Vendor, Value, Vec<Loss<'static>>); 4] {
    let body = json!({
        "timezone": "Europe/Berlin",
        "voice": { "speed": 1.75, "style": 0.5 },
        "call": { "max_duration_s": 1990 },
        "silence": { "max_reprompts": 3 },
    });
    [
        (
            Vendor::QCALL,
            body.clone(),
            vec![
                ("/timezone", "unsupported", Value::Null),
                ("/silence/max_reprompts", "unsupported", Value::Null),
                ("/voice/speed", "rounded", json!(1.8)),
                ("/call/max_duration_s", "rounded", json!(2040)),
            ],
        ),
        (
            Vendor::AUTOCALLS_2025,
            body.clone(),
            vec![
                ("/voice/style", "unsupported", Value::Null),
                ("/silence/max_reprompts", "unsupported", Value::Null),
                ("/voice/speed", "clamped", json!(1.2)),
                ("/call/max_duration_s", "clamped", json!(1200)),
            ],
        ),
        (
            Vendor::AUTOCALLS_2026,
            body.clone(),
            vec![
                ("/voice/style", "unsupported", Value::Null),
                ("/silence/max_reprompts", "unsupported", Value::Null),
                ("/voice/speed", "clamped", json!(1.2)),
                ("/call/max_duration_s", "clamped", json!(1200)),
            ],
        ),
        (
            Vendor::OPENCX,
            with(body, json!({ "call": { "max_duration_s": 30_000 } })),
            vec![
                ("/timezone", "unsupported", Value::Null),
                ("/voice/style", "unsupported", Value::Null),
                ("/call/max_duration_s", "clamped", json!(21_600)),
                ("/direction", "substituted", json!("inbound and outbound")),
            ],
        ),
    ]
}

/// Returns the report's rows of losses, without assumed values and extensions.
fn lost(report: &Value) -> Vec<Loss<'_>> {
    let rows = report["fields"].as_array().unwrap().iter();
    let rows = rows.map(|row| (row["field"].as_str().unwrap(), row["verdict"].as_str().unwrap(), row));
    rows.filter(|(_, verdict, _)| !["assumed", "extension"].contains(verdict))
        .map(|(field, verdict, row)| (field, verdict, row["sent"].clone()))
        .collect()
}

#[tokio::test]
async fn losses_are_reported_or_on_demand_refused() {
    let harness = Harness::start().await;
    for (vendor, patch, expected) in losses() {
        let new = with(agent(vendor), patch.clone());
        let fields: Vec<_> = expected.iter().map(|(field, ..)| *field).collect();

        let refused = harness.strictly(Method::POST, "/v1/agents", &new).await;
        assert_eq!(pointers(&refused.problem(422, "capability_loss")), fields, "{vendor}");
        assert_eq!(harness.writes(vendor).await.len(), 0, "{vendor}");

        let made = harness.create("/v1/agents", &new).await;
        let report = &made.body["translation"];
        assert_eq!(lost(report), expected, "{vendor}");
        assert_eq!(report["fidelity"], "partial");
        for row in report["fields"].as_array().unwrap() {
            let wanted = new.pointer(row["field"].as_str().unwrap());
            assert_eq!(row.get("wanted"), wanted.filter(|_| row["verdict"] != "extension"), "{row}");
            assert!(row["why"].is_string() || row["verdict"] == "extension", "{row}");
        }
        // The gateway keeps the value that the vendor loses.
        let read = harness.get(&made.path).await.expect(200);
        for field in &fields {
            assert_eq!(read.pointer(field), new.pointer(field), "{vendor} {field}");
        }
    }
}

#[tokio::test]
async fn a_strict_change_answers_for_what_it_changes() {
    let harness = Harness::start().await;
    for (vendor, patch, expected) in losses() {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let writes = harness.writes(vendor).await.len();
        let refused = harness.strictly(Method::PATCH, &made.path, &patch).await;
        let fields: Vec<_> =
            expected.iter().map(|(field, ..)| *field).filter(|field| *field != "/direction").collect();
        assert_eq!(pointers(&refused.problem(422, "capability_loss")), fields, "{vendor}");
        assert_eq!(harness.writes(vendor).await.len(), writes, "{vendor}");
        assert_eq!(harness.get(&made.path).await.expect(200), made.body);

        // A loss in an earlier write does not block another change.
        harness.patch(&made.path, &patch).await.expect(200);
        let renamed = json!({ "name": "Renamed" });
        let strict = harness.strictly(Method::PATCH, &made.path, &renamed).await.expect(200);
        assert_eq!(lost(&strict["translation"]), expected, "{vendor}");
    }
}

#[tokio::test]
async fn essential_fields_are_never_lost() {
    let number = json!({ "transfers": [{ "phone_number": "+15550100199" }] });
    let opt_out = json!({ "opt_out": { "enabled": true, "script": "Whoever asks is not called again." } });
    let opted_out: &[&str] = &["/opt_out/enabled", "/opt_out/script"];
    let redacted = json!({ "privacy": { "redact": true } });
    let harness = Harness::start().await;
    for (vendor, patch, expected) in [
        (Vendor::QCALL, redacted.clone(), &["/privacy/redact"][..]),
        (Vendor::AUTOCALLS_2025, redacted.clone(), &["/privacy/redact"]),
        (Vendor::AUTOCALLS_2026, redacted.clone(), &["/privacy/redact"]),
        (Vendor::OPENCX, redacted, &["/privacy/redact"]),
        (Vendor::QCALL, number.clone(), &["/transfers"]),
        (Vendor::QCALL, json!({ "language": "ja" }), &["/language"]),
        (Vendor::AUTOCALLS_2025, number, &["/transfers"]),
        (Vendor::AUTOCALLS_2025, opt_out.clone(), opted_out),
        (Vendor::AUTOCALLS_2025, json!({ "language": "ja" }), &["/language"]),
        (Vendor::AUTOCALLS_2026, opt_out.clone(), opted_out),
        (Vendor::AUTOCALLS_2026, json!({ "language": "ja" }), &["/language"]),
        (Vendor::OPENCX, opt_out, opted_out),
        (Vendor::OPENCX, json!({ "call": { "record": false } }), &["/call/record"]),
        (Vendor::OPENCX, json!({ "language": "sw" }), &["/language"]),
        (Vendor::RETELL, json!({ "call": { "record": false } }), &["/call/record"]),
        (Vendor::RETELL, json!({ "language": "tlh" }), &["/language"]),
    ] {
        let made = harness.create("/v1/agents", &agent(vendor)).await;
        let writes = harness.writes(vendor).await.len();
        let new = with(agent(vendor), patch.clone());
        let mut answers: Vec<Answer> = Vec::new();
        for (method, path, body) in
            [(Method::POST, "/v1/agents", &new), (Method::PATCH, made.path.as_str(), &patch)]
        {
            let request = harness.request(method.clone(), path).json(body);
            answers.push(Answer::to(request).await);
            answers.push(harness.strictly(method, path, body).await);
        }
        for answer in answers {
            let problem = answer.problem(422, "capability_loss");
            for pointer in expected {
                assert!(pointers(&problem).contains(pointer), "{vendor} {pointer}: {problem}");
            }
        }
        assert_eq!(harness.writes(vendor).await.len(), writes, "{vendor}");
        assert_eq!(harness.get(&made.path).await.expect(200), made.body);
    }
}

#[tokio::test]
async fn nothing_lost_is_nothing_refused() {
    let harness = Harness::start().await;
    for vendor in [Vendor::QCALL, Vendor::AUTOCALLS_2025, Vendor::AUTOCALLS_2026] {
        let made = harness.strictly(Method::POST, "/v1/agents", &agent(vendor)).await.expect(201);
        assert_eq!(made["translation"]["fidelity"], "exact", "{made}");
    }
    let made = harness.strictly(Method::POST, "/v1/trunks", &trunk()).await.expect(201);
    assert_eq!(made["translation"]["fields"], json!([]));
}

#[tokio::test]
async fn a_vendor_without_trunks_is_no_place_for_one() {
    let harness = Harness::start().await;
    for vendor in [Vendor::AUTOCALLS_2025, Vendor::AUTOCALLS_2026, Vendor::OPENCX] {
        let body = with(trunk(), json!({ "vendor": vendor }));
        let problem = harness.post("/v1/trunks", &body).await.problem(422, "capability_loss");
        assert_eq!(pointers(&problem), ["/vendor"]);
        let about = harness.get(&format!("/v1/vendors/{vendor}")).await.expect(200);
        assert_eq!(about["trunks"], false);
        let capabilities = harness.get(&format!("/v1/vendors/{vendor}/capabilities")).await.expect(200);
        assert_eq!(capabilities["trunks"], Value::Null, "{vendor}");
    }
    assert_eq!(harness.requests_of_all_vendors().await, Vec::<Value>::new());
    let made = harness.post("/v1/trunks", &trunk()).await.expect(201);
    let path = format!("/v1/trunks/{}", made["id"].as_str().unwrap());
    let pinned = harness.patch(&path, &json!({ "vendor": Vendor::OPENCX })).await;
    assert_eq!(pointers(&pinned.problem(422, "capability_loss")), ["/vendor"]);
    assert_eq!(harness.get(&path).await.expect(200)["vendor"], made["vendor"]);
}
