//! The stored form of a call: a round trip, and no personal data in clear.

use std::collections::BTreeMap;

use jiff::Timestamp;
use secrecy::ExposeSecret;
use switchboard_core::{
    call::{CallParty, CallStatus},
    model::PhoneNumber,
};
use switchboard_engine::calls::{CallRecord, PeerHash, Placing, RequestedDial};

fn number(text: &str) -> PhoneNumber {
    PhoneNumber::from_vendor(text).unwrap()
}

fn record() -> CallRecord {
    let placing = Placing {
        adapter: "bare".to_owned(),
        agent_remote_id: Some("remote-7".to_owned()),
        before: vec!["earlier".to_owned()],
        max_duration_s: Some(600.0),
        ..Placing::default()
    };
    let from = CallParty { phone_number_id: Some("501".to_owned()), ..CallParty::default() };
    let mut record = CallRecord::intended("front", "agt_1", number("+15550100123"), from, placing);
    record.envelope.external_ref = Some("crm-99".to_owned());
    record.envelope.labels = BTreeMap::from([("team".to_owned(), "canary-label".to_owned())]);
    record.dial = Some(RequestedDial {
        variables: BTreeMap::from([("name".to_owned(), "Canary Person".to_owned())]),
        ..RequestedDial::default()
    });
    record
}

#[test]
fn a_stored_call_is_read_unchanged() {
    let record = record();
    let row = record.to_row(&PeerHash::new(&[7; 32])).unwrap();
    assert_eq!(row.status, "placing");
    assert_eq!(row.direction.as_deref(), Some("outbound"));
    assert_eq!(row.origin, "api");
    assert_eq!(CallRecord::from_row(row).unwrap(), record);
}

#[test]
fn personal_data_is_only_in_the_sealed_part() {
    let record = record();
    let row = record.to_row(&PeerHash::new(&[7; 32])).unwrap();
    let clear = format!("{row:?} {} {record:?}", row.document.as_str());
    for canary in ["15550100123", "Canary Person", "canary-label"] {
        assert!(!clear.contains(canary), "{canary} is in clear: {clear}");
        assert!(row.personal.as_ref().unwrap().expose_secret().contains(canary));
    }
}

#[test]
fn the_hash_of_a_number_depends_on_the_key_and_on_nothing_else() {
    let (one, other) = (PeerHash::new(&[7; 32]), PeerHash::new(&[8; 32]));
    assert_eq!(one.hash(&number("+15550100123")), one.hash(&number("+1 555 010-0123")));
    assert_ne!(one.hash(&number("+15550100123")), one.hash(&number("+15550100124")));
    assert_ne!(one.hash(&number("+15550100123")), other.hash(&number("+15550100123")));
}

#[test]
fn an_erased_call_keeps_its_status_and_nothing_personal() {
    let mut record = record();
    record.tracked.end_unplaced();
    record.erase(Timestamp::UNIX_EPOCH);
    let row = record.to_row(&PeerHash::new(&[7; 32])).unwrap();
    assert_eq!((row.peer.clone(), row.external_ref.clone()), (None, None));
    let sealed = row.personal.as_ref().unwrap().expose_secret().to_owned();
    for canary in ["15550100123", "Canary Person", "canary-label", "crm-99"] {
        assert!(!sealed.contains(canary), "{canary} is in {sealed}");
    }
    let call = CallRecord::from_row(row).unwrap().call();
    assert_eq!(call.status, CallStatus::Ended);
    assert_eq!(call.erased_at, Some(Timestamp::UNIX_EPOCH));
}
