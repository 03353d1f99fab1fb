//! The price of a call.

use serde_json::json;
use switchboard_core::call::{CallCost, CostUnit};

#[test]
fn an_amount_keeps_every_digit() {
    let amount = |wire| CallCost::in_currency(&wire, Some("usd")).unwrap();
    assert_eq!(amount(json!("0.1200")).amount(), "0.1200");
    assert_eq!(amount(json!(0.12)).amount(), "0.12");
    assert_eq!(amount(json!(7)).amount(), "7");
    assert_eq!(amount(json!("-007.50")).amount(), "-7.50");
    assert_eq!(amount(json!(1.5e-7)).amount(), "0.00000015");
    assert_eq!(amount(json!(1e21)).amount(), "1000000000000000000000");
    assert_eq!(amount(json!("1")).currency(), Some("USD"));
}

#[test]
fn cents_become_units_of_the_currency() {
    let amount = |wire| CallCost::in_hundredths(&wire, "USD").unwrap().amount().to_owned();
    assert_eq!(amount(json!(7)), "0.07");
    assert_eq!(amount(json!(70)), "0.70");
    assert_eq!(amount(json!(1234)), "12.34");
    assert_eq!(amount(json!(12.5)), "0.125");
    assert_eq!(amount(json!(-5)), "-0.05");
}

#[test]
fn anything_else_is_no_amount() {
    for wire in [
        json!(null),
        json!("1e3"),
        json!(".5"),
        json!("5."),
        json!("1,5"),
        json!("USD 5"),
        json!([1]),
        json!(""),
    ] {
        assert_eq!(CallCost::in_currency(&wire, None), None, "{wire}");
    }
    assert_eq!(CallCost::in_currency(&json!("1"), Some("dollars")), None);
}

#[test]
fn credits_have_no_currency() {
    let cost = CallCost::in_credits(&json!(310)).unwrap();
    assert_eq!((cost.amount(), cost.currency(), cost.unit()), ("310", None, CostUnit::Credits));
    assert_eq!(json!(cost), json!({ "amount": "310", "currency": null, "unit": "credits" }));
}
