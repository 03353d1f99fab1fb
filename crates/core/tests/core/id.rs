//! The ids that the gateway assigns.

use switchboard_core::model::{Agent, Trunk, id};

#[test]
fn later_ids_sort_after_earlier_ones() {
    let ids: Vec<_> = (0..1000).map(|_| id::new::<Agent>()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn an_id_fits_its_own_kind_only() {
    let agent = id::new::<Agent>();
    assert!(id::fits::<Agent>(&agent), "{agent}");
    assert!(!id::fits::<Trunk>(&agent));
    assert!(id::fits::<Trunk>(&id::new::<Trunk>()));
}

#[test]
fn strings_of_another_form_do_not_fit() {
    let id = id::new::<Agent>();
    let digits = id.strip_prefix("agt_").unwrap();
    for wrong in [
        String::new(),
        "agt_".to_owned(),
        digits.to_owned(),
        format!("agt-{digits}"),
        format!("agt_{digits}0"),
        format!("agt_{}", &digits[1..]),
        format!("agt_{}", digits.to_uppercase()),
        // The alphabet omits characters that are easily misread, such as `l`.
        format!("agt_{}l", &digits[1..]),
        format!("agt_{}ü", &digits[2..]),
        format!("agt_{digits} "),
        format!("AGT_{digits}"),
    ] {
        assert!(!id::fits::<Agent>(&wrong), "{wrong:?}");
    }
}
