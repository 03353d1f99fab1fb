//! Methods that a path does not have.

use std::collections::BTreeSet;

use super::{case::authorization, contract::Contract};
use crate::harness::{Answer, Harness};

#[tokio::test]
async fn an_unknown_method_gets_the_allowed_methods() {
    let (harness, contract) = (Harness::start().await, Contract::default());
    for (path, mut methods) in contract.methods() {
        let url = format!("{}{path}", harness.gateway.url);
        let request = harness.client.request("PURGE".parse().unwrap(), url);
        let answer = Answer::to(request.header("authorization", authorization())).await;
        let allowed: BTreeSet<_> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
        if methods.contains("GET") {
            methods.insert("HEAD");
        }
        assert_eq!(allowed, methods, "{path}");
        answer.problem(405, "method_not_allowed");
    }
}
