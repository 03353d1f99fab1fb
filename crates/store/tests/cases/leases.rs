//! Leases, and the times up to which the calls of vendors are stored.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use switchboard_store::Store;

use super::operations::LONG;

const NOW: Duration = Duration::ZERO;

pub async fn a_lease_has_one_holder(store: Arc<dyn Store>) {
    let calls = store.calls();
    assert!(calls.acquire("follow:qcall", "one", LONG).await.unwrap());
    assert!(!calls.acquire("follow:qcall", "other", LONG).await.unwrap());
    assert!(!calls.renew("follow:qcall", "other", LONG).await.unwrap());
    assert!(calls.renew("follow:qcall", "one", LONG).await.unwrap());
    assert!(calls.acquire("follow:qcall", "one", LONG).await.unwrap());
    assert!(calls.acquire("follow:opencx", "other", LONG).await.unwrap());
}

pub async fn an_expired_lease_passes_on(store: Arc<dyn Store>) {
    let calls = store.calls();
    assert!(calls.acquire("lease", "one", NOW).await.unwrap());
    assert!(calls.acquire("lease", "other", LONG).await.unwrap());
    assert!(!calls.acquire("lease", "one", LONG).await.unwrap());
    assert!(!calls.renew("lease", "one", LONG).await.unwrap());
}

pub async fn an_expired_lease_is_not_renewed(store: Arc<dyn Store>) {
    let calls = store.calls();
    assert!(!calls.renew("lease", "one", LONG).await.unwrap());
    assert!(calls.acquire("lease", "one", LONG).await.unwrap());
    assert!(calls.renew("lease", "one", NOW).await.unwrap());
    assert!(!calls.renew("lease", "one", LONG).await.unwrap());
    assert!(calls.acquire("lease", "one", LONG).await.unwrap());
}

pub async fn a_lease_is_released_by_its_holder(store: Arc<dyn Store>) {
    let calls = store.calls();
    assert!(calls.acquire("lease", "one", LONG).await.unwrap());
    calls.release("lease", "other").await.unwrap();
    assert!(!calls.acquire("lease", "other", LONG).await.unwrap());
    calls.release("lease", "one").await.unwrap();
    calls.release("lease", "one").await.unwrap();
    assert!(calls.acquire("lease", "other", LONG).await.unwrap());
}

pub async fn the_time_of_the_latest_list_is_kept_for_each_vendor(store: Arc<dyn Store>) {
    let calls = store.calls();
    assert_eq!(calls.listed_at("qcall").await.unwrap(), None);
    let (earlier, later) =
        (Timestamp::from_microsecond(1_790_000_000_000_001), Timestamp::from_second(1_790_000_060));
    for at in [earlier.unwrap(), later.unwrap()] {
        calls.note_listed("qcall", at).await.unwrap();
        assert_eq!(calls.listed_at("qcall").await.unwrap(), Some(at));
    }
    assert_eq!(calls.listed_at("opencx").await.unwrap(), None);
}
