use serde_json::json;
use switchboard_core::{
    facts::Facts,
    model::{PhoneNumber, Transfer, TransferMode},
    rule::{Codec, single, transfer_number},
};

use super::{refusal, taken};

fn transfer() -> Transfer {
    Transfer::to(PhoneNumber::new("+15550100199").unwrap())
}

#[test]
fn a_plain_transfer_is_its_number() {
    let codec = single(transfer_number());
    let crossing = taken(&codec, &Facts::default(), &vec![transfer()]);
    assert_eq!(crossing.wire, json!("+15550100199"));
    assert!(crossing.loss.is_none());
    assert_eq!(codec.decode(&crossing.wire, &Facts::default()), Some(vec![transfer()]));
    assert_eq!(codec.decode(&json!("911"), &Facts::default()), None);
}

#[test]
fn anything_more_of_a_transfer_is_not_sent() {
    let codec = single(transfer_number());
    for more in [
        Transfer { condition: Some("On demand.".to_owned()), ..transfer() },
        Transfer { mode: TransferMode::Warm, ..transfer() },
        Transfer { message: Some("One moment.".to_owned()), ..transfer() },
    ] {
        assert_eq!(refusal(&codec, &Facts::default(), &vec![more]), Some(false));
    }
    assert_eq!(refusal(&codec, &Facts::default(), &vec![transfer(), transfer()]), Some(false));
}
