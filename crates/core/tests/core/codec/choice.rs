//! Closed sets.

use proptest::{prelude::*, sample::select};
use serde_json::json;
use switchboard_core::{
    facts::Facts,
    model::{Engine, Gender, Speaker, VoicemailAction},
    rule::{Codec, Domain, flag, one_of, words, yes_no},
};

use super::{holds_the_laws, refusal};

const GENDERS: &[(Gender, &str)] = &[(Gender::Male, "m"), (Gender::Female, "f")];
const SOUNDS: &[&str] = &["office", "cafe"];

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn a_choice_crosses_by_its_spelling(index in 0..2_usize) {
        let (value, wire) = GENDERS[index];
        let crossing = holds_the_laws(&one_of(GENDERS), &Facts::default(), &value)?;
        prop_assert_eq!((crossing.wire, crossing.loss.is_none()), (json!(wire), true));
    }

    #[test]
    fn a_word_crosses_if_it_is_one_of_them(word in select(&["office", "cafe", "Office", "train", ""])) {
        let facts = Facts::default();
        let known = SOUNDS.contains(&word);
        prop_assert_eq!(refusal(&words(SOUNDS), &facts, &word.to_owned()), (!known).then_some(false));
        prop_assert_eq!(refusal(&words(SOUNDS).or_refuse(), &facts, &word.to_owned()), (!known).then_some(true));
        if known {
            prop_assert!(holds_the_laws(&words(SOUNDS), &facts, &word.to_owned())?.loss.is_none());
        }
    }

    #[test]
    fn flags_cross(value in any::<bool>()) {
        let crossing = holds_the_laws(&flag(), &Facts::default(), &value)?;
        prop_assert_eq!(crossing.wire, json!(value));
        let speaker = if value { Speaker::Caller } else { Speaker::Agent };
        let crossing = holds_the_laws(&yes_no(Speaker::Caller, Speaker::Agent), &Facts::default(), &speaker)?;
        prop_assert_eq!(crossing.wire, json!(value));
    }
}

#[test]
fn a_choice_that_the_vendor_does_not_have_is_not_sent() {
    let codec = one_of(&[(Engine::Pipeline, "cascade")]);
    assert_eq!(refusal(&codec, &Facts::default(), &Engine::Realtime), Some(false));
    assert_eq!(codec.decode(&json!("duplex"), &Facts::default()), None);
    assert_eq!(codec.domain(), Domain::Choice { values: vec![json!("pipeline")] });
    assert_eq!(codec.conversion().as_deref(), Some("\"pipeline\" as \"cascade\""));
    let codec = yes_no(VoicemailAction::HangUp, VoicemailAction::Continue);
    assert_eq!(refusal(&codec, &Facts::default(), &VoicemailAction::LeaveMessage), Some(false));
}

#[test]
fn flags_are_read_however_vendors_spell_them() {
    let read = |wire| flag().decode(&wire, &Facts::default());
    for yes in [json!(true), json!(1), json!(1.0), json!("1"), json!("true")] {
        assert_eq!(read(yes), Some(true));
    }
    for no in [json!(false), json!(0), json!("0"), json!("false")] {
        assert_eq!(read(no), Some(false));
    }
    for neither in [json!(2), json!("yes"), json!(""), json!(null), json!([])] {
        assert_eq!(read(neither), None);
    }
}

#[test]
fn words_that_answers_have_beyond_the_set_are_read() {
    assert_eq!(words(SOUNDS).decode(&json!("train"), &Facts::default()).as_deref(), Some("train"));
}
