//! The common parts of the tests: a sandbox, a client, and requests as the vendors document them.

use std::time::{Duration, Instant};

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};
use switchboard_sandbox::{SIMULATORS, Sandbox, SandboxOptions, Vendor};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A new sandbox and a client that follows no redirects.
pub struct Bench {
    pub sandbox: Sandbox,
    pub client: reqwest::Client,
}

/// A status and the JSON body; null if the body was empty.
pub type Answered = (u16, Value);

impl Bench {
    pub async fn new() -> Self {
        Self::with(SandboxOptions::default()).await
    }

    pub async fn with(options: SandboxOptions) -> Self {
        // Another test of this process may have installed the provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("client");
        let sandbox = Sandbox::start_with(([127, 0, 0, 1], 0).into(), options).await;
        Self { sandbox: sandbox.expect("sandbox"), client }
    }

    /// Builds a request to a vendor, with the vendor's key.
    pub fn request(&self, vendor: Vendor, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.sandbox.base_url(vendor));
        let request = self.client.request(method, url);
        let (name, value) = vendor.credential();
        request.header(name, value)
    }

    pub async fn get(&self, vendor: Vendor, path: &str) -> Answered {
        answered(self.request(vendor, Method::GET, path)).await
    }

    pub async fn delete(&self, vendor: Vendor, path: &str) -> Answered {
        answered(self.request(vendor, Method::DELETE, path)).await
    }

    pub async fn send(&self, vendor: Vendor, method: Method, path: &str, body: &Value) -> Answered {
        answered(self.request(vendor, method, path).json(body)).await
    }

    /// Sends a control request.
    pub async fn control(&self, method: Method, path: &str, body: Option<&Value>) -> Answered {
        let url = format!("http://{}/_sandbox{path}", self.sandbox.address());
        let request = self.client.request(method, url);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        answered(request).await
    }

    pub async fn set_options(&self, vendor: Vendor, options: Value) {
        let path = format!("/{}/options", vendor.name());
        let (status, answer) = self.control(Method::PUT, &path, Some(&options)).await;
        assert_eq!(status, 200, "{answer}");
    }

    pub async fn order(&self, order: Value) {
        let (status, answer) = self.control(Method::POST, "/faults", Some(&order)).await;
        assert_eq!(status, 201, "{answer}");
    }

    /// Returns the vendor's stored records of a collection, by id.
    pub async fn stored(&self, vendor: Vendor, collection: &str) -> Value {
        let path = format!("/{}/records", vendor.name());
        let (_, everything) = self.control(Method::GET, &path, None).await;
        everything[collection].clone()
    }

    /// Returns the number of records in a collection of the vendor.
    pub async fn count(&self, vendor: Vendor, collection: &str) -> usize {
        self.stored(vendor, collection).await.as_object().expect("records by id").len()
    }

    pub async fn journal(&self) -> Vec<Value> {
        let (_, entries) = self.control(Method::GET, "/requests", None).await;
        entries.as_array().cloned().expect("a list of requests")
    }
}

/// A contract document, with checks of answers against it.
pub struct Contract(Value);

impl Contract {
    pub fn for_vendor(vendor: Vendor) -> Self {
        let simulated = SIMULATORS.iter().find(|simulated| simulated.vendor == vendor);
        Self(serde_json::from_str(simulated.expect("a simulator").contract).expect("JSON"))
    }

    fn operation(&self, id: &str) -> &Value {
        let paths = self.0["paths"].as_object().expect("paths");
        paths
            .values()
            .flat_map(|path| path.as_object().expect("operations").values())
            .find(|operation| operation["operationId"] == json!(id))
            .unwrap_or_else(|| panic!("{id} is documented"))
    }

    /// Panics unless the operation documents this answer for its status.
    pub fn check(&self, id: &str, (status, body): &Answered) {
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
    /// Lists the GET operations without path parameters: id, path and documented answers.
    pub fn plain_reads(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let paths = self.0["paths"].as_object().expect("paths").iter();
        let plain = paths.filter(|(path, _)| !path.contains('{'));
        plain.filter_map(|(path, item)| {
            let operation = item.get("get")?;
            Some((operation["operationId"].as_str()?, path.as_str(), &operation["responses"]))
        })
    }
}

async fn answered(request: RequestBuilder) -> Answered {
    let response: Response = request.send().await.expect("an answer");
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    let body = match text.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).unwrap_or_else(|_| json!(text)),
    };
    (status, body)
}

/// Returns the bytes of a request to a vendor. `what` is its method and path. If `body` is null, the request
/// has no body.
pub fn raw_request(vendor: Vendor, what: &str, body: &Value) -> Vec<u8> {
    let (method, path) = what.split_once(' ').expect("a method and a path");
    let (base, (name, value)) = (vendor.base_path(), vendor.credential());
    let head = format!("{method} {base}{path} HTTP/1.1\r\nhost: sandbox\r\n{name}: {value}\r\n");
    let rest = match body {
        Value::Null => "\r\n".to_owned(),
        body => {
            let body = body.to_string();
            format!("content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        }
    };
    (head + &rest).into_bytes()
}

/// Sends one request and returns all bytes that are received until the connection is closed.
pub async fn raw(bench: &Bench, vendor: Vendor, what: &str, body: &Value) -> String {
    let mut stream = TcpStream::connect(bench.sandbox.address()).await.expect("a connection");
    stream.write_all(&raw_request(vendor, what, body)).await.expect("sent");
    let mut received = Vec::new();
    // A closed connection may appear as an end or as a reset; the bytes received before it are valid.
    let _ = stream.read_to_end(&mut received).await;
    String::from_utf8(received).expect("text")
}

/// Returns the length of the body that an answer's head declares.
pub fn promised_length(head: &str) -> usize {
    head.lines()
        .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok())
        .expect("a length")
}

/// Waits until the condition holds, at most ten seconds.
pub async fn eventually(is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !is_so().await {
        assert!(Instant::now() < deadline, "it never was so");
        tokio::task::yield_now().await;
    }
}

/// Returns the object `base` with the members of `changes` added or replaced.
pub fn with(base: &Value, changes: Value) -> Value {
    let mut whole = base.clone();
    let members = changes.as_object().cloned().expect("an object");
    whole.as_object_mut().expect("an object").extend(members);
    whole
}

/// Returns the object `base` without these members.
pub fn without(base: &Value, members: &[&str]) -> Value {
    let mut rest = base.clone();
    let object = rest.as_object_mut().expect("an object");
    for member in members {
        assert!(object.shift_remove(*member).is_some(), "{member} is there");
    }
    rest
}

/// Returns a QCall assistant with the 27 members that every write requires.
pub fn qcall_assistant() -> Value {
    json!({
        "type": "inbound", "language": "en", "name": "Reception", "company_name": "Acme Ltd", "accent": "US",
        "goal": "Help callers", "start_speech": "Hello!", "voice_id": "qv-aurora", "voice_name": "Aurora",
        "script": "You answer the phone.", "maximum_time_per_call": 10, "is_voice_note": false, "voice_note": "",
        "ai_model_id": "1", "voice_speed": 1.1, "is_filler": false, "fillers": "", "assistant_image": "",
        "ai_modal": "qmodel", "sensitivity": 600, "temperature": 0.7, "opt_out_script": "",
        "sentiment": {"general_prompt": "g", "positive_prompt": "p", "negative_prompt": "n", "neutral_prompt": "o"},
        "is_wait_start_speech": false, "utterance_length": 3, "meeting_note_prompt": "", "call_outcome_prompt": "",
        "voice_data": {"voice_id": "qv-aurora", "name": "Aurora", "similarity": 75, "stability": 40},
    })
}

pub fn qcall_dialer() -> Value {
    json!({
        "dialer_type": "Twilio", "name": "Main line", "phone_number": "+15550100123", "sid": "placeholder-sid",
        "auth_token": "placeholder-not-a-key", "sip_termination_uri": "",
    })
}

/// Returns an assistant with the field names of 2025 and all fields that a create requires.
pub fn autocalls_2025_assistant() -> Value {
    json!({
        "assistant_name": "Reception", "voice_id": 101, "language": "English", "llm_model": "GPT-4o",
        "calls_direction": "make", "engine_type": "pipeline", "timezone": "Europe/Berlin",
        "initial_message": "Hello!", "system_prompt": "You answer the phone.",
    })
}

/// Returns an assistant with the field names of 2026 and all fields that a create requires.
pub fn autocalls_2026_assistant() -> Value {
    json!({
        "name": "Reception", "voice_id": 101, "language_id": 1, "llm_model_id": 1, "type": "outbound",
        "mode": "pipeline", "timezone": "Europe/Berlin", "initial_message": "Hello!",
        "system_prompt": "You answer the phone.",
    })
}

/// Returns the required members of a purchase at OpenCX.
pub fn opencx_purchase() -> Value {
    json!({ "area_code": "415", "elevenlabs_voice_id": "hP72SDESIJq2YuAblBqz", "name": "Reception" })
}
