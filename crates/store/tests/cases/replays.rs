//! Replays.

use std::sync::Arc;

use switchboard_core::error::Kind;
use switchboard_store::{Mutation, Replay, Store};

use super::replay;
use crate::fixture::refused;

pub async fn a_request_is_remembered_as_it_was(store: Arc<dyn Store>) {
    let bare = Replay { operation: None, reply: Some(Vec::new()), ..replay("other", "") };
    for given in [replay("key", "op_1"), bare] {
        store.commit(vec![Mutation::Remember(given.clone())]).await.unwrap();
        assert_eq!(store.replay("dev", &given.key).await.unwrap(), Some(given));
    }
    assert_eq!(store.replay("dev", "unknown").await.unwrap(), None);
    assert_eq!(store.replay("another", "key").await.unwrap(), None);
}

pub async fn a_key_is_remembered_once(store: Arc<dyn Store>) {
    let first = replay("key", "op_1");
    store.commit(vec![Mutation::Remember(first.clone())]).await.unwrap();
    let again = || vec![Mutation::Remember(replay("key", "op_2"))];
    assert_eq!(refused(store.commit(again()).await), Kind::IdempotencyInProgress);
    store
        .commit(vec![Mutation::Answer { operation: "op_1".to_owned(), reply: b"201".to_vec() }])
        .await
        .unwrap();
    assert_eq!(refused(store.commit(again()).await), Kind::IdempotencyInProgress);
    let answered = Replay { reply: Some(b"201".to_vec()), ..first };
    assert_eq!(store.replay("dev", "key").await.unwrap(), Some(answered));
    let another = Replay { scope: "another".to_owned(), ..replay("key", "op_3") };
    store.commit(vec![Mutation::Remember(another)]).await.unwrap();
}

pub async fn an_answer_finds_its_request(store: Arc<dyn Store>) {
    let steps = [replay("one", "op_1"), replay("two", "op_2")].map(Mutation::Remember);
    store.commit(steps.to_vec()).await.unwrap();
    let bytes: Vec<u8> = (0..=255).collect();
    let answer = |operation: &str| Mutation::Answer { operation: operation.to_owned(), reply: bytes.clone() };
    // An operation without a key has no request to answer.
    store.commit(vec![answer("op_2"), answer("op_3")]).await.unwrap();
    assert_eq!(store.replay("dev", "one").await.unwrap().unwrap().reply, None);
    assert_eq!(store.replay("dev", "two").await.unwrap().unwrap().reply, Some(bytes.clone()));
    // The first answer is kept.
    store.commit(vec![Mutation::Answer { operation: "op_2".to_owned(), reply: Vec::new() }]).await.unwrap();
    assert_eq!(store.replay("dev", "two").await.unwrap().unwrap().reply, Some(bytes));
}
