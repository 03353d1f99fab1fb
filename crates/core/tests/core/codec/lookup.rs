//! Values by the vendor's own codes and ids.

use proptest::{prelude::*, sample::select};
use serde_json::json;
use switchboard_core::{
    facts::{CatalogueKind, Facts},
    model::Language,
    rule::{Codec, Verdict, catalogue_id, integer_id, language_by_id, language_by_name, languages},
};

use super::{facts, holds_the_laws, refusal, taken};
use crate::samples::LANGUAGES;

const CODES: &[(&str, &str)] = &[("en", "en"), ("en-GB", "gb"), ("de", "ger"), ("mul", "multi")];

/// Returns the tag that a vendor with these tags uses for a language: the tag itself or, with the verdict
/// `substituted`, the tag without script and region. Returns `None` if the vendor has neither.
fn spoken(tag: &str, known: &[&str]) -> Option<(String, Option<Verdict>)> {
    let primary = tag.split('-').next().unwrap();
    match (known.contains(&tag), known.contains(&primary)) {
        (true, _) => Some((tag.to_owned(), None)),
        (false, true) => Some((primary.to_owned(), Some(Verdict::Substituted))),
        (false, false) => None,
    }
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn a_language_crosses_by_code_or_falls_back_to_its_region_less_self(tag in select(&LANGUAGES)) {
        let language = Language::new(tag).unwrap();
        match spoken(tag, &["en", "en-GB", "de", "mul"]) {
            Some((sent, verdict)) => {
                let crossing = holds_the_laws(&languages(CODES), &Facts::default(), &language)?;
                prop_assert_eq!(crossing.loss.map(|loss| (loss.verdict, loss.sent)), verdict.map(|v| (v, json!(sent))));
            }
            None => prop_assert_eq!(refusal(&languages(CODES), &Facts::default(), &language), Some(false)),
        }
    }

    #[test]
    fn a_language_crosses_by_the_vendors_list(tag in select(&LANGUAGES)) {
        let (language, facts) = (Language::new(tag).unwrap(), facts());
        match spoken(tag, &["en", "en-GB", "de"]) {
            Some((sent, verdict)) => {
                let named = holds_the_laws(&language_by_name(), &facts, &language)?;
                let numbered = holds_the_laws(&language_by_id(), &facts, &language)?;
                let row = facts.entries(CatalogueKind::LANGUAGES).iter()
                    .find(|row| row.language.as_ref() == Some(&sent)).unwrap();
                prop_assert_eq!(named.wire, json!(row.name));
                prop_assert_eq!(numbered.wire.to_string(), row.id.clone());
                prop_assert_eq!(named.loss.map(|loss| loss.verdict), verdict);
            }
            None => prop_assert_eq!(refusal(&language_by_id(), &facts, &language), Some(false)),
        }
    }

    #[test]
    fn whole_ids_cross_and_others_are_refused(id in prop_oneof!["[0-9]{1,12}", "\\PC{0,4}"]) {
        let canonical = id.parse::<u32>().is_ok_and(|number| number.to_string() == id);
        match canonical {
            true => {
                let crossing = holds_the_laws(&integer_id(), &Facts::default(), &id)?;
                prop_assert!(crossing.loss.is_none() && crossing.wire.is_u64());
            }
            false => prop_assert_eq!(refusal(&integer_id(), &Facts::default(), &id), Some(true)),
        }
    }
}

#[test]
fn a_row_is_known_by_its_name_and_by_its_id() {
    let (codec, facts) = (catalogue_id(CatalogueKind::MODELS), facts());
    let wire = |value: &str| taken(&codec, &facts, &value.to_owned()).wire;
    assert_eq!(wire("small"), json!(10), "an id that is a number is one on the wire");
    assert_eq!(wire("own"), json!("m-14"));
    assert_eq!(wire("11"), json!(11));
    assert_eq!(refusal(&codec, &facts, &"none such".to_owned()), Some(true));
    assert_eq!(
        refusal(&codec, &Facts::default(), &"small".to_owned()),
        Some(true),
        "without the list nothing is known"
    );
}

#[test]
fn a_row_is_read_by_its_name_and_leads_back_to_itself() {
    let (codec, facts) = (catalogue_id(CatalogueKind::MODELS), facts());
    for row in facts.entries(CatalogueKind::MODELS) {
        let read = codec.decode(&json!(row.id), &facts).unwrap();
        assert_eq!(read, row.name);
        assert_eq!(
            switchboard_core::rule::scalar(&taken(&codec, &facts, &read).wire).as_ref(),
            Some(&row.id)
        );
    }
    assert_eq!(codec.decode(&json!(10), &facts).as_deref(), Some("small"), "a number is an id too");
    assert_eq!(
        codec.decode(&json!(99), &facts).as_deref(),
        Some("99"),
        "a row that left the list keeps its id"
    );
}

#[test]
fn an_unknown_code_is_not_read() {
    assert_eq!(languages(CODES).decode(&json!("xx"), &Facts::default()), None);
    assert_eq!(language_by_name().decode(&json!("Elvish"), &facts()), None);
    assert_eq!(language_by_name().decode(&json!("Klingon"), &facts()), None, "the list has no tag for it");
    assert_eq!(language_by_name().decode(&json!(3), &facts()), Language::new("de").ok());
}
