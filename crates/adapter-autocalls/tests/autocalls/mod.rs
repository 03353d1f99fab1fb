//! An Autocalls account, with its answers and its plans for an agent.

#![expect(dead_code, reason = "each test binary uses a part of it")]

use serde_json::{Map, Value, json};
use switchboard_adapter_autocalls::FACTORY;
use switchboard_core::{
    error::{Error, Result},
    facts::{CatalogueKind, Facts},
    model::{Agent, read},
    plan::{Desired, Handling, Observed, Parts, Plan, Planned, Transition, Translator},
    vendor::{Adapter, CallWindow, Exchange, OperationKey, PlaceCall, Placed, Reply, Request},
};

pub const GENERATIONS: [&str; 2] = ["2025", "2026"];

pub fn account(generation: &str) -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001", "generation": generation })).unwrap()
}

/// Returns the next request of an exchange and the function that reads its answer.
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

/// Runs an exchange with one of these answers for each request. The last answer is repeated for all further
/// requests.
pub fn answered<T: Send + 'static>(mut exchange: Exchange<T>, replies: &[Reply]) -> Result<T> {
    for step in 0..10 {
        if let Exchange::Done(value) = exchange {
            return Ok(value);
        }
        exchange = sent(exchange).1(replies[step.min(replies.len() - 1)].clone())?;
    }
    panic!("the conversation does not end");
}

/// The marker of the dials.
pub const MARKER: &str = "call_01k00000000000000000000000";

/// Builds the exchange that dials with this body for the assistant 1842.
pub fn place(account: &dyn Adapter, body: Value) -> Exchange<Placed> {
    let (agent, key) = (Parts::root("1842"), OperationKey::new("op_1"));
    let dial = PlaceCall {
        agent: &agent,
        body,
        marker: MARKER,
        key: &key,
        facts: &Facts::NONE,
        settings: &Value::Null,
        document: &Value::Null,
    };
    account.calls().unwrap().place(dial).unwrap()
}

/// Returns the window of the calls since a day.
pub fn window() -> CallWindow {
    CallWindow::since("2026-11-02T00:30:00Z".parse().unwrap(), "2026-11-02T10:00:00Z".parse().unwrap())
}

/// Reads a fixture's answer.
pub fn reply(generation: &str, name: &str) -> Reply {
    reply_of(&fixture(generation, name))
}

pub fn reply_of(fixture: &Value) -> Reply {
    Reply::from_fixture(fixture).unwrap()
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

/// Returns the entries of the vendor's catalogues that the fixtures contain.
pub fn facts(generation: &str) -> Facts {
    let models = match generation {
        "2025" => vec![reply(generation, "listModels.all")],
        _ => ["listModels.llm", "listModels.multimodal"].map(|name| reply(generation, name)).into(),
    };
    let ask = |catalogue, replies: &[Reply]| {
        answered(account(generation).catalogue(catalogue).unwrap(), replies).unwrap()
    };
    Facts::default()
        .with(
            CatalogueKind::LANGUAGES,
            ask(CatalogueKind::LANGUAGES, &[reply(generation, "listLanguages.all")]),
        )
        .with(CatalogueKind::MODELS, ask(CatalogueKind::MODELS, &models))
}

/// Returns the only row of a fixture, in the form that the rules read.
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

/// Returns the agent with the fields that the vendor requires.
pub fn least() -> Value {
    json!({
        "name": "Events desk",
        "direction": "outbound",
        "language": "de-AT",
        "prompt": { "instructions": "Be brief." },
        "greeting": { "message": "Good day." },
        "voice": { "id": "413" },
        "model": { "name": "GPT-4o-mini" },
    })
}

/// Returns what a plan sends and reports, or the violations that refuse it.
pub fn outcome_of(planned: Result<Plan>) -> Value {
    match planned {
        Ok(plan) => json!({ "body": plan.document(), "report": plan.report, "sends": plan.sends() }),
        Err(error) => json!({ "refused": error.kind, "violations": error.violations }),
    }
}

/// Plans a creation.
pub fn created(generation: &str, document: &Value) -> Value {
    outcome_of(planned(generation, &Transition::Create, &desired(document)))
}

/// Plans an update of the vendor's full record, adopted unchanged.
pub fn updated(generation: &str, change: Value) -> Value {
    let observed = observed(generation, "listAssistants.full_record");
    let before = decoded(generation, &observed).state;
    let document = with(serde_json::to_value(&before.record).unwrap(), change);
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    outcome_of(planned(generation, &step, &desired(&document)))
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
