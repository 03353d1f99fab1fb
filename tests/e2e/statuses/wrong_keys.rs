//! Too many wrong API keys from one address.

use super::{
    case::{Case, problem},
    contract::Contract,
    fixture::Fixture,
    operations::PROTECTED,
};
use crate::harness::Harness;

const WRONG: &str = "Bearer the-wrong-key-of-a-stranger";

pub fn cases() -> Vec<Case> {
    let refused = |operation: &'static str| {
        problem(operation, (429, "rate_limited"), |ask| ask.header("authorization", WRONG))
    };
    PROTECTED.into_iter().map(refused).collect()
}

#[tokio::test]
async fn wrong_keys_are_answered_as_documented() {
    let (harness, contract) = (Harness::start().await, Contract::default());
    let standing = Fixture::nowhere();
    for operation in PROTECTED.into_iter().take(20) {
        let wrong = problem(operation, (401, "unauthenticated"), |ask| ask.header("authorization", WRONG));
        wrong.run(&harness, &contract, &standing).await;
    }
    for case in cases() {
        case.run(&harness, &contract, &standing).await;
    }
}
