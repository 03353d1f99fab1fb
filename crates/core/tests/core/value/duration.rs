//! Durations, as numbers on the wire.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};
use switchboard_core::model::{Leaf, Measure, Millis, Quantity, Seconds};

fn seconds(value: Value) -> Option<Seconds> {
    serde_json::from_value(value).ok()
}

#[test]
fn numbers_are_read_and_written_in_the_unit() {
    for (number, nanos) in [
        (json!(0.1), 100_000_000),
        (json!(1.5), 1_500_000_000),
        (json!(0), 0),
        (json!(1), 1_000_000_000),
        (json!(86_400), 86_400_000_000_000),
        (json!(0.000_000_001), 1),
    ] {
        let read = seconds(number.clone()).unwrap();
        assert_eq!(read.0, Duration::from_nanos(nanos));
        assert_eq!(json!(read), number, "whole where it is whole");
    }
    let millis: Millis = serde_json::from_value(json!(0.5)).unwrap();
    assert_eq!((millis.0, json!(millis)), (Duration::from_micros(500), json!(0.5)));
    assert_eq!(json!(Millis(Duration::from_secs(1))), json!(1000));
}

#[test]
fn messages_show_milliseconds_at_most() {
    for (nanos, shown) in [
        (0, "0"),
        (10_000_000_000, "10"),
        (300_000_000, "0.3"),
        (42_999_996_000, "43"),
        (12_345_678_901, "12.346"),
        (300_000_000_001, "300"),
    ] {
        let seconds = Seconds(Duration::from_nanos(nanos));
        assert_eq!(seconds.to_string(), shown);
        assert_eq!(json!(seconds.in_millis()).to_string(), shown, "a rounded duration is shown alike");
    }
    let longest = Seconds(Duration::MAX);
    assert_eq!(longest.in_millis(), longest);
}

#[test]
fn a_float_that_is_whole_is_the_whole_number() {
    assert_eq!(seconds(json!(2.0)), seconds(json!(2)));
    assert_eq!(json!(seconds(json!(2.0))), json!(2));
    assert_eq!(json!(seconds(json!(-0.0))), json!(0));
}

#[test]
fn an_invalid_duration_is_refused_with_a_message() {
    for wrong in [json!(-1), json!(-0.001), json!(1e300), json!("5"), json!(null), json!([5]), json!(true)] {
        assert_eq!(seconds(wrong.clone()), None, "{wrong}");
    }
    let error = serde_json::from_value::<Millis>(json!(-5)).unwrap_err();
    assert_eq!(error.to_string(), "must be a number of milliseconds, zero or more");
}

#[test]
fn large_ones_neither_wrap_nor_panic() {
    let longest = Seconds(Duration::MAX);
    assert_eq!(longest.measure(), Measure::Number(longest.number()));
    assert!(json!(longest).is_u64());
    assert!(json!(Millis(Duration::MAX)).as_f64().unwrap() > 1e19);
    assert_eq!(
        Seconds::from_number(1e19).map(|seconds| seconds.0.as_secs()),
        Some(10_000_000_000_000_000_000)
    );
    for none in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX] {
        assert_eq!(Seconds::from_number(none), None);
        assert_eq!(Millis::from_number(none), None);
    }
}

#[test]
fn debug_says_the_time_and_not_the_type() {
    assert_eq!(format!("{:?}", Millis(Duration::from_millis(1500))), "1.5s");
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn every_nanosecond_of_a_day_comes_back(nanos in 0..=86_400_000_000_000_u64) {
        let duration = Duration::from_nanos(nanos);
        prop_assert_eq!(serde_json::from_value::<Seconds>(json!(Seconds(duration))).unwrap().0, duration);
        prop_assert_eq!(serde_json::from_value::<Millis>(json!(Millis(duration))).unwrap().0, duration);
    }

    #[test]
    fn any_number_is_a_duration_or_none(number in any::<f64>()) {
        for duration in [Seconds::from_number(number).map(|s| s.0), Millis::from_number(number).map(|m| m.0)].into_iter().flatten() {
            prop_assert!(number >= 0.0, "{} became {:?}", number, duration);
        }
    }
}
