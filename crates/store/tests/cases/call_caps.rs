//! Caps on dials.

use std::{sync::Arc, time::Duration};

use switchboard_core::error::{Kind, Result};
use switchboard_store::{
    CallCap::{self, MaxLive, PerDay, PerMinute, PerNumberPerDay},
    CallCaps,
    CallProgress::{Live, Over, Settling},
    CallRow, Store,
};

use super::{
    calls::{add_within, drop_call, found, update},
    pointers,
};
use crate::fixture::call;

pub const WIDE: CallCaps =
    CallCaps { max_live: 1000, per_minute: 1000, per_day: 1000, per_number_per_day: 1000 };
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Returns wide caps except for one.
fn narrow(cap: CallCap, limit: u32) -> CallCaps {
    match cap {
        MaxLive => CallCaps { max_live: limit, ..WIDE },
        PerMinute => CallCaps { per_minute: limit, ..WIDE },
        PerDay => CallCaps { per_day: limit, ..WIDE },
        PerNumberPerDay => CallCaps { per_number_per_day: limit, ..WIDE },
    }
}

/// Returns a call to the same number for every id. The call does not exclude other dials to the number.
pub fn dial(id: &str) -> CallRow {
    CallRow { peer: Some(b"peer".to_vec()), dialling: false, ..call(id) }
}

/// Returns the pointers to the reached caps and the wait.
fn reached(result: Result<()>) -> (Vec<String>, Option<Duration>) {
    let error = result.unwrap_err();
    assert_eq!(error.kind, Kind::StateConflict, "{error:?}");
    (pointers(&error), error.retry_after)
}

pub async fn each_cap_refuses_one_more_call(store: Arc<dyn Store>) {
    for id in ["a", "b"] {
        add_within(&*store, dial(id), WIDE).await.unwrap();
    }
    for (cap, longest) in
        [(MaxLive, None), (PerMinute, Some(MINUTE)), (PerDay, Some(DAY)), (PerNumberPerDay, Some(DAY))]
    {
        for limit in [1, 2] {
            let (names, wait) = reached(add_within(&*store, dial("c"), narrow(cap, limit)).await);
            assert_eq!(names, [format!("/{}", cap.as_str())]);
            assert_eq!(wait.is_some(), longest.is_some(), "{cap:?}");
            let within = |(wait, longest)| wait <= longest && wait > longest / 2;
            assert!(wait.zip(longest).is_none_or(within), "{cap:?}: {wait:?}");
        }
        let (names, wait) = reached(add_within(&*store, dial("c"), narrow(cap, 0)).await);
        assert_eq!((names.len(), wait), (1, None), "no wait makes room under a cap of 0");
        assert!(store.calls().get("c").await.unwrap().is_none());
        add_within(&*store, dial("c"), narrow(cap, 3)).await.unwrap();
        drop_call(&*store, &found(&*store, "c").await).await.unwrap();
    }
}

pub async fn a_refusal_names_the_limit_and_the_calls(store: Arc<dyn Store>) {
    for id in ["a", "b", "c"] {
        add_within(&*store, dial(id), WIDE).await.unwrap();
    }
    for (cap, of) in [
        (MaxLive, "live calls of the vendor qcall-eu"),
        (PerMinute, "calls of the vendor qcall-eu in the last 60 seconds"),
        (PerDay, "calls of the vendor qcall-eu in the last 24 hours"),
        (PerNumberPerDay, "calls to the number in the last 24 hours"),
    ] {
        for limit in [0, 2] {
            let error = add_within(&*store, dial("d"), narrow(cap, limit)).await.unwrap_err();
            let expected = format!("The limit `{}` is {limit}, and there are 3 {of}.", cap.as_str());
            assert_eq!(error.violations[0].detail, expected);
        }
    }
}

pub async fn all_reached_caps_are_named(store: Arc<dyn Store>) {
    add_within(&*store, dial("a"), WIDE).await.unwrap();
    let one = CallCaps { max_live: 1, per_minute: 1, per_day: 1, per_number_per_day: 1 };
    let (names, wait) = reached(add_within(&*store, dial("b"), one).await);
    assert_eq!(names, ["/max_live", "/per_minute", "/per_day", "/per_number_per_day"]);
    assert!(wait.unwrap() > DAY / 2, "{wait:?}");
    // A call without a number is not limited by the cap per number.
    let withheld = CallRow { peer: None, ..dial("b") };
    let (names, _) = reached(add_within(&*store, withheld, one).await);
    assert_eq!(names, ["/max_live", "/per_minute", "/per_day"]);
}

pub async fn calls_that_are_not_counted_leave_room(store: Arc<dyn Store>) {
    let one = CallCaps { max_live: 1, per_minute: 1, per_day: 1, per_number_per_day: 1 };
    for id in ["a", "b"] {
        let seen = CallRow { counted: false, progress: Live, origin: "vendor".to_owned(), ..dial(id) };
        add_within(&*store, seen, WIDE).await.unwrap();
    }
    let elsewhere = CallRow { vendor: "opencx".to_owned(), peer: Some(b"other".to_vec()), ..dial("c") };
    add_within(&*store, elsewhere, one).await.unwrap();
    add_within(&*store, dial("d"), one).await.unwrap();
}

pub async fn a_call_that_has_ended_is_not_live(store: Arc<dyn Store>) {
    let one = narrow(MaxLive, 1);
    add_within(&*store, dial("a"), one).await.unwrap();
    let (names, _) = reached(add_within(&*store, dial("b"), one).await);
    assert_eq!(names, ["/max_live"]);
    let ended = CallRow { progress: Settling, ..found(&*store, "a").await };
    update(&*store, &ended, None).await.unwrap();
    add_within(&*store, dial("b"), one).await.unwrap();
    // It still counts for the day.
    let (names, _) = reached(add_within(&*store, dial("c"), narrow(PerDay, 2)).await);
    assert_eq!(names, ["/per_day"]);
}

pub async fn a_dial_that_was_not_made_gives_its_place_back(store: Arc<dyn Store>) {
    let one = CallCaps { max_live: 1, per_minute: 1, per_day: 1, per_number_per_day: 1 };
    add_within(&*store, dial("a"), one).await.unwrap();
    drop_call(&*store, &found(&*store, "a").await).await.unwrap();
    add_within(&*store, dial("b"), one).await.unwrap();
    let not_placed = CallRow { progress: Over, counted: false, ..found(&*store, "b").await };
    update(&*store, &not_placed, None).await.unwrap();
    add_within(&*store, dial("c"), one).await.unwrap();
    reached(add_within(&*store, dial("d"), one).await);
}

pub async fn a_number_is_counted_at_all_vendors(store: Arc<dyn Store>) {
    for (id, vendor) in [("a", "qcall"), ("b", "opencx")] {
        let dial = CallRow { vendor: vendor.to_owned(), ..dial(id) };
        add_within(&*store, dial, narrow(PerNumberPerDay, 2)).await.unwrap();
    }
    let third = CallRow { vendor: "vapi".to_owned(), ..dial("c") };
    let (names, _) = reached(add_within(&*store, third, narrow(PerNumberPerDay, 2)).await);
    assert_eq!(names, ["/per_number_per_day"]);
}

pub async fn usage_tells_what_is_left(store: Arc<dyn Store>) {
    add_within(&*store, dial("a"), WIDE).await.unwrap();
    let caps = CallCaps { max_live: 1, per_minute: 2, per_day: 1, per_number_per_day: 0 };
    let calls = store.calls();
    let used = calls.usage("qcall-eu", Some(b"peer"), &caps).await.unwrap();
    let seen: Vec<_> =
        used.iter().map(|used| (used.cap, used.limit, used.calls, used.is_reached())).collect();
    assert_eq!(
        seen,
        [
            (MaxLive, 1, 1, true),
            (PerMinute, 2, 1, false),
            (PerDay, 1, 1, true),
            (PerNumberPerDay, 0, 1, true)
        ]
    );
    let waits: Vec<_> = used.iter().map(|used| used.wait).collect();
    assert_eq!((waits[0], waits[1], waits[3]), (None, Some(Duration::ZERO), None));
    assert!(waits[2].is_some_and(|wait| wait <= DAY && wait > DAY / 2), "{waits:?}");
    let without_number = calls.usage("qcall-eu", None, &caps).await.unwrap();
    let without_number: Vec<_> = without_number.iter().map(|used| used.cap).collect();
    assert_eq!(without_number, [MaxLive, PerMinute, PerDay]);
}
