//! The numbers that may be called.

use serde_json::json;
use switchboard_config::{Config, Environment, calls::Calls};
use switchboard_core::{
    error::{InputLocation, Kind},
    model::PhoneNumber,
    plan::Handling,
};
use switchboard_engine::calls::{Guards, refusal};

use crate::process::{Site, WAIT, body, keyed};

fn calls(settings: &str) -> Calls {
    let preset = format!("[calls]\n{settings}\n");
    Config::load(Some(&preset), None, &Environment::new(), &|_, _, _| Vec::new()).unwrap().calls
}

/// Returns the guards that refuse a number.
fn refusing(settings: &str, number: &str) -> Vec<&'static str> {
    let guards = Guards::new(&calls(settings)).unwrap();
    let verdicts = guards.check(&PhoneNumber::from_vendor(number).unwrap());
    assert!(verdicts.iter().all(|verdict| !verdict.reason.is_empty() && verdict.reason.ends_with('.')));
    let refused: Vec<_> =
        verdicts.iter().filter(|verdict| !verdict.permits).map(|v| v.guard.name()).collect();
    assert_eq!(refusal(&verdicts).is_some(), !refused.is_empty());
    refused
}

#[test]
fn a_fresh_gateway_calls_nobody() {
    for number in ["+493012345678", "+12125550123", "+442071838750", "+4911200"] {
        assert_eq!(refusing("", number), ["country"], "{number}");
    }
}

#[test]
fn only_configured_countries_and_kinds_are_called() {
    let germany = "countries = [\"DE\"]";
    let america = "countries = [\"US\"]";
    for (settings, number, refused) in [
        (germany, "+493012345678", vec![]),
        (germany, "+4915123456789", vec![]),
        (germany, "+442071838750", vec!["country"]),
        // Premium rate.
        (germany, "+499001234567", vec!["kind"]),
        // Emergency and other special numbers.
        (germany, "+4911200", vec!["subscriber"]),
        (america, "+12125550123", vec![]),
        // Jamaica, Canada and the Bahamas share the country code of the United States.
        (america, "+18765230123", vec!["country"]),
        (america, "+14165550123", vec!["country"]),
        (america, "+12423456789", vec!["country"]),
        // Toll free and premium rate.
        (america, "+18002345678", vec!["kind"]),
        (america, "+19002345678", vec!["kind"]),
        ("countries = [\"US\"]\nkinds = [\"toll_free\"]", "+18002345678", vec![]),
        ("countries = [\"US\"]\nkinds = []", "+12125550123", vec!["kind"]),
    ] {
        assert_eq!(refusing(settings, number), refused, "{settings} {number}");
    }
}

#[test]
fn special_numbers_need_a_prefix() {
    for number in ["+4911200", "+1911000", "+19110000000", "+441120000"] {
        let countries = "countries = [\"DE\", \"US\", \"GB\"]";
        assert_eq!(refusing(countries, number), ["subscriber"], "{number}");
        let prefix = format!("{countries}\nprefixes = [\"{number}\"]");
        assert_eq!(refusing(&prefix, number), Vec::<&str>::new(), "{number}");
    }
}

#[test]
fn a_denied_prefix_overrides_everything() {
    let settings = "countries = [\"DE\"]\nprefixes = [\"+4930\"]\ndeny = [\"+493012\"]";
    assert_eq!(refusing(settings, "+493012345678"), ["deny"]);
    assert_eq!(refusing(settings, "+493022345678"), Vec::<&str>::new());
}

#[test]
fn a_number_with_digits_of_the_country_alone_is_refused() {
    for (settings, number, form) in [
        ("countries = [\"DE\"]\ndeny = [\"+4930\"]", "+49030123401", "+4930123401"),
        ("prefixes = [\"+49\"]\ndeny = [\"+4930\"]", "+49030123401", "+4930123401"),
        ("countries = [\"US\"]", "+112125550123", "+12125550123"),
        ("countries = [\"GB\"]", "+4402071838750", "+442071838750"),
    ] {
        assert_eq!(refusing(settings, number), ["subscriber"], "{number}");
        let guards = Guards::new(&calls(settings)).unwrap();
        let error = refusal(&guards.check(&PhoneNumber::from_vendor(number).unwrap())).unwrap();
        assert!(error.detail.contains(form), "{error}");
    }
    // In Italy, the 0 belongs to the number.
    assert_eq!(refusing("countries = [\"IT\"]", "+390236618300"), Vec::<&str>::new());
}

#[tokio::test]
async fn the_numbers_of_transfers_are_checked_as_well() {
    let site = Site::start().await;
    let process = site.process("[calls]\nprefixes = [\"+1555\"]\ndeny = [\"+15550100199\"]\n").await;
    let agent = process.agent(json!({})).await;
    let mut body = body(&agent);
    let to = |numbers: &[&str]| -> serde_json::Value {
        numbers.iter().map(|number| json!({ "phone_number": number })).collect()
    };
    body["overrides"] = json!({ "transfers": to(&["+15550100124", "+15550100199", "+4930123401"]) });
    let refused = process.place(&body, "key-1", WAIT).await.unwrap_err();
    assert_eq!(refused.kind, Kind::DestinationNotAllowed, "{refused:?}");
    let at: Vec<_> = refused.violations.iter().map(|violation| violation.location.clone()).collect();
    let location = |index| InputLocation::Pointer(format!("/overrides/transfers/{index}/phone_number"));
    assert_eq!(at, [location(1), location(2)]);
    let plan = process.engine.dialer().plan(&body, Handling::Lenient).await.unwrap();
    assert_eq!(plan.guards.iter().filter(|verdict| !verdict.permits).count(), 2, "{:?}", plan.guards);
    assert_eq!(site.asked(), 0);
    body["overrides"] = json!({ "transfers": to(&["+15550100124"]) });
    process.place(&body, "key-1", WAIT).await.unwrap();
    assert_eq!(site.vendor.stored().dials[0]["transfers"], to(&["+15550100124"]));
}

#[test]
fn a_country_that_does_not_exist_is_a_problem() {
    let problems = Guards::new(&calls("countries = [\"DE\", \"UK\"]")).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].key, "calls.countries");
    assert!(problems[0].message.contains("\"UK\""), "{:?}", problems[0]);
}

#[tokio::test]
async fn a_refusal_names_the_guard_and_dials_nobody() {
    let site = Site::start().await;
    let fresh = site.process("").await;
    let agent = fresh.agent(json!({})).await;
    let refused = fresh.call(&agent, "key-1").await.unwrap_err();
    assert_eq!(refused.kind, Kind::DestinationNotAllowed);
    assert!(refused.detail.contains("calls.countries"), "{refused}");
    assert_eq!(fresh.stored().await, 0);
    drop(fresh);
    let off = site.process("[calls]\nplace = false\nprefixes = [\"+1555\"]\n").await;
    let refused = off.call(&agent, "key-1").await.unwrap_err();
    assert_eq!(refused.kind, Kind::Forbidden);
    assert!(refused.detail.contains("calls.place"), "{refused}");
    assert_eq!((site.asked(), off.stored().await), (0, 0));
    drop(off);
    // The key is free.
    site.standard().await.call(&agent, "key-1").await.unwrap();
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_new_configuration_takes_effect_for_the_next_request() {
    let site = Site::start().await;
    let process = site.standard().await;
    let agent = process.agent(json!({})).await;
    process.call(&agent, "key-1").await.unwrap();
    let off = site.config("", "[calls]\nplace = false\nprefixes = [\"+1555\"]\n");
    let next = process.engine.reconfigured(&off).await.unwrap();
    let body = body(&agent);
    let refused = next.dialer().place(keyed("key-2", WAIT, &body), &body).await.unwrap_err();
    assert_eq!(refused.kind, Kind::Forbidden);
    assert_eq!(site.asked(), 1);
    // A vendor with live calls cannot leave the configuration.
    let mut without = off.clone();
    without.vendors.clear();
    without.routing.default = None;
    let problems = next.check(&without).await.unwrap_err();
    assert!(problems[0].message.contains("live calls"), "{problems:?}");
}
