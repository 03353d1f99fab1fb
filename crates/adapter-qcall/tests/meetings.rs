//! The meetings of an agent and the vendor's meetings, which have members that the model lacks.

#![cfg(test)]

mod qcall;

use qcall::{decoded, desired, observed, planned};
use serde_json::{Value, json};
use switchboard_core::{
    error::{Error, InputLocation},
    plan::Transition,
};

/// Returns a meeting of the vendor.
fn held(event: &str, say: &str) -> Value {
    json!({ "type": "scheduleMeeting", "meetingType": "cal.com", "eventId": event, "say": say })
}

/// Returns a meeting of an agent.
fn wanted(say: &str) -> Value {
    json!({ "type": "book_meeting", "calendar": "cal.com", "say": say })
}

/// Plans an update of the tools of an assistant with these actions. Returns the actions that are sent.
fn updated(actions: Value, tools: Value) -> Result<Value, Error> {
    let mut observed = observed("getAssistant.full_record");
    observed["actions"] = actions;
    let before = decoded(&observed).state;
    let mut record = serde_json::to_value(&before.record).unwrap();
    record["tools"] = tools;
    let desired = desired(record, before.extensions["qcall"].clone());
    let step = Transition::Update { before: &before, observed: Some(&observed), previous: None };
    planned(&step, &desired).map(|(body, _)| body["actions"].clone())
}

/// Returns the reason of the only violation, which is at `/tools`.
fn refusal(planned: Result<Value, Error>) -> String {
    let violations = planned.unwrap_err().violations;
    let [violation] = violations.as_slice() else { panic!("one violation was expected: {violations:?}") };
    assert_eq!(violation.location, InputLocation::Pointer("/tools".to_owned()));
    violation.detail.clone()
}

#[test]
fn a_meeting_keeps_its_own_calendar_when_another_goes() {
    let two = json!([held("1", "Sales."), held("2", "Support.")]);
    assert_eq!(updated(two.clone(), json!([wanted("Support.")])).unwrap(), json!([held("2", "Support.")]));
    let reversed = json!([held("2", "Support."), held("1", "Sales.")]);
    assert_eq!(updated(two, json!([wanted("Support."), wanted("Sales.")])).unwrap(), reversed);
}

#[test]
fn the_only_meeting_left_in_a_calendar_is_the_changed_one() {
    let two = json!([held("1", "Sales."), held("2", "Support.")]);
    let changed = json!([wanted("Support!"), wanted("Sales.")]);
    assert_eq!(updated(two, changed).unwrap(), json!([held("2", "Support!"), held("1", "Sales.")]));
}

#[test]
fn a_meeting_that_may_be_either_of_two_is_refused() {
    let two = json!([held("1", "Sales."), held("2", "Support.")]);
    let request = json!([{ "type": "send_message", "channel": "sms", "content": "Bye!" }, wanted("Other.")]);
    let why = refusal(updated(two, request));
    assert!(why.contains("/tools/1") && why.contains("not clear"), "{why}");
}

#[test]
fn meetings_with_equal_content_keep_their_calendars() {
    let two = json!([held("1", "Come!"), held("2", "Come!")]);
    assert_eq!(updated(two.clone(), json!([wanted("Come!"), wanted("Come!")])).unwrap(), two);
    assert!(refusal(updated(two, json!([wanted("Come!")]))).contains("not clear"));
}

#[test]
fn a_new_meeting_needs_an_account_that_only_the_vendor_has() {
    for calendar in ["cal.com", "google_calendar", "gohighlevel"] {
        let new = json!([{ "type": "book_meeting", "calendar": calendar }]);
        let why = refusal(updated(json!([]), new));
        assert!(why.contains("/tools/0") && why.contains("at the vendor first"), "{why}");
    }
    let own = json!([{ "type": "book_meeting", "calendar": "openBooking" }]);
    assert!(updated(json!([]), own).is_ok());
}

#[test]
fn members_that_repeat_others_go_with_a_change() {
    let hours = json!({ "mon": [["09:30", "17:00"]] });
    let google = |length: u32| {
        json!({
            "type": "scheduleMeeting", "meetingType": "google_calendar", "length": length, "startTime": "09:30 AM",
            "calenderId": "desk", "workingHours": hours, "slotDuration": 30,
        })
    };
    let tool = |length: u32, start: &str| json!([{ "type": "book_meeting", "calendar": "google_calendar", "length_min": length, "start_time": start }]);
    let sent = |tools: Value| updated(json!([google(30)]), tools).unwrap()[0].clone();
    let longer = sent(tool(45, "09:30"));
    assert_eq!((&longer["slotDuration"], &longer["workingHours"]), (&json!(null), &hours));
    let later = sent(tool(30, "10:00"));
    assert_eq!((&later["slotDuration"], &later["workingHours"]), (&json!(30), &json!(null)));
    assert_eq!((&longer["calenderId"], &later["calenderId"]), (&json!("desk"), &json!("desk")));
}
