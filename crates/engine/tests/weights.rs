//! The choice among several vendors by weight: its frequencies, and its stability when the weights change.

use std::collections::BTreeMap;

use switchboard_engine::planning::weights::order;

/// The number of keys; every run uses the same keys.
const KEYS: u32 = 10_000;

fn weights(given: &[(&str, u32)]) -> BTreeMap<String, u32> {
    given.iter().map(|(name, weight)| ((*name).to_owned(), *weight)).collect()
}

/// Returns the chosen vendor for each key.
fn chosen(vendors: &BTreeMap<String, u32>) -> Vec<&str> {
    (0..KEYS).map(|number| order(vendors, format!("crm-{number}").as_bytes())[0]).collect()
}

fn share(chosen: &[&str], vendor: &str) -> f64 {
    let count = chosen.iter().filter(|name| **name == vendor).count();
    count as f64 / f64::from(KEYS)
}

#[test]
fn each_vendor_is_chosen_as_often_as_its_weight_says() {
    for given in [
        [("a", 90), ("b", 10), ("c", 0)],
        [("a", 1), ("b", 1), ("c", 1)],
        [("a", 1000), ("b", 1), ("c", 999)],
        [("a", 0), ("b", 7), ("c", 3)],
    ] {
        let vendors = weights(&given);
        let chosen = chosen(&vendors);
        let whole: u32 = vendors.values().sum();
        for (name, weight) in given {
            let (found, expected) = (share(&chosen, name), f64::from(weight) / f64::from(whole));
            // 0.02 is four standard deviations for 10,000 choices between two equal weights.
            assert!((found - expected).abs() < 0.02, "{given:?}: {name} {found}");
            assert_eq!(found == 0.0, weight == 0, "{given:?}: {name}");
        }
    }
}

#[test]
fn weights_that_change_move_no_more_than_they_have_to() {
    let (before, after) = (weights(&[("a", 90), ("b", 10)]), weights(&[("a", 80), ("b", 20)]));
    let (before, after) = (chosen(&before), chosen(&after));
    let moves: Vec<_> = before.iter().zip(&after).filter(|(old, new)| old != new).collect();
    assert!(moves.iter().all(|(old, new)| (**old, **new) == ("a", "b")), "a key moved away from b");
    let moved = moves.len() as f64 / f64::from(KEYS);
    assert!((moved - 0.1).abs() < 0.02, "{moved} moved");
    // Doubling all weights changes nothing.
    assert_eq!(before, chosen(&weights(&[("a", 180), ("b", 20)])));
    // A new vendor takes its share from every other vendor, and keys move only to the new vendor.
    let wider = weights(&[("a", 90), ("b", 10), ("c", 100)]);
    let wider = chosen(&wider);
    assert!(before.iter().zip(&wider).all(|(old, new)| old == new || *new == "c"));
    assert!((share(&wider, "c") - 0.5).abs() < 0.02);
}

#[test]
fn the_choice_continues_among_the_remaining_vendors() {
    let vendors = weights(&[("a", 3), ("b", 2), ("c", 1)]);
    for number in 0..KEYS {
        let key = format!("crm-{number}");
        let all = order(&vendors, key.as_bytes());
        let mut rest = vendors.clone();
        rest.remove(all[0]).unwrap();
        assert_eq!(order(&rest, key.as_bytes()), all[1..], "{key}");
    }
}
