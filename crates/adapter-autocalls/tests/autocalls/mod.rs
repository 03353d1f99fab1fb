//! An Autocalls account with its answers and its plans of an agent.

#![expect(dead_code, reason = "each test binary uses a part of it")]

use std::time::Duration;

use serde_json::{Map, Value, json};
use switchboard_adapter_autocalls::FACTORY;
use switchboard_core::{
    error::{Error, Result},
    facts::{Catalogue, Facts},
    model::{Agent, read},
    plan::{Desired, Handling, Observed, Plan, Planned, Transition, Translator},
    vendor::{Adapter, Body, Exchange, Reply, Request},
};

pub const GENERATIONS: [&str; 2] = ["2025", "2026"];

pub fn account(generation: &str) -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001", "generation": generation })).unwrap()
}

/// Returns the next request of an exchange, and the reader of its answer.
pub fn sent<T: Send + 'static>(
    exchange: Exchange<T>,
) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account("2025").admit(reply)?)),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

/// Returns the result of an exchange.
pub fn done<T>(exchange: Exchange<T>) -> T {
    match exchange {
        Exchange::Done(value) => value,
        Exchange::Send(request, _) => panic!("no request was expected: {request:?}"),
    }
}

/// Runs an exchange with these answers, one to each of its requests; the last to all that follow.
pub fn answered<T: Send + 'static>(mut exchange: Exchange<T>, replies: &[Reply]) -> Result<T> {
    for step in 0..10 {
        if let Exchange::Done(value) = exchange {
            return Ok(value);
        }
        exchange = sent(exchange).1(replies[step.min(replies.len() - 1)].clone())?;
    }
    panic!("the conversation does not end");
}

/// Reads a fixture's answer.
pub fn reply(generation: &str, name: &str) -> Reply {
    reply_of(&fixture(generation, name))
}

pub fn reply_of(fixture: &Value) -> Reply {
    let seconds = fixture["headers"]["retry-after"].as_str().map(|seconds| seconds.parse().unwrap());
    Reply {
        status: fixture["status"].as_u64().unwrap().try_into().unwrap(),
        retry_after: seconds.map(Duration::from_secs),
        body: fixture.get("body").map_or(Body::Empty, |body| Body::Json(body.clone())),
    }
}

pub fn fixture(generation: &str, name: &str) -> Value {
    json_at(&format!("fixtures/{generation}/{name}.json"))
}

pub fn contract(generation: &str) -> Value {
    json_at(&format!("{generation}.openapi.json"))
}

fn json_at(path: &str) -> Value {
    let path = format!("{}/contract/{path}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Lists the names of a generation's fixtures.
pub fn fixtures(generation: &str) -> Vec<String> {
    let folder = format!("{}/contract/fixtures/{generation}", env!("CARGO_MANIFEST_DIR"));
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
    let names = files.map(|name| name.to_str().unwrap().strip_suffix(".json").unwrap().to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Returns the vendor's catalogues, as far as its fixtures show them.
pub fn facts(generation: &str) -> Facts {
    let models = match generation {
        "2025" => vec![reply(generation, "listModels.all")],
        _ => ["listModels.llm", "listModels.multimodal"].map(|name| reply(generation, name)).into(),
    };
    let ask = |catalogue, replies: &[Reply]| {
        answered(account(generation).catalogue(catalogue).unwrap(), replies).unwrap()
    };
    Facts::default()
        .with(Catalogue::Languages, ask(Catalogue::Languages, &[reply(generation, "listLanguages.all")]))
        .with(Catalogue::Models, ask(Catalogue::Models, &models))
}

/// Returns the only row of a fixture, in the shape that the rules read.
pub fn observed(generation: &str, name: &str) -> Value {
    let exchange = account(generation).agents().list();
    answered(exchange, &[reply(generation, name)]).unwrap().remove(0).document
}

pub fn decoded(generation: &str, document: &Value) -> Observed<Agent> {
    Translator::new(account(generation).agents(), "autocalls").with(&facts(generation)).decode(document)
}

pub fn desired(document: &Value) -> Desired<Agent> {
    Desired { record: read(document).unwrap(), extensions: Map::new() }
}

pub fn planned(
    generation: &str,
    step: &Transition<'_, Agent>,
    desired: &Desired<Agent>,
) -> Result<Plan, Error> {
    let account = account(generation);
    match Translator::new(account.agents(), "autocalls").with(&facts(generation)).plan(
        step,
        desired,
        Handling::Lenient,
    )? {
        Planned::Ready(plan) => Ok(plan),
        Planned::NeedsObserved => panic!("the plan was given what was observed"),
    }
}

pub fn with(mut document: Value, change: Value) -> Value {
    merge(&mut document, change);
    document
}

fn merge(document: &mut Value, change: Value) {
    match (document, change) {
        (Value::Object(members), Value::Object(changes)) => {
            for (name, change) in changes {
                merge(members.entry(name).or_insert(Value::Null), change);
            }
        }
        (place, value) => *place = value,
    }
}
