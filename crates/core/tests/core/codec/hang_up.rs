use serde_json::json;
use switchboard_core::{
    facts::Facts,
    model::HangUp,
    rule::{Codec, hang_up_instructions, text},
};

use super::{refusal, taken};

#[test]
fn the_ability_to_hang_up_is_its_instructions() {
    let codec = hang_up_instructions(text().max_len(5));
    let hang_up = HangUp { instructions: Some("Later".to_owned()) };
    let crossing = taken(&codec, &Facts::default(), &hang_up);
    assert_eq!(crossing.wire, json!("Later"));
    assert!(crossing.loss.is_none());
    assert_eq!(codec.decode(&crossing.wire, &Facts::default()), Some(hang_up));
    assert!(codec.lacks(&json!("")) && codec.lacks(&json!(null)));
    assert!(!codec.lacks(&json!("Later")));
}

#[test]
fn the_ability_without_fitting_instructions_is_not_sent() {
    let codec = hang_up_instructions(text().max_len(5));
    for hang_up in [HangUp::default(), HangUp { instructions: Some("Later!".to_owned()) }] {
        assert_eq!(refusal(&codec, &Facts::default(), &hang_up), Some(false));
    }
}
