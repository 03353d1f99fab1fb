//! Many callers at once.

use std::{
    future::Future as _,
    sync::Arc,
    task::{Context, Waker},
};

use serde_json::json;
use switchboard_core::Kind;
use switchboard_store::{Collection::Agents, Row, Store};
use tokio::{sync::Barrier, task::JoinSet};

use crate::fixture::{next, row};

const RIVALS: usize = 8;

pub async fn one_update_wins_each_revision(store: Arc<dyn Store>) {
    const ROUNDS: u64 = 20;
    store.insert(&row("agt_1")).await.unwrap();
    let start = Arc::new(Barrier::new(RIVALS));
    let mut rivals = JoinSet::new();
    for rival in 0..RIVALS {
        let (store, start) = (Arc::clone(&store), Arc::clone(&start));
        rivals.spawn(async move {
            let mut won = Vec::new();
            for revision in 1..=ROUNDS {
                start.wait().await;
                let mine = Row { revision: revision + 1, document: json!(rival), ..row("agt_1") };
                match store.update(&mine, revision).await {
                    Ok(()) => won.push((revision + 1, rival)),
                    Err(error) => assert_eq!(error.kind, Kind::PreconditionFailed, "{error:?}"),
                }
                start.wait().await;
                if won.last().is_some_and(|(last, _)| *last == revision + 1) {
                    let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
                    assert_eq!(found.document, json!(rival), "the winner's document is the stored one");
                }
            }
            won
        });
    }
    let mut won: Vec<u64> =
        rivals.join_all().await.into_iter().flatten().map(|(revision, _)| revision).collect();
    won.sort_unstable();
    assert_eq!(won, (2..=ROUNDS + 1).collect::<Vec<_>>());
}

pub async fn one_insert_wins_an_external_ref(store: Arc<dyn Store>) {
    let mut rivals = JoinSet::new();
    for rival in 0..RIVALS {
        let store = Arc::clone(&store);
        rivals.spawn(async move {
            let mine = Row { external_ref: Some("wanted".to_owned()), ..row(&format!("agt_{rival}")) };
            store.insert(&mine).await.map_err(|error| error.kind)
        });
    }
    let results = rivals.join_all().await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
    assert!(results.iter().all(|result| matches!(result, Ok(()) | Err(Kind::AlreadyExists))), "{results:?}");
}

pub async fn an_abandoned_write_happens_whole_or_not_at_all(store: Arc<dyn Store>) {
    for polls in 0..60 {
        let abandoned = row(&format!("agt_{polls}"));
        let mut write = Box::pin(store.insert(&abandoned));
        for _ in 0..polls {
            if write.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(write);
    }
    // Writes are in order, so that this one comes when all of those are settled.
    store.insert(&row("last")).await.unwrap();
    for polls in 0..60 {
        if let Some(found) = store.get(Agents, &format!("agt_{polls}")).await.unwrap() {
            store.update(&next(&found), 1).await.unwrap();
        }
    }
}
