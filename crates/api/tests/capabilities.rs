//! The capabilities of the adapters: fields that go with each call.

#![cfg(test)]

use serde_json::json;
use switchboard_engine::capability::{built_in, table};
use switchboard_registry::ADAPTERS;

#[test]
fn fields_that_go_with_each_call_are_shown_with_their_place() {
    let matrix = built_in(&ADAPTERS);
    let bland = matrix.0.iter().find(|column| column.adapter == "bland").unwrap();
    let temperature = json!(bland.agent("/model/temperature").unwrap());
    assert_eq!(temperature["support"], "unsupported", "{temperature}");
    assert_eq!(temperature["with_calls"]["vendor_fields"], json!(["/temperature"]), "{temperature}");
    assert_eq!(temperature["with_calls"]["domain"]["max"], 1.0, "{temperature}");
    for field in ["/timezone", "/webhook/url", "/greeting/message", "/variables"] {
        assert!(bland.agent(field).unwrap().with_calls.is_some(), "{field}");
    }
    for field in ["/call/record", "/keypad/press_digits", "/transfers", "/phone_number_id"] {
        assert!(bland.agent(field).unwrap().with_calls.is_none(), "{field}");
    }
    let tables = table::column(bland);
    let row = tables[0].rows.iter().find(|row| row[0] == "`model.temperature`").unwrap();
    assert_eq!(row[1..4], ["with each call", "`temperature`", "0 to 1"], "{row:?}");
}
