//! The change from one state of a field to the next.

use proptest::{option::of, prelude::*};
use switchboard_core::rule::Change;

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn a_change_leads_to_what_is_desired(before in of(0..3), desired in of(0..3)) {
        let change = Change::between(before.as_ref(), desired.as_ref());
        prop_assert_eq!(change.applied(), desired.as_ref());
        match (before, desired) {
            (before, desired) if before == desired => prop_assert_eq!(change, Change::Keep(desired.as_ref())),
            (_, None) => prop_assert_eq!(change, Change::Clear),
            (_, Some(_)) => prop_assert_eq!(change, Change::Set(desired.as_ref().unwrap())),
        }
    }
}
