//! Credentials of trunks: accepted, stored, and never shown.

use proptest::prelude::*;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, InputLocation, Kind},
    model::{Root, Secret, Trunk, read},
};

use crate::samples;

fn trunk(carrier: Value) -> Result<Trunk, Error> {
    read(&json!({ "name": "Main line", "phone_number": "+15550100123", "carrier": carrier }))
}

/// Lists the pointer and the kind of each violation in a carrier.
fn refused(carrier: Value) -> Vec<(String, Kind)> {
    let violations = trunk(carrier).unwrap_err().violations;
    let pointer = |place: InputLocation| match place {
        InputLocation::Pointer(pointer) => pointer,
        other => panic!("not in the body: {other:?}"),
    };
    violations.into_iter().map(|violation| (pointer(violation.location), violation.code)).collect()
}

proptest! {
    #![proptest_config(crate::cases())]

    #[test]
    fn nothing_that_shows_a_trunk_shows_its_secrets(trunk in samples::trunk()) {
        let shown = [format!("{trunk:?}"), format!("{trunk:#?}"), json!(trunk).to_string()];
        prop_assert!(shown.iter().all(|text| !text.contains("hush-")), "{:?}", shown);
        let is_declared = |path: &String| Trunk::SECRETS.iter().any(|field| path.starts_with(field));
        prop_assert!(trunk.secrets().keys().all(is_declared));
    }
}

#[test]
fn writing_says_whether_a_secret_is_set() {
    let token = trunk(json!({ "type": "twilio", "account_sid": "AC1", "auth_token": "hush" })).unwrap();
    assert_eq!(
        json!(token)["carrier"],
        json!({ "type": "twilio", "account_sid": "AC1", "auth_token_set": true })
    );
    let open = trunk(json!({ "type": "sip", "termination_uri": "sip:a.example" })).unwrap();
    assert_eq!(
        json!(open)["carrier"],
        json!({ "type": "sip", "termination_uri": "sip:a.example", "password_set": false })
    );
}

#[test]
fn secrets_are_known_by_where_they_stand() {
    let sip =
        json!({ "type": "sip", "termination_uri": "sip:a.example", "username": "a", "password": "hush" });
    let secrets = trunk(sip).unwrap().secrets();
    assert_eq!(secrets.len(), 1);
    assert_eq!(secrets["/carrier/password"].expose_secret(), "hush");
    assert!(trunk(json!({ "type": "telnyx", "connection_id": "1" })).unwrap().secrets().is_empty());
}

#[test]
fn what_we_wrote_ourselves_can_be_sent_back() {
    let written = json!({ "type": "sip", "termination_uri": "sip:a.example", "password_set": true });
    let read = trunk(written).unwrap();
    assert!(read.secrets().is_empty(), "the flag is no password");
}

#[test]
fn masks_in_place_of_secrets_are_refused() {
    for mask in
        ["***", "********", "••••", "●●●", "xxxxxxxx", "XXXX", "[redacted]", "[REDACTED]", "***1234", "true"]
    {
        let sip = json!({ "type": "sip", "termination_uri": "sip:a.example", "password": mask });
        assert_eq!(refused(sip), [("/carrier/password".to_owned(), Kind::MaskedValue)], "{mask}");
    }
    for word in ["hush", "x-ray", "a***", "truest", "*"] {
        let sip = json!({ "type": "sip", "termination_uri": "sip:a.example", "password": word });
        assert_eq!(trunk(sip).is_ok(), word != "*", "{word}");
    }
}

#[test]
fn a_mask_is_named_beside_everything_else() {
    assert_eq!(
        refused(json!({ "type": "twilio", "auth_token": "****", "acount_sid": "AC1" })),
        [
            ("/carrier/auth_token".to_owned(), Kind::MaskedValue),
            ("/carrier/acount_sid".to_owned(), Kind::UnknownField),
            ("/carrier/account_sid".to_owned(), Kind::FieldRequired),
        ]
    );
}

#[test]
fn each_carrier_takes_its_own_members_only() {
    let password =
        json!({ "type": "twilio", "account_sid": "AC1", "auth_token": "hush", "password": "hush" });
    assert_eq!(refused(password), [("/carrier/password".to_owned(), Kind::UnknownField)]);
    assert_eq!(
        refused(json!({ "type": "telnyx" })),
        [("/carrier/connection_id".to_owned(), Kind::FieldRequired)]
    );
    assert_eq!(refused(json!({ "type": "pigeon" })), [("/carrier/type".to_owned(), Kind::ValidationFailed)]);
    assert_eq!(refused(json!({ "sid": "AC1" })), [("/carrier/type".to_owned(), Kind::FieldRequired)]);
    assert_eq!(refused(json!("twilio")), [("/carrier".to_owned(), Kind::ValidationFailed)]);
}

#[test]
fn null_is_absence_in_a_carrier_too() {
    let sip =
        json!({ "type": "sip", "termination_uri": "sip:a.example", "username": null, "password": null });
    assert_eq!(
        trunk(sip).unwrap(),
        trunk(json!({ "type": "sip", "termination_uri": "sip:a.example" })).unwrap()
    );
    assert_eq!(
        refused(json!({ "type": "telnyx", "connection_id": null })),
        [("/carrier/connection_id".to_owned(), Kind::FieldRequired)]
    );
}

#[test]
fn a_secret_of_the_wrong_type_is_not_repeated() {
    for secret in [json!(48_151_623), json!(["hush"]), json!({ "hush": 1 }), json!(4.8151623)] {
        let sip = json!({ "type": "sip", "termination_uri": "sip:a.example", "password": secret });
        let error = trunk(sip).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("hush") && !told.contains("8151623"), "{told}");
    }
}

#[test]
fn debug_of_a_secret_is_a_word() {
    assert_eq!(format!("{:?}", Secret::from("hush")), "[redacted]");
}
