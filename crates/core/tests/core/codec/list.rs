//! Lists and maps.

use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::json;
use switchboard_core::{
    facts::Facts,
    model::Language,
    rule::{Codec, Domain, Verdict, integer_id, joined, languages, list, map, number, single, text},
};

use super::{holds_the_laws, refusal, taken};
use crate::samples;

const CODES: &[(&str, &str)] = &[("en", "en"), ("de", "ger"), ("zh", "cn"), ("pt", "pt"), ("mul", "multi")];

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn a_list_crosses_item_by_item(value in vec(samples::text(), 0..5)) {
        let crossing = holds_the_laws(&list(text()), &Facts::default(), &value)?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(value), true));
    }

    #[test]
    fn what_items_lose_the_list_loses(value in vec(0..3_000_u64, 0..5)) {
        let value: Vec<f64> = value.into_iter().map(|n| n as f64 / 1_000.0).collect();
        let exact = value.iter().all(|n| (n * 1e3).round() % 100.0 == 0.0);
        let crossing = holds_the_laws(&list(number().steps(0.1)), &Facts::default(), &value)?;
        prop_assert_eq!(crossing.loss.map(|loss| loss.verdict), (!exact).then_some(Verdict::Substituted));
    }

    #[test]
    fn languages_of_a_list_fall_back_one_by_one(value in vec(samples::language(), 0..5)) {
        let exact = value.iter().all(|language| CODES.iter().any(|(tag, _)| language.as_str() == *tag));
        let crossing = holds_the_laws(&list(languages(CODES)), &Facts::default(), &value)?;
        prop_assert_eq!(crossing.loss.is_none(), exact);
    }

    #[test]
    fn a_joined_list_says_what_became_of_it(value in vec(" ?[a-c;]{0,2}[a-c ]{0,2}", 0..4)) {
        let unsayable = value.iter().any(|item| item.contains(';') || item.trim().is_empty());
        match unsayable {
            true => prop_assert_eq!(refusal(&joined(";"), &Facts::default(), &value), Some(true)),
            false => {
                let crossing = holds_the_laws(&joined(";"), &Facts::default(), &value)?;
                let trimmed: Vec<_> = value.iter().map(|item| item.trim()).collect();
                prop_assert_eq!(crossing.wire, json!(trimmed.join(";")));
            }
        }
    }

    #[test]
    fn a_single_place_takes_one_item(value in vec(samples::text(), 0..4)) {
        let facts = Facts::default();
        match value.len() {
            0 => prop_assert_eq!(taken(&single(text()), &facts, &value).wire, json!(null), "nothing stands for none"),
            1 => prop_assert!(holds_the_laws(&single(text()), &facts, &value)?.loss.is_none()),
            _ => prop_assert_eq!(refusal(&single(text()), &facts, &value), Some(false)),
        }
    }

    #[test]
    fn a_map_crosses_as_it_is(value in btree_map(samples::text(), samples::text(), 0..5)) {
        let crossing = holds_the_laws(&map(), &Facts::default(), &value)?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(value), true));
    }
}

#[test]
fn a_list_with_an_item_that_cannot_cross_does_not_cross() {
    let facts = Facts::default();
    let unspoken = vec![Language::new("de").unwrap(), Language::new("fr").unwrap()];
    assert_eq!(refusal(&list(languages(CODES)), &facts, &unspoken), Some(false));
    assert_eq!(refusal(&list(integer_id()), &facts, &vec!["1".to_owned(), "one".to_owned()]), Some(true));
}

#[test]
fn a_list_with_an_item_that_means_nothing_is_not_read() {
    assert_eq!(list(languages(CODES)).decode(&json!(["ger", "xx"]), &Facts::default()), None);
    assert_eq!(list(languages(CODES)).decode(&json!("ger"), &Facts::default()), None);
}

#[test]
fn a_joined_list_is_read_without_the_spaces_that_people_type() {
    let read = |wire| joined(",").decode(&wire, &Facts::default());
    assert_eq!(
        read(json!("Hello? , Still there?,")),
        Some(vec!["Hello?".to_owned(), "Still there?".to_owned()])
    );
    assert_eq!(read(json!("")), Some(vec![]));
    assert_eq!(read(json!(["Hello?"])), None);
}

#[test]
fn an_empty_list_is_read_as_an_empty_map() {
    let read = |wire| map().decode(&wire, &Facts::default());
    assert_eq!(read(json!([])), read(json!({})));
    assert_eq!(read(json!({ "n": 1 })).unwrap()["n"], "1");
    assert_eq!(read(json!([1])), None);
    assert_eq!(read(json!({ "n": [] })), None);
}

#[test]
fn the_domain_is_the_items_own() {
    let texts = Box::new(Domain::Text { max_length: Some(3) });
    let items = || text().max_len(3);
    let domain = |codec: &dyn Codec<Vec<String>>| codec.domain();
    assert_eq!(domain(&list(items())), Domain::List { items: texts.clone(), max_items: None });
    assert_eq!(domain(&single(items())), Domain::List { items: texts, max_items: Some(1) });
}
