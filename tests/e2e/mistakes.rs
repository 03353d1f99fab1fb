//! The mistakes of an app developer: each answer names the place and says what to do, in terms of JSON.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    bodies::{trunk, with},
    harness::{Answer, Config, Harness, KEY, pointers},
};

const TABLES: &str = "[voices.warm-female]\nqcall = \"qv-aurora\"\n[voices.elsewhere]\nopencx = \"hP72SDESIJq2YuAblBqz\"\n\
                      [models.fast]\nqcall = \"1\"\n\
                      [[routing.rules]]\nwhen = { direction = [\"inbound\"] }\nvendor = \"qcall\"\n\
                      [routing]\ndefault = \"opencx\"\n";

/// Words that would expose the implementation (serde and Rust) and must not appear in the details of an answer.
const WORDS: [&str; 14] = [
    "f64", "f32", "i64", "u64", "u32", "u16", "usize", "i32", "variant", "newtype", "tuple", "struct",
    "serde", "sequence",
];

/// Phrases that would expose the implementation (serde and Rust) and must not appear in the details of an answer.
const PHRASES: [&str; 7] =
    ["a map", "invalid type", "invalid value", "unit value", "floating point", "`", "Option<"];

/// Returns an agent that the vendor of the first rule accepts.
fn valid() -> Value {
    json!({
        "name": "Reception", "direction": "inbound", "language": "de",
        "prompt": { "instructions": "You answer the phone." },
        "voice": { "id": "warm-female" }, "model": { "name": "fast" },
    })
}

async fn start() -> Harness {
    Harness::with(Config { tables: TABLES.into(), ..Config::default() }).await
}

#[tokio::test]
async fn twenty_mistakes_of_an_app_developer() {
    let harness = start().await;
    harness.post("/v1/agents/plan", &valid()).await.expect(200);
    let cases: Vec<Value> = serde_json::from_str(include_str!("../data/mistakes.json")).unwrap();
    assert!(cases.len() >= 20);
    for case in cases {
        let answer = send(&harness, &case).await;
        let (name, text) = (&case["name"], answer.text.clone());
        assert_eq!(json!(answer.status), case["status"], "{name}: {text}");
        let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
        if let Some(expected) = case.get("pointers") {
            assert_eq!(json!(pointers(&answer.body)), *expected, "{name}: {text}");
        }
        if let Some(expected) = case.get("parameters") {
            let given: Vec<_> = errors.iter().map(|error| &error["parameter"]).collect();
            assert_eq!(json!(given), *expected, "{name}: {text}");
        }
        let details: Vec<_> = std::iter::once(&answer.body)
            .chain(&errors)
            .map(|part| part["detail"].as_str().unwrap())
            .collect();
        let details = details.join("\n");
        for fragment in case["says"].as_array().unwrap() {
            assert!(details.contains(fragment.as_str().unwrap()), "{name}: {fragment}\n{details}");
        }
        println!("{} {name}\n{details}\n", answer.status);
    }
    assert_eq!(harness.get("/v1/agents").await.expect(200)["data"], json!([]));
}

async fn send(harness: &Harness, case: &Value) -> Answer {
    let method = case["method"].as_str().map_or(Method::POST, |name| name.parse().unwrap());
    let path = case["path"].as_str().unwrap_or("/v1/agents");
    let mut request = harness.client.request(method.clone(), format!("{}{path}", harness.gateway.url));
    request = match case.get("key") {
        None => request.bearer_auth(KEY),
        Some(Value::String(header)) => request.header("authorization", header),
        Some(_) => request,
    };
    if method == Method::POST {
        let body = case.get("body").cloned().unwrap_or_else(|| with(valid(), case["patch"].clone()));
        let body = case["text"].as_str().map_or_else(|| body.to_string(), ToOwned::to_owned);
        request = request.header("content-type", "application/json").body(body);
    }
    Answer::to(request).await
}

/// Puts values of each type in place of every member of every example of a request body. Each answer is about the
/// request, and has no word of the implementation.
#[tokio::test]
async fn a_value_of_a_wrong_type_is_refused_in_terms_of_json() {
    let harness = start().await;
    let agent = harness.create("/v1/agents", &valid()).await;
    let trunk = harness.create("/v1/trunks", &trunk()).await;
    let document = harness.get("/openapi.json").await.expect(200);
    let wrong = [json!("nonsense"), json!(-1.5), json!(true), json!([[1]]), json!([{}]), json!({ "no": 1 })];
    let mut sent = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(content) = operation["requestBody"]["content"].as_object() else { continue };
            let (media, content) = content.iter().next().unwrap();
            let schema = &content["schema"];
            let mut places = Vec::new();
            collect(&document, schema, String::new(), 0, &mut places);
            for place in &places {
                for value in &wrong {
                    let mut body = content["example"].clone();
                    put(&mut body, place, value.clone());
                    let id = if path.starts_with("/v1/trunks") { &trunk.id } else { &agent.id };
                    let path = path.replace("{id}", id).replace("{revision}", "1");
                    let request = harness.request(method.to_uppercase().parse().unwrap(), &path);
                    let request = request.header("content-type", media).header("if-match", "\"1\"");
                    let answer = Answer::to(request.body(body.to_string())).await;
                    sent += 1;
                    assert!(answer.status < 500, "{method} {path} {place}: {value}: {}", answer.text);
                    for detail in details(&answer.body) {
                        assert!(!is_foreign(detail), "{method} {path} {place}: {value}: {detail}");
                        assert!(detail.ends_with(['.', '?']), "{method} {path} {place}: {value}: {detail}");
                    }
                }
            }
        }
    }
    assert!(sent > 1000, "{sent}");
}

fn is_foreign(detail: &str) -> bool {
    let mut words = detail.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| WORDS.contains(&word)) || PHRASES.iter().any(|phrase| detail.contains(phrase))
}

/// Returns the details of a problem document and of its errors.
fn details(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    std::iter::once(problem).chain(errors).filter_map(|part| part["detail"].as_str()).collect()
}

/// Collects the pointers of all members that a schema has, with the first item of lists.
fn collect(document: &Value, schema: &Value, at: String, depth: usize, places: &mut Vec<String>) {
    if depth > 6 {
        return;
    }
    if let Some(name) = schema["$ref"].as_str() {
        let target = document.pointer(name.trim_start_matches('#')).unwrap();
        return collect(document, target, at, depth + 1, places);
    }
    for choice in ["oneOf", "anyOf"].into_iter().filter_map(|choice| schema[choice].as_array()).flatten() {
        collect(document, choice, at.clone(), depth + 1, places);
    }
    for (name, member) in schema["properties"].as_object().into_iter().flatten() {
        let place = format!("{at}/{name}");
        if !places.contains(&place) {
            places.push(place.clone());
        }
        collect(document, member, place, depth + 1, places);
    }
    if schema["items"].is_object() {
        let place = format!("{at}/0");
        if !places.contains(&place) {
            places.push(place.clone());
        }
        collect(document, &schema["items"], place, depth + 1, places);
    }
}

/// Writes a value at a pointer. Makes the objects and lists on the way.
fn put(body: &mut Value, pointer: &str, value: Value) {
    let mut spot = body;
    for name in pointer.split('/').skip(1) {
        spot = match name.parse::<usize>() {
            Ok(index) => {
                if !spot.is_array() {
                    *spot = json!([{}]);
                }
                let items = spot.as_array_mut().unwrap();
                if items.len() <= index {
                    items.resize(index + 1, json!({}));
                }
                &mut items[index]
            }
            Err(_) => {
                if !spot.is_object() {
                    *spot = json!({});
                }
                spot.as_object_mut().unwrap().entry(name).or_insert(Value::Null)
            }
        };
    }
    *spot = value;
}
