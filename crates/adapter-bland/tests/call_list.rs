//! The search of Bland's list for the calls to one number.

#![cfg(test)]

use jiff::Timestamp;
use serde_json::{Value, json};
use switchboard_adapter_bland::FACTORY;
use switchboard_core::{
    error::Result,
    model::PhoneNumber,
    vendor::{Adapter, CallObservations, CallWindow, Exchange, Reply, Request},
};

const PEER: &str = "+4930123456";

fn account() -> Box<dyn Adapter> {
    (FACTORY.build)(json!({ "api_key": "placeholder-key-0001" })).unwrap()
}

fn window() -> CallWindow {
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    CallWindow::since(at("2026-11-20T09:00:00Z"), at("2026-11-20T10:00:00Z"))
}

fn list(window: &CallWindow) -> Exchange<CallObservations> {
    account().calls().unwrap().recent(window).unwrap()
}

type Read = Box<dyn FnOnce(Reply) -> Result<Exchange<CallObservations>>>;

fn sent(exchange: Exchange<CallObservations>) -> (Request, Read) {
    match exchange {
        Exchange::Send(request, read) => (request, Box::new(move |reply| read(account().admit(reply)?))),
        Exchange::Done(_) => panic!("a request was expected"),
    }
}

fn asked(request: &Request) -> Option<String> {
    let mut query = request.query.iter();
    query.find(|(name, _)| *name == "to_number").map(|(_, value)| value.to_string())
}

fn page(ids: &[&str]) -> Reply {
    let row = |id: &&str| json!({ "call_id": id, "created_at": "2026-11-20T09:30:00Z", "to": PEER, "completed": false });
    let calls: Vec<Value> = ids.iter().map(row).collect();
    Reply::json(200, json!({ "count": ids.len(), "total_count": ids.len(), "calls": calls }))
}

fn peer() -> PhoneNumber {
    PhoneNumber::new(PEER).unwrap()
}

#[test]
fn only_the_calls_to_the_number_are_listed() {
    let (request, read) = sent(list(&window().with_peer(peer()).outbound()));
    assert_eq!(asked(&request).as_deref(), Some(PEER));
    let Exchange::Done(found) = read(page(&["call-1"])).unwrap() else {
        panic!("one page is the whole list")
    };
    assert_eq!((found.rows.len(), found.is_complete), (1, true));
}

#[test]
fn an_empty_answer_about_the_number_is_no_proof() {
    let (_, read) = sent(list(&window().with_peer(peer()).outbound()));
    let (request, read) = sent(read(page(&[])).unwrap());
    assert_eq!(asked(&request), None, "the whole list is read");
    let Exchange::Done(found) = read(page(&["call-1", "call-2"])).unwrap() else {
        panic!("one page is the whole list")
    };
    assert_eq!((found.rows.len(), found.is_complete), (2, true));
}

#[test]
fn calls_from_the_number_are_not_left_out() {
    for both in [window().with_peer(peer()), window().outbound(), window()] {
        let (request, _) = sent(list(&both));
        assert_eq!(asked(&request), None, "{both:?}");
    }
}
