//! The simulators answer as the vendors document: every answer satisfies the contract's schema for it.

use reqwest::Method;
use serde_json::json;
use switchboard_sandbox::Vendor;

use crate::support::{
    Bench, Contract, autocalls_2025_assistant, autocalls_2026_assistant, opencx_purchase, qcall_assistant,
    qcall_dialer,
};

#[tokio::test]
async fn qcall_answers_as_documented_under_all_options() {
    let vendor = Vendor::QCALL;
    let contract = Contract::for_vendor(vendor);
    let bench = Bench::new().await;
    let ways = [
        json!({}),
        json!({ "envelope": "bare", "create_answers_id": "bare", "failures_as_200": false }),
        json!({ "envelope": "nested", "nested_under": "list", "create_answers_id": "none", "reads_as_array": true }),
        json!({ "envelope": "nested", "failures_as_200": false }),
    ];
    for options in ways {
        bench.set_options(vendor, options).await;
        let assistant = qcall_assistant();
        contract.check(
            "createAssistant",
            &bench.send(vendor, Method::POST, "/user/createAssistant", &assistant).await,
        );
        contract.check(
            "createAssistant",
            &bench.send(vendor, Method::POST, "/user/createAssistant", &json!({})).await,
        );
        let stored = bench.stored(vendor, "assistants").await;
        let id = stored.as_object().and_then(|all| all.keys().next_back().cloned()).expect("an id");
        for id in [id.as_str(), "unknown"] {
            let path = format!("/user/updateAssistant?id={id}");
            contract.check("updateAssistant", &bench.send(vendor, Method::PUT, &path, &assistant).await);
            let path = format!("/user/getAssistant?assistant_id={id}");
            contract.check("getAssistant", &bench.get(vendor, &path).await);
            contract.check("listAssistants", &bench.get(vendor, "/user/listAssistant").await);
            let path = format!("/user/deleteassistant?id={id}");
            contract.check("deleteAssistant", &bench.delete(vendor, &path).await);
        }
        let dialer = qcall_dialer();
        contract.check("createDialer", &bench.send(vendor, Method::POST, "/dialer/create", &dialer).await);
        contract.check("listDialers", &bench.get(vendor, "/dialer/list").await);
        let stored = bench.stored(vendor, "dialers").await;
        let id = stored.as_object().and_then(|all| all.keys().next_back().cloned()).expect("an id");
        for id in [id.as_str(), "unknown"] {
            let path = format!("/dialer/update?id={id}");
            contract.check("updateDialer", &bench.send(vendor, Method::PUT, &path, &dialer).await);
            let named = json!({ "id": id });
            contract
                .check("deleteDialer", &bench.send(vendor, Method::DELETE, "/dialer/delete", &named).await);
        }
        contract.check("listVoices", &bench.get(vendor, "/getOwnVoices").await);
        contract.check("listModels", &bench.get(vendor, "/user/getAIModels").await);
    }
}

#[tokio::test]
async fn autocalls_answers_as_documented_in_both_generations() {
    let bench = Bench::new().await;
    let generations = [
        (Vendor::AUTOCALLS_2025, autocalls_2025_assistant(), json!({ "assistant_name": "Desk" })),
        (Vendor::AUTOCALLS_2026, autocalls_2026_assistant(), json!({ "name": "Desk" })),
    ];
    for (vendor, assistant, change) in generations {
        let contract = Contract::for_vendor(vendor);
        for body in [&assistant, &json!({})] {
            let answer = bench.send(vendor, Method::POST, "/user/assistant", body).await;
            contract.check("createAssistant", &answer);
        }
        contract.check("listAssistants", &bench.get(vendor, "/user/assistants/get").await);
        for path in ["/user/assistant/1001", "/user/assistant/1"] {
            let answer = bench.send(vendor, Method::PUT, path, &change).await;
            contract.check("updateAssistant", &answer);
            let answer = bench.send(vendor, Method::PUT, path, &json!({ "voice_id": "x" })).await;
            contract.check("updateAssistant", &answer);
            contract.check("deleteAssistant", &bench.delete(vendor, path).await);
        }
        contract.check("listLanguages", &bench.get(vendor, "/user/assistants/languages").await);
        contract.check("listModels", &bench.get(vendor, "/user/assistants/models").await);
        contract.check("listVoices", &bench.get(vendor, "/user/assistants/voices?mode=pipeline").await);
    }
}

#[tokio::test]
async fn opencx_answers_as_documented() {
    let vendor = Vendor::OPENCX;
    let contract = Contract::for_vendor(vendor);
    let bench = Bench::new().await;
    let bought = bench.send(vendor, Method::POST, "/phone/buy", &opencx_purchase()).await;
    contract.check("buyPhoneNumber", &bought);
    contract.check("listPhoneNumbers", &bench.get(vendor, "/phone").await);
    let path = format!("/phone/{}", bought.1["id"].as_str().expect("an id"));
    let change = json!({ "elevenlabs_voice_id": "a38v0NaUbsvackET0tSL" });
    contract.check("updatePhoneNumber", &bench.send(vendor, Method::PATCH, &path, &change).await);
    contract.check("deletePhoneNumber", &bench.delete(vendor, &path).await);
}

#[tokio::test]
async fn ordered_failures_have_the_vendors_form() {
    let bench = Bench::new().await;
    for vendor in Vendor::ALL {
        let contract = Contract::for_vendor(vendor);
        for (operation, path, responses) in contract.plain_reads() {
            for status in [401, 429, 500, 503] {
                let documented = responses.get(status.to_string()).is_some();
                if documented || (status >= 500 && responses.get("5XX").is_some()) {
                    let fault = json!({ "kind": "status", "status": status });
                    bench.order(json!({ "vendor": vendor.name(), "fault": fault })).await;
                    contract.check(operation, &bench.get(vendor, path).await);
                }
            }
        }
    }
}
