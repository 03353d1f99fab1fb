//! Overrides of a dial that the vendor accepts only together with other settings of the agent.

use serde_json::json;
use switchboard_sandbox::Vendor;

use super::{ANSWERED, site, to};
use crate::{bodies::with, harness::pointers};

#[tokio::test]
async fn an_override_is_sent_with_the_settings_of_the_agent_that_the_vendor_requires() {
    let harness = site().await;
    let agent = harness.caller(Vendor::VAPI).await;
    let overrides =
        json!({ "language": "de", "prompt": { "instructions": "Be brief." }, "voice": { "speed": 1.1 } });
    let body = with(to(&agent, ANSWERED), json!({ "overrides": overrides }));
    let placed = harness.dial("overridden", &body).await.expect(201);
    assert_eq!(placed["overrides"], overrides, "{placed}");
    let ledger = harness.vendors.control(reqwest::Method::GET, "/vapi/dials", None).await.expect(200);
    let sent = &ledger["dials"][0]["body"]["assistantOverrides"];
    assert_eq!(sent["model"]["messages"], json!([{ "role": "system", "content": "Be brief." }]), "{sent}");
    for required in
        ["/model/provider", "/model/model", "/transcriber/provider", "/voice/provider", "/voice/voiceId"]
    {
        assert!(sent.pointer(required).is_some_and(serde_json::Value::is_string), "{required}: {sent}");
    }
    assert_eq!(
        (&sent["transcriber"]["language"], &sent["voice"]["speed"]),
        (&json!("de"), &json!(1.1)),
        "{sent}"
    );
    assert!(sent["model"].get("tools").is_none(), "the vendor keeps the tools: {sent}");
}

#[tokio::test]
async fn an_override_that_does_not_fit_the_other_settings_of_the_agent_is_refused() {
    let harness = site().await;
    let agent = harness.caller(Vendor::VAPI).await;
    for (overrides, at) in [
        (json!({ "voice": { "speed": 3.9 } }), "/overrides/voice/speed"),
        (json!({ "language": "tlh", "prompt": { "instructions": "Be brief." } }), "/overrides/language"),
    ] {
        let body = with(to(&agent, ANSWERED), json!({ "overrides": overrides }));
        let problem = harness.dial(at, &body).await.problem(422, "capability_loss");
        assert_eq!(pointers(&problem), [at], "{problem}");
    }
    assert_eq!(harness.dials(Vendor::VAPI).await, 0);
}
