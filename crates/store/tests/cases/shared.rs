//! A database that is opened more than once, in sequence or concurrently.

use std::{sync::Arc, time::Duration};

use secrecy::ExposeSecret as _;
use sqlx::{Connection as _, Executor as _, PgConnection};
use switchboard_core::error::Kind;
use switchboard_store::{
    Collection::Agents,
    Ending::Succeeded,
    MigrationState::{Open, Planned},
    MoveState::Waiting,
    Mutation, Next, Retention, Row,
};
use tokio::{task::JoinSet, time::timeout};

use super::{
    call_races::{at_most_the_cap, claimed_by_many as calls_claimed_by_many, leased_to_one},
    claims::claimed_by_many,
    migration,
    migrations::added,
    moving,
    operations::{LONG, begin, found, settle},
    races::winners,
    replay,
    sweeps::FOREVER,
};
use crate::{
    fixture::{document, insert, operation, refused, revision, row, update},
    home::Home,
};

pub async fn all_is_kept_when_closed(home: Arc<Home>) {
    let first = home.open().await;
    let steps = vec![
        Mutation::Insert(row("agt_1")),
        Mutation::AddRevision(revision("agt_1", 1)),
        Mutation::Begin { operation: operation("op_1", "agt_1"), hold: None },
        Mutation::Remember(replay("key", "op_1")),
        Mutation::Answer { operation: "op_1".to_owned(), reply: b"202".to_vec() },
        Mutation::AddMigration(migration("mig_1", Open)),
        Mutation::AddMove(moving("mig_1", "agt_1", Waiting)),
    ];
    first.commit(steps).await.unwrap();
    update(&*first, &row("agt_1")).await.unwrap();
    let before = found(&*first, "op_1").await;
    let moves = first.moves("mig_1", &[], None, 10).await.unwrap();
    first.close().await;

    let second = home.open().await;
    let kept = second.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!((kept.version, kept.document), (2, row("agt_1").document));
    assert_eq!(kept.secrets.read().unwrap().unwrap().expose_secret(), "secret of agt_1");
    let revision = second.revision(Agents, "agt_1", 1).await.unwrap().unwrap();
    assert_eq!(revision.secrets.read().unwrap().unwrap().expose_secret(), "secret of agt_1 at 1");
    assert_eq!(found(&*second, "op_1").await, before);
    assert_eq!(second.migration("mig_1").await.unwrap().unwrap().state, Open);
    assert_eq!(second.moves("mig_1", &[], None, 10).await.unwrap(), moves);
    assert_eq!(second.replay("dev", "key").await.unwrap().unwrap().reply.unwrap(), b"202");
    assert_eq!(second.claim(LONG, &[], 10).await.unwrap()[0].id, "op_1");
}

pub async fn all_is_kept_when_dropped(home: Arc<Home>) {
    let first = home.open().await;
    insert(&*first, &row("agt_1")).await.unwrap();
    drop(first);
    assert!(home.open().await.get(Agents, "agt_1").await.unwrap().is_some());
}

pub async fn replicas_see_what_the_others_wrote(home: Arc<Home>) {
    let (one, other) = (home.open().await, home.open().await);
    insert(&*one, &row("agt_1")).await.unwrap();
    let seen = other.get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!(seen.secrets.read().unwrap().unwrap().expose_secret(), "secret of agt_1");
    update(&*other, &row("agt_1")).await.unwrap();
    assert_eq!(refused(update(&*one, &row("agt_1")).await), Kind::PreconditionFailed);
}

pub async fn a_hold_lasts_when_a_replica_opens(home: Arc<Home>) {
    let one = home.open().await;
    begin(&*one, operation("op_1", "agt_1"), Some(LONG)).await.unwrap();
    let other = home.open().await;
    assert!(other.claim(LONG, &[], 10).await.unwrap().is_empty());
    settle(&*one, &found(&*other, "op_1").await, Next::End(Succeeded)).await.unwrap();
}

pub async fn each_operation_goes_to_one_replica(home: Arc<Home>) {
    let stores = [home.open().await, home.open().await];
    for number in 0..60 {
        let hold = (number % 2 == 0).then_some(Duration::ZERO);
        let begun = begin(&*stores[0], operation(&format!("op_{number}"), &format!("agt_{number}")), hold);
        begun.await.unwrap();
    }
    assert_eq!(claimed_by_many(&stores).await.len(), 60);
}

pub async fn one_replica_wins_a_key(home: Arc<Home>) {
    let stores = [home.open().await, home.open().await];
    let won = winners(50, Kind::IdempotencyInProgress, |rival| {
        let store = Arc::clone(&stores[rival % 2]);
        let steps = vec![
            Mutation::Insert(row(&format!("agt_{rival}"))),
            Mutation::Remember(replay("key", &format!("op_{rival}"))),
        ];
        async move { store.commit(steps).await }
    });
    assert_eq!(won.await, 1);
    assert_eq!(stores[0].remote_ids(Agents, "qcall-eu").await.unwrap().len(), 1);
}

pub async fn replicas_lose_no_update(home: Arc<Home>) {
    const UPDATES: u64 = 20;
    let stores = [home.open().await, home.open().await];
    insert(&*stores[0], &Row { document: document(0), ..row("agt_1") }).await.unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..8 {
        let store = Arc::clone(&stores[number % 2]);
        tasks.spawn(async move {
            let mut done = 0;
            while done < UPDATES {
                let found = store.get(Agents, "agt_1").await.unwrap().unwrap();
                let count = found.document.read::<u64>().unwrap();
                match update(&*store, &Row { document: document(count + 1), ..found }).await {
                    Ok(()) => done += 1,
                    Err(error) => assert_eq!(error.kind, Kind::PreconditionFailed, "{error:?}"),
                }
            }
        });
    }
    tasks.join_all().await;
    let found = stores[1].get(Agents, "agt_1").await.unwrap().unwrap();
    assert_eq!(found.document, document(8 * UPDATES));
}

/// Checks commits that change the same rows in different orders and so block each other.
pub async fn crossing_commits_get_through(home: Arc<Home>) {
    let stores = [home.open().await, home.open().await];
    for id in ["agt_1", "agt_2"] {
        insert(&*stores[0], &row(id)).await.unwrap();
    }
    let done = async |number: usize| {
        let store = Arc::clone(&stores[number % 2]);
        let mut ids = ["agt_1", "agt_2"];
        ids.rotate_left(number % 2);
        loop {
            let mut steps = Vec::new();
            for id in ids {
                steps.push(Mutation::Update(store.get(Agents, id).await.unwrap().unwrap()));
            }
            match store.commit(steps).await {
                Ok(()) => break,
                Err(error) => assert_eq!(error.kind, Kind::PreconditionFailed, "{error:?}"),
            }
        }
    };
    for _ in 0..20 {
        tokio::join!(done(0), done(1), done(2), done(3));
    }
    for id in ["agt_1", "agt_2"] {
        assert_eq!(stores[0].get(Agents, id).await.unwrap().unwrap().version, 81);
    }
}

pub async fn replicas_exceed_no_cap_together(home: Arc<Home>) {
    at_most_the_cap(&[home.open().await, home.open().await]).await;
}

pub async fn each_call_goes_to_one_replica(home: Arc<Home>) {
    calls_claimed_by_many(&[home.open().await, home.open().await]).await;
}

pub async fn one_replica_gets_a_lease(home: Arc<Home>) {
    leased_to_one(&[home.open().await, home.open().await]).await;
}

/// Starts a planned migration while a sweep waits to delete it. After the start is committed, the sweep must keep the
/// migration.
pub async fn a_plan_that_starts_is_not_forgotten(home: Arc<Home>) {
    let store = home.open().await;
    added(&*store, "mig_1", Planned).await;
    let mut other = PgConnection::connect_with(&home.options()).await.unwrap();
    let mut starting = other.begin().await.unwrap();
    let start = "UPDATE migrations SET state = 'open', version = 2 WHERE id = 'mig_1'";
    starting.execute(start).await.unwrap();
    let sweeper = Arc::clone(&store);
    let none = Retention { plans: Duration::ZERO, ..FOREVER };
    let sweep = tokio::spawn(async move { sweeper.sweep(&none).await });
    let waits = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND transactionid = pg_current_xact_id()::xid)";
    timeout(Duration::from_secs(4), async {
        while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut *starting).await.unwrap() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    starting.commit().await.unwrap();
    assert_eq!(sweep.await.unwrap().unwrap(), 0);
    assert_eq!(store.migration("mig_1").await.unwrap().unwrap().state, Open);
}
