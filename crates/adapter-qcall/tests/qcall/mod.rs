//! A QCall account, with its answers and its plans for an agent.

#![expect(dead_code, reason = "each test binary uses a part of it")]

use serde_json::{Map, Value, json};
use switchboard_adapter_qcall::FACTORY;
use switchboard_conformance::OneObject;
use switchboard_core::{
    error::Result,
    facts::{CatalogueKind, Facts},
    model::{Agent, read},
    plan::{Desired, Handling, Observed, Parts, Planned, Transition, Translator},
    vendor::{Adapter, CallWindow, Exchange, OperationKey, PlaceCall, Placed, Reply, Request},
};

pub fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

/// Returns the next request of an exchange and the function that reads its answer.
pub fn sent<T: Send + 'static>(
    exchange: Exchange<T>,
) -> (Request, impl FnOnce(Reply) -> Result<Exchange<T>>) {
    match exchange {
        Exchange::Send(request, read) => (request, move |reply| read(account().admit(reply)?)),
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

/// Runs an exchange in which each request gets this answer.
pub fn answered<T: Send + 'static>(mut exchange: Exchange<T>, reply: &Reply) -> Result<T> {
    for _ in 0..10 {
        match exchange {
            Exchange::Done(value) => return Ok(value),
            Exchange::Send(..) => exchange = sent(exchange).1(reply.clone())?,
        }
    }
    panic!("the conversation does not end");
}

/// The assistant of the dials.
pub const ASSISTANT: &str = "7f1c2a9e-4b53-4d0e-9a65-2f0c1d8b6e31";

/// Builds the exchange that dials with this body.
pub fn place(account: &dyn Adapter, body: Value) -> Exchange<Placed> {
    placing(account, body).unwrap()
}

/// Builds the exchange that dials with this body, or returns its refusal.
pub fn placing(account: &dyn Adapter, body: Value) -> Result<Exchange<Placed>> {
    let (agent, key) = (Parts::root(ASSISTANT), OperationKey::new("op_1"));
    let marker = "call_01k00000000000000000000000";
    let dial = PlaceCall {
        agent: &agent,
        body,
        marker,
        key: &key,
        facts: &Facts::NONE,
        settings: &Value::Null,
        document: &Value::Null,
    };
    account.calls().unwrap().place(dial)
}

/// Returns the window of the calls since a time.
pub fn window() -> CallWindow {
    CallWindow::since("2026-11-02T09:00:00Z".parse().unwrap(), "2026-11-02T10:00:00Z".parse().unwrap())
}

pub fn fixture_document(name: &str) -> Value {
    let path = format!("{}/contract/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Reads a fixture's answer.
pub fn fixture(name: &str) -> Reply {
    Reply::from_fixture(&fixture_document(name)).unwrap()
}

/// Returns the vendor's list of voices.
pub fn facts() -> Facts {
    let voices = account().catalogue(CatalogueKind::VOICES).unwrap();
    Facts::default().with(CatalogueKind::VOICES, answered(voices, &fixture("listVoices.own_voices")).unwrap())
}

/// Returns the document of the assistant in a fixture's answer.
pub fn observed(name: &str) -> Value {
    let fetch = account().agents().fetch_one("7f1c2a9e-4b53-4d0e-9a65-2f0c1d8b6e31").unwrap();
    answered(fetch, &fixture(name)).unwrap().unwrap().document
}

pub fn decoded(document: &Value) -> Observed<Agent> {
    Translator::new(account().agents(), "qcall").with(&facts()).decode(document)
}

pub fn desired(document: Value, extension: Value) -> Desired<Agent> {
    let extensions = Map::from_iter([("qcall".to_owned(), extension)]);
    Desired { record: read(&document).unwrap(), extensions }
}

/// Plans a write. Returns its body and its report, or the violations.
pub fn planned(step: &Transition<'_, Agent>, desired: &Desired<Agent>) -> Result<(Value, Value)> {
    match Translator::new(account().agents(), "qcall").with(&facts()).plan(
        step,
        desired,
        Handling::Lenient,
    )? {
        Planned::Ready(plan) => {
            Ok((plan.document(), json!({ "sends": plan.sends(), "report": plan.report })))
        }
        Planned::NeedsObserved => panic!("it was observed"),
    }
}
