//! Numbers: units, steps and ranges.

use std::time::Duration;

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};
use switchboard_core::{
    facts::Facts,
    model::{Millis, Seconds},
    rule::{Codec, Domain, Number, Verdict, minutes, number, seconds},
};

use super::{holds_the_laws, taken};

/// The limits of a vendor's number, in thousandths, so that the expected value can be computed without
/// fractions.
#[derive(Debug, Clone, Copy)]
struct Vendor {
    scale: u64,
    step: u64,
    from: u64,
    to: u64,
}

/// The kinds of numbers that vendors have: tenths, whole numbers in another unit, hundreds, quarters.
const VENDORS: [Vendor; 5] = [
    Vendor { scale: 1, step: 100, from: 700, to: 1_200 },
    Vendor { scale: 10, step: 1_000, from: 1_000, to: 10_000 },
    Vendor { scale: 1_000, step: 1_000, from: 0, to: 5_000_000 },
    Vendor { scale: 1, step: 100_000, from: 600_000, to: 2_000_000 },
    Vendor { scale: 5, step: 250, from: 0, to: 5_000 },
];

impl Vendor {
    fn codec(self) -> Number {
        let thousandths = |n: u64| n as f64 / 1_000.0;
        number()
            .scaled(self.scale as f64, "notches")
            .steps(thousandths(self.step))
            .within(thousandths(self.from)..=thousandths(self.to))
    }

    /// Returns the value that is sent, and the verdict if it differs from the desired value.
    fn expected(self, value: u64) -> (u64, Option<Verdict>) {
        let asked = value * self.scale;
        let stepped = (2 * asked + self.step) / (2 * self.step) * self.step;
        let sent = stepped.clamp(self.from, self.to);
        let verdict = match () {
            () if sent == asked => None,
            () if sent == stepped => Some(Verdict::Rounded),
            () => Some(Verdict::Clamped),
        };
        (sent, verdict)
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn steps_and_ranges_are_applied_and_reported(vendor in select(&VENDORS), value in 0..6_000_u64) {
        let value = value * (vendor.to / vendor.scale / 4_000).max(1);
        // Skip values halfway between two steps: binary fractions represent them slightly too low or too
        // high.
        prop_assume!(2 * value * vendor.scale % vendor.step != 0 || value * vendor.scale % vendor.step == 0);
        let (sent, verdict) = vendor.expected(value);
        let crossing = holds_the_laws(&vendor.codec(), &Facts::default(), &(value as f64 / 1_000.0))?;
        prop_assert_eq!(crossing.loss.map(|loss| loss.verdict), verdict);
        prop_assert_eq!(crossing.wire.as_f64(), Some(sent as f64 / 1_000.0));
        prop_assert_eq!(crossing.wire.is_i64(), sent % 1_000 == 0, "whole where it is whole");
    }

    #[test]
    fn a_number_in_the_same_unit_crosses_as_it_is(value in prop_oneof![0.0..4.0_f64, any::<f64>()]) {
        prop_assume!(f64::is_finite(value));
        prop_assert!(holds_the_laws(&number(), &Facts::default(), &value)?.loss.is_none());
    }

    #[test]
    fn only_a_range_clamps(value in -1.0..5.0) {
        let crossing = holds_the_laws(&number().within(0.7..=1.2), &Facts::default(), &value)?;
        let inside = (0.7..=1.2).contains(&value);
        prop_assert_eq!(crossing.loss.map(|loss| loss.verdict), (!inside).then_some(Verdict::Clamped));
    }

    #[test]
    fn a_decimal_in_another_unit_comes_back(value in 0..1_000_000_000_u64, scale in select(&[5.0, 10.0, 100.0, 1000.0])) {
        let value = value as f64 / 1e6;
        let codec = number().scaled(scale, "parts");
        prop_assert!(holds_the_laws(&codec, &Facts::default(), &value)?.loss.is_none());
    }

    #[test]
    fn minutes_are_rounded_up(millis in 0..10_800_000_u64) {
        let value = Seconds(Duration::from_millis(millis));
        let crossing = holds_the_laws(&minutes().within(1.0..=120.0), &Facts::default(), &value)?;
        let up = millis.div_ceil(60_000);
        prop_assert_eq!(&crossing.wire, &json!(up.clamp(1, 120)));
        let verdict = match () {
            () if !(1..=120).contains(&up) => Some(Verdict::Clamped),
            () if millis % 60_000 != 0 => Some(Verdict::Rounded),
            () => None,
        };
        prop_assert_eq!(crossing.loss.map(|loss| loss.verdict), verdict);
    }

    #[test]
    fn durations_cross_in_their_own_unit_and_in_others(millis in 0..100_000_000_u64) {
        let duration = Duration::from_millis(millis);
        let facts = Facts::default();
        prop_assert!(holds_the_laws(&number(), &facts, &Seconds(duration))?.loss.is_none());
        prop_assert!(holds_the_laws(&number(), &facts, &Millis(duration))?.loss.is_none());
        let thousands = number().scaled(1000.0, "milliseconds").steps(1.0);
        let crossing = holds_the_laws(&thousands, &facts, &Seconds(duration))?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(millis), true));
        let rounded = holds_the_laws(&seconds(), &facts, &Seconds(duration))?;
        prop_assert_eq!(rounded.wire, json!((millis + 500) / 1000));
    }

    #[test]
    fn counts_cross(count in any::<u32>()) {
        let crossing = holds_the_laws(&number(), &Facts::default(), &count)?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(count), true));
    }

    #[test]
    fn what_is_read_need_not_be_what_is_taken(wire in 0..1_000_000_u64) {
        let codec = number().steps(0.1).within(0.7..=1.2);
        let value = wire as f64 / 1000.0;
        prop_assert_eq!(codec.decode(&json!(value), &Facts::default()), Some(value));
        prop_assert_eq!(codec.decode(&json!(value.to_string()), &Facts::default()), Some(value));
    }
}

#[test]
fn the_ends_of_the_domain_cross_as_they_are() {
    for vendor in VENDORS {
        let codec = vendor.codec();
        let Domain::Number { min: Some(min), max: Some(max), .. } = Codec::<f64>::domain(&codec) else {
            panic!("a range was expected")
        };
        for (end, wire) in [(min, vendor.from), (max, vendor.to)] {
            let crossing = taken(&codec, &Facts::default(), &end);
            assert_eq!(crossing.wire.as_f64(), Some(wire as f64 / 1_000.0), "{vendor:?}");
            assert_ne!(crossing.loss.map(|loss| loss.verdict), Some(Verdict::Clamped), "{vendor:?}");
        }
    }
}

#[test]
fn the_reason_names_what_the_vendor_takes() {
    let why = |codec: &Number, value: f64| taken(codec, &Facts::default(), &value).loss.unwrap().why;
    let tenths = number().steps(0.1).within(0.7..=2.0);
    assert_eq!(why(&tenths, 0.1), "The vendor takes 0.7 to 2.");
    assert_eq!(why(&tenths, 1.15), "The vendor takes steps of 0.1.");
    assert_eq!(why(&seconds(), 1.5), "The vendor takes whole numbers.");
    assert_eq!(why(&minutes(), 90.0), "The vendor takes whole minutes, rounded up.");
    let tens = number().scaled(10.0, "tenths").within(1.0..=10.0);
    assert_eq!(why(&tens, 0.0), "The vendor takes 1 to 10 tenths.");
}

#[test]
fn what_is_no_number_is_not_read() {
    for wire in [
        json!("loud"),
        json!(""),
        json!("NaN"),
        json!("inf"),
        json!([1]),
        json!({}),
        json!(true),
        Value::Null,
    ] {
        assert_eq!(Codec::<f64>::decode(&number(), &wire, &Facts::default()), None, "{wire}");
    }
    for wire in [json!(-1), json!("-0.5"), json!(1e300)] {
        assert_eq!(Codec::<Seconds>::decode(&number(), &wire, &Facts::default()), None, "{wire}");
        assert_eq!(Codec::<u32>::decode(&number(), &wire, &Facts::default()), None, "{wire}");
    }
}
