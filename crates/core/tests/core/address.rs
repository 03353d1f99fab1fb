//! The ids that requests to a vendor can contain.

use switchboard_core::vendor::is_addressable;

#[test]
fn the_limit_of_an_id_counts_characters() {
    for id in ["a", "a/b c", "+15550100123", &"a".repeat(255), &"é".repeat(255), &"\u{10400}".repeat(255)] {
        assert!(is_addressable(id), "{id}");
    }
    for id in ["", ".", "..", "a\nb", &"a".repeat(256), &"é".repeat(256)] {
        assert!(!is_addressable(id), "{id}");
    }
}
