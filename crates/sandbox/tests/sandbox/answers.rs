//! What the simulators answer is what the vendors document: every answer fits the contract's answer schema.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_sandbox::Vendor;

use crate::support::{
    Answered, Bench, autocalls_2025_assistant, autocalls_2026_assistant, opencx_purchase, qcall_assistant,
    qcall_dialer,
};

/// A contract document, and a judge over answers.
struct Contract(Value);

impl Contract {
    fn for_vendor(vendor: Vendor) -> Self {
        let text = match vendor {
            Vendor::Qcall => include_str!("../../../adapter-qcall/contract/openapi.json"),
            Vendor::Autocalls2025 => include_str!("../../../adapter-autocalls/contract/2025.openapi.json"),
            Vendor::Autocalls2026 => include_str!("../../../adapter-autocalls/contract/2026.openapi.json"),
            Vendor::Opencx => include_str!("../../../adapter-opencx/contract/openapi.json"),
        };
        Self(serde_json::from_str(text).expect("JSON"))
    }

    fn operation(&self, id: &str) -> &Value {
        let paths = self.0["paths"].as_object().expect("paths");
        paths
            .values()
            .flat_map(|path| path.as_object().expect("operations").values())
            .find(|operation| operation["operationId"] == json!(id))
            .unwrap_or_else(|| panic!("{id} is documented"))
    }

    /// Panics unless the answer is one that the operation documents for its status.
    fn check(&self, id: &str, (status, body): &Answered) {
        let responses = &self.operation(id)["responses"];
        let by_class = format!("{}XX", status / 100);
        let names = [status.to_string(), by_class, "default".to_owned()];
        let response = names.iter().find_map(|name| responses.get(name));
        let response = response.unwrap_or_else(|| panic!("{id} documents {status}"));
        let response = match response["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).expect("a component"),
            None => response,
        };
        match response.pointer("/content/application~1json/schema") {
            None => assert!(body.is_null(), "{id} {status} documents no body: {body}"),
            Some(schema) => {
                let schema = json!({ "allOf": [schema], "components": self.0["components"] });
                let schema = jsonschema::draft202012::new(&schema).expect("a schema");
                let errors: Vec<String> = schema.iter_errors(body).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{id} {status}: {errors:?} in {body}");
            }
        }
    }
}

#[tokio::test]
async fn qcall_answers_as_documented_under_all_options() {
    let vendor = Vendor::Qcall;
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
        (Vendor::Autocalls2025, autocalls_2025_assistant(), json!({ "assistant_name": "Desk" })),
        (Vendor::Autocalls2026, autocalls_2026_assistant(), json!({ "name": "Desk" })),
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
    let vendor = Vendor::Opencx;
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
async fn failures_that_are_ordered_are_in_the_vendors_words() {
    let bench = Bench::new().await;
    let lists = [
        (Vendor::Qcall, "listAssistants", "/user/listAssistant"),
        (Vendor::Autocalls2025, "listAssistants", "/user/assistants/get"),
        (Vendor::Autocalls2026, "listAssistants", "/user/assistants/get"),
        (Vendor::Opencx, "listPhoneNumbers", "/phone"),
    ];
    for (vendor, operation, path) in lists {
        let contract = Contract::for_vendor(vendor);
        let responses = &contract.operation(operation)["responses"];
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
