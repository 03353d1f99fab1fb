//! Strings and objects, sent as they are.

use proptest::prelude::*;
use serde_json::json;
use switchboard_core::{
    facts::Facts,
    model::{AnyObject, Language, PhoneNumber, WebUrl},
    rule::{Codec, Domain, object, structured, text},
};

use super::{holds_the_laws, refusal};
use crate::samples;

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn a_text_crosses_as_it_is(value in "\\PC{0,20}") {
        let crossing = holds_the_laws(&text(), &Facts::default(), &value)?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(value), true));
    }

    /// Checks that a string is never shortened, because the shorter string might have another meaning.
    #[test]
    fn a_text_that_is_too_long_is_not_sent(value in "\\PC{0,10}") {
        let fits = value.chars().count() <= 5;
        prop_assert_eq!(refusal(&text().max_len(5), &Facts::default(), &value), (!fits).then_some(false));
    }

    #[test]
    fn strings_with_a_meaning_cross_unchanged(number in samples::phone_number(), language in samples::language()) {
        prop_assert!(holds_the_laws(&text(), &Facts::default(), &number)?.loss.is_none());
        prop_assert!(holds_the_laws(&text(), &Facts::default(), &language)?.loss.is_none());
    }

    #[test]
    fn an_object_crosses_as_it_is(members in samples::any_object()) {
        let crossing = holds_the_laws(&object(), &Facts::default(), &AnyObject(members.clone()))?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(members), true));
    }

    #[test]
    fn a_structure_crosses_by_its_own_form(value in samples::phone_number()) {
        let codec = structured(
            |value: &PhoneNumber, _| Ok(vec![value.as_str()[1..].to_owned()]),
            |wire: Vec<String>, _| PhoneNumber::new(&format!("+{}", wire.first()?)).ok(),
        );
        let crossing = holds_the_laws(&codec, &Facts::default(), &value)?;
        prop_assert_eq!(crossing.wire, json!([&value.as_str()[1..]]));
        prop_assert_eq!(codec.decode(&json!([]), &Facts::default()), None);
        prop_assert_eq!(codec.decode(&json!("+15550100123"), &Facts::default()), None);
    }
}

#[test]
fn numbers_are_read_as_strings_and_other_values_are_not() {
    let read = |wire| Codec::<String>::decode(&text(), &wire, &Facts::default());
    assert_eq!(read(json!(12)).as_deref(), Some("12"));
    assert_eq!(read(json!("")).as_deref(), Some(""));
    for wire in [json!(true), json!(null), json!([]), json!({})] {
        assert_eq!(read(wire), None);
    }
    assert_eq!(Codec::<AnyObject>::decode(&object(), &json!([]), &Facts::default()), None);
}

#[test]
fn a_text_without_the_meaning_is_not_read() {
    let facts = Facts::default();
    assert_eq!(Codec::<PhoneNumber>::decode(&text(), &json!("555-0100"), &facts), None);
    assert_eq!(Codec::<WebUrl>::decode(&text(), &json!("ftp://a.example"), &facts), None);
    assert_eq!(Codec::<Language>::decode(&text(), &json!("DE-at"), &facts), Language::new("de-AT").ok());
}

#[test]
fn the_longest_text_is_the_domain() {
    assert_eq!(Codec::<String>::domain(&text().max_len(9)), Domain::Text { max_length: Some(9) });
}
