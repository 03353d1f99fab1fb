//! The exchanges that assign phone numbers, tested with given answers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_bland::FACTORY;
use switchboard_core::{
    error::{Kind, Result},
    plan::{PartState, Parts, StepAction, VendorStep},
    vendor::{Exchange, Fetched, Method, OperationKey, ReadScope, Reply, Request, StepAnswer},
};

const AGENT: &str = "agent-1";
const NUMBER: &str = "+14155550142";

type Read<T> = Box<dyn FnOnce(Reply) -> Result<Exchange<T>>>;

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, Read<T>) {
    let account = (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap();
    match exchange {
        Exchange::Send(request, read) => (request, Box::new(move |reply| read(account.admit(reply)?))),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn parts() -> Parts {
    Parts::NONE.with("", PartState::new(AGENT))
}

/// Performs a step of the number with these answers. Returns the last request, and whether the exchange is over or the
/// error that ended it.
fn performed(action: StepAction, answers: &[Value]) -> (Request, Result<bool>) {
    let account = (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap();
    let step = VendorStep::new("phone_number", action).for_item(Some(NUMBER.to_owned()));
    let mut exchange = account.agents().perform(step, &parts(), OperationKey::new("0198")).unwrap();
    let mut last = None;
    for answer in answers {
        let (request, read) = sent(exchange);
        last = Some(request);
        match read(Reply::json(200, answer.clone())) {
            Ok(next) => exchange = next,
            Err(error) => return (last.unwrap(), Err(error)),
        }
    }
    (last.unwrap(), Ok(matches!(exchange, Exchange::<StepAnswer>::Done(_))))
}

fn bind() -> StepAction {
    StepAction::Create(json!({ "id": NUMBER }))
}

fn path(request: &Request) -> String {
    request.path().join("/")
}

fn number(holder: Value) -> Value {
    json!({ "phone_number": NUMBER, "prompt": "Answer.", "persona_id": holder })
}

/// Returns a persona with these numbers.
fn persona(numbers: &[&str]) -> Value {
    let numbers: Vec<_> = numbers.iter().map(|number| json!({ "phone_number": number })).collect();
    let version = json!({ "version_type": "production", "version_number": 1 });
    json!({
        "data": {
            "id": AGENT, "name": "Reception", "inbound_numbers": numbers, "current_production_version": version,
            "current_draft_version": version,
        },
        "errors": null,
    })
}

fn ours() -> Value {
    number(json!(AGENT))
}

#[test]
fn a_number_is_read_and_then_assigned() {
    let (request, over) = performed(bind(), &[number(Value::Null)]);
    assert_eq!((request.method, path(&request)), (Method::Get, "v1/inbound/+14155550142".to_owned()));
    assert!(!over.unwrap());
    let (request, over) = performed(bind(), &[number(Value::Null), persona(&[NUMBER])]);
    assert_eq!(
        (request.method, path(&request)),
        (Method::Post, "v1/personas/agent-1/inbound/attach".to_owned())
    );
    assert_eq!(request.document(), Some(&json!({ "inbound_numbers": [NUMBER] })));
    assert!(over.unwrap());
}

#[test]
fn a_number_that_is_assigned_already_is_left_as_it_is() {
    let (request, over) = performed(bind(), &[ours()]);
    assert!(over.unwrap() && request.method == Method::Get);
}

#[test]
fn a_number_in_use_is_not_taken_over() {
    for used in [number(json!("agent-2")), json!({ "phone_number": NUMBER, "pathway_id": "path-1" })] {
        let (request, refused) = performed(bind(), std::slice::from_ref(&used));
        let error = refused.unwrap_err();
        assert_eq!((request.method, error.kind), (Method::Get, Kind::InUse), "{used}");
        let (_, over) = performed(StepAction::Delete, std::slice::from_ref(&used));
        assert!(over.unwrap(), "{used}: it is not the agent's, so it stays");
    }
}

#[test]
fn a_number_is_removed_from_its_agent() {
    let (request, over) = performed(StepAction::Delete, &[ours(), persona(&[])]);
    assert_eq!(
        (request.method, path(&request)),
        (Method::Post, "v1/personas/agent-1/inbound/detach".to_owned())
    );
    assert_eq!(request.document(), Some(&json!({ "inbound_numbers": [NUMBER] })));
    assert!(over.unwrap());
}

#[test]
fn an_agent_is_read_with_its_number() {
    let account = (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap();
    let mut exchange = account.agents().fetch(&parts(), ReadScope::Bound).unwrap();
    let answers = [persona(&[NUMBER])];
    for answer in answers {
        let (_, read) = sent(exchange);
        exchange = read(Reply::json(200, answer)).unwrap();
    }
    let Exchange::Done(Fetched::Found(remote)) = exchange else { panic!("the agent was expected") };
    assert_eq!(remote.document["phone_number"], json!([{ "id": NUMBER }]));
    assert!(remote.parts.get(&format!("phone_number/{NUMBER}")).is_some());
}
