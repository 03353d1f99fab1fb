//! The exchanges that assign phone numbers, tested with given answers.

#![cfg(test)]

use serde_json::{Value, json};
use switchboard_adapter_retell::FACTORY;
use switchboard_core::{
    error::{Kind, Result},
    plan::{PartState, Parts, StepAction, VendorStep},
    vendor::{Exchange, Fetched, Method, OperationKey, ReadScope, Reply, Request, StepAnswer},
};

const AGENT: &str = "agent-1";
const NUMBER: &str = "+4930901820";

type Read<T> = Box<dyn FnOnce(Reply) -> Result<Exchange<T>>>;

fn sent<T: Send + 'static>(exchange: Exchange<T>) -> (Request, Read<T>) {
    let account = (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap();
    match exchange {
        Exchange::Send(request, read) => (request, Box::new(move |reply| read(account.admit(reply)?))),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn parts() -> Parts {
    Parts::NONE.with("agent", PartState::new(AGENT))
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
    json!({ "phone_number": NUMBER, "phone_number_type": "custom", "inbound_agents": holder, "last_modification_timestamp": 1 })
}

fn ours() -> Value {
    number(json!([{ "agent_id": AGENT, "weight": 1, "agent_version": "latest_published" }]))
}

#[test]
fn a_number_is_read_and_then_assigned() {
    let (request, over) = performed(bind(), &[number(Value::Null)]);
    assert_eq!((request.method, path(&request)), (Method::Get, "get-phone-number/+4930901820".to_owned()));
    assert!(!over.unwrap());
    let (request, over) = performed(bind(), &[number(Value::Null), ours()]);
    assert_eq!(
        (request.method, path(&request)),
        (Method::Patch, "update-phone-number/+4930901820".to_owned())
    );
    assert_eq!(
        request.document(),
        Some(
            &json!({ "inbound_agents": [{ "agent_id": AGENT, "weight": 1, "agent_version": "latest_published" }] })
        )
    );
    assert!(over.unwrap());
}

#[test]
fn a_number_that_is_assigned_already_is_left_as_it_is() {
    let (request, over) = performed(bind(), &[ours()]);
    assert!(over.unwrap() && request.method == Method::Get);
}

#[test]
fn a_number_in_use_is_not_taken_over() {
    for used in [
        number(json!([{ "agent_id": "agent-2", "weight": 1 }])),
        number(json!([{ "agent_id": AGENT, "weight": 0.5 }, { "agent_id": "agent-2", "weight": 0.5 }])),
    ] {
        let (request, refused) = performed(bind(), std::slice::from_ref(&used));
        let error = refused.unwrap_err();
        assert_eq!((request.method, error.kind), (Method::Get, Kind::InUse), "{used}");
        let (_, over) = performed(StepAction::Delete, std::slice::from_ref(&used));
        assert!(over.unwrap(), "{used}: it is not the agent's, so it stays");
    }
}

#[test]
fn a_number_is_removed_from_its_agent() {
    let (request, over) = performed(StepAction::Delete, &[ours(), number(Value::Null)]);
    assert_eq!(
        (request.method, path(&request)),
        (Method::Patch, "update-phone-number/+4930901820".to_owned())
    );
    assert_eq!(request.document(), Some(&json!({ "inbound_agents": null })));
    assert!(over.unwrap());
}

/// Publishes the agent, which has the number, with these answers after the publication. Returns the last request, and
/// whether the exchange is over.
fn published(answers: Vec<Reply>) -> (Option<Request>, bool) {
    let account = (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap();
    let parts = Parts::NONE
        .with("agent", PartState::new(AGENT).at_version("3"))
        .with("llm", PartState::new("llm-1").at_version("4"))
        .with(&format!("phone_number/{NUMBER}"), PartState::new(NUMBER));
    let step = VendorStep::new("agent", StepAction::Publish);
    let exchange = account.agents().perform(step, &parts, OperationKey::new("0198")).unwrap();
    let (request, read) = sent(exchange);
    assert_eq!(path(&request), format!("publish-agent-version/{AGENT}"));
    let (mut exchange, mut last) = (read(Reply::empty(200)).unwrap(), None);
    for answer in answers {
        let (request, read) = sent(exchange);
        (exchange, last) = (read(answer).unwrap(), Some(request));
    }
    match exchange {
        Exchange::Done(StepAnswer::Performed(performed)) => {
            assert_eq!(performed.state.version.as_deref(), Some("4"));
            (last, true)
        }
        _ => (last, false),
    }
}

#[test]
fn a_publication_moves_a_number_that_names_a_version() {
    let other = json!({ "agent_id": "agent-2", "weight": 0.5, "agent_version": 7 });
    let agents =
        |version: Value| json!([{ "agent_id": AGENT, "weight": 0.5, "agent_version": version }, other]);
    let answer = |version: Value| Reply::json(200, number(agents(version)));
    let (request, over) = published(vec![answer(json!(3)), answer(json!("latest_published"))]);
    let request = request.unwrap();
    assert_eq!(path(&request), format!("update-phone-number/{NUMBER}"));
    assert_eq!(request.document(), Some(&json!({ "inbound_agents": agents(json!("latest_published")) })));
    assert!(over);
    for stays in [json!("prod"), json!("latest_published"), Value::Null] {
        let (request, over) = published(vec![answer(stays)]);
        assert!(over && request.unwrap().method == Method::Get);
    }
    let gone = Reply::json(404, json!({ "status": "error", "message": "Item not found from phone-number" }));
    assert!(published(vec![gone]).1, "the number is missed when the agent is read");
}

#[test]
fn an_agent_is_read_with_its_number() {
    let account = (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap();
    let mut exchange = account.agents().fetch(&parts(), ReadScope::Bound).unwrap();
    let answers = [
        json!({ "agent_id": AGENT, "version": 0, "is_published": true, "response_engine": { "type": "custom-llm" } }),
        json!({ "items": [ours()], "has_more": false }),
    ];
    for answer in answers {
        let (_, read) = sent(exchange);
        exchange = read(Reply::json(200, answer)).unwrap();
    }
    let Exchange::Done(Fetched::Found(remote)) = exchange else { panic!("the agent was expected") };
    assert_eq!(remote.document["phone_number"], json!([{ "id": NUMBER }]));
    assert!(remote.parts.get(&format!("phone_number/{NUMBER}")).is_some());
}
