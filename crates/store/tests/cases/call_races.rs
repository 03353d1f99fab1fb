//! Concurrent callers that change calls.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use switchboard_core::error::Kind;
use switchboard_store::{CallCaps, CallMutation, CallProgress::Sent, CallRow, CallSearch, Store};
use tokio::{sync::Barrier, task::JoinSet};

use super::{
    call_caps::{WIDE, dial},
    call_claims::live,
    calls::{NOW, add, add_within, change, found, update},
    operations::LONG,
    races::winners,
};
use crate::fixture::call;

pub async fn one_dial_of_many_to_a_number_begins(store: Arc<dyn Store>) {
    let won = winners(16, Kind::StateConflict, |rival| {
        let store = Arc::clone(&store);
        let mine = CallRow { dialling: true, ..dial(&format!("call_{rival}")) };
        async move { add(&*store, mine, Some(LONG)).await }
    });
    assert_eq!(won.await, 1);
}

pub async fn one_call_of_many_is_bound(store: Arc<dyn Store>) {
    for rival in 0..16 {
        add(&*store, live(&format!("call_{rival}")), Some(LONG)).await.unwrap();
    }
    let won = winners(16, Kind::AlreadyExists, |rival| {
        let store = Arc::clone(&store);
        async move {
            let mine = found(&*store, &format!("call_{rival}")).await;
            update(&*store, &CallRow { remote_id: Some("wanted".to_owned()), ..mine }, None).await
        }
    });
    assert_eq!(won.await, 1);
    assert_eq!(store.calls().bound("qcall-eu", &["wanted".to_owned()]).await.unwrap().len(), 1);
}

pub async fn caps_are_exact_among_many(store: Arc<dyn Store>) {
    at_most_the_cap(&[store]).await;
}

/// Adds many calls concurrently on these stores of one database, and checks that exactly as many succeed as each cap
/// permits.
pub async fn at_most_the_cap(stores: &[Arc<dyn Store>]) {
    let mut before = 0;
    for (round, caps) in [
        CallCaps { max_live: 5, ..WIDE },
        CallCaps { per_minute: 12, ..WIDE },
        CallCaps { per_day: 20, ..WIDE },
        CallCaps { per_number_per_day: 27, ..WIDE },
    ]
    .into_iter()
    .enumerate()
    {
        let won = winners(64, Kind::StateConflict, |rival| {
            let store = Arc::clone(&stores[rival % stores.len()]);
            let mine = dial(&format!("call_{round}_{rival}"));
            async move { add_within(&*store, mine, caps).await }
        })
        .await;
        let limit = [5, 12, 20, 27][round];
        assert_eq!(before + won, limit, "{caps:?}");
        before = limit;
        let listed = stores[0].calls().list(&CallSearch::default(), None, 1000).await.unwrap();
        assert_eq!(listed.len(), limit);
    }
}

/// Lets the holder of an expired hold mark the call as sent while another process claims it. If the claim comes first,
/// the call is not sent.
pub async fn one_of_sent_and_claimed_wins(store: Arc<dyn Store>) {
    for round in 0..30 {
        let id = format!("call_{round}");
        add(&*store, call(&id), Some(NOW)).await.unwrap();
        let (claimer, sender) = (Arc::clone(&store), Arc::clone(&store));
        let sent = CallMutation::MarkSent { id: id.clone(), fence: 1, hold: LONG };
        let (claimed, sent) = tokio::join!(
            tokio::spawn(async move { claimer.calls().claim(LONG, &[], 1).await.unwrap() }),
            tokio::spawn(async move { change(&*sender, sent).await }),
        );
        let (claimed, sent) = (claimed.unwrap(), sent.unwrap());
        assert_ne!(claimed.is_empty(), sent.is_err(), "{claimed:?} {sent:?}");
        assert_eq!(found(&*store, &id).await.progress == Sent, sent.is_ok());
    }
}

pub async fn each_call_goes_to_one_claimer(store: Arc<dyn Store>) {
    claimed_by_many(&[store]).await;
}

/// Claims concurrently on these stores of one database until no call is due, and checks that each call goes to exactly
/// one claimer.
pub async fn claimed_by_many(stores: &[Arc<dyn Store>]) {
    const CALLS: usize = 60;
    const CLAIMERS: usize = 12;
    for number in 0..CALLS {
        add(&*stores[0], live(&format!("call_{number}")), Some(NOW)).await.unwrap();
    }
    let start = Arc::new(Barrier::new(CLAIMERS));
    let mut claimers = JoinSet::new();
    for claimer in 0..CLAIMERS {
        let (store, start) = (Arc::clone(&stores[claimer % stores.len()]), Arc::clone(&start));
        claimers.spawn(async move {
            start.wait().await;
            let mut got = Vec::new();
            while store.calls().next_due(&[]).await.unwrap() == Some(Duration::ZERO) {
                got.extend(store.calls().claim(LONG, &[], 3).await.unwrap());
            }
            got
        });
    }
    let all: Vec<String> = claimers.join_all().await.into_iter().flatten().map(|call| call.id).collect();
    assert_eq!(all.len(), CALLS);
    assert_eq!(all.into_iter().collect::<BTreeSet<_>>().len(), CALLS, "one call went to two claimers");
}

pub async fn one_process_gets_a_lease(store: Arc<dyn Store>) {
    leased_to_one(&[store]).await;
}

/// Acquires one lease concurrently on these stores of one database.
pub async fn leased_to_one(stores: &[Arc<dyn Store>]) {
    const HOLDERS: usize = 16;
    let start = Arc::new(Barrier::new(HOLDERS));
    let mut holders = JoinSet::new();
    for holder in 0..HOLDERS {
        let (store, start) = (Arc::clone(&stores[holder % stores.len()]), Arc::clone(&start));
        holders.spawn(async move {
            start.wait().await;
            store.calls().acquire("lease", &holder.to_string(), LONG).await.unwrap()
        });
    }
    let got = holders.join_all().await.into_iter().filter(|got| *got).count();
    assert_eq!(got, 1);
}
