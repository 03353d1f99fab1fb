//! Values and problems of `[routing]`.

use switchboard_config::routing::{OnChange, Require, Retire};

use super::{load, wrong::expect_problems};

#[test]
fn no_agent_moves_and_no_record_is_removed_by_default() {
    let routing = load("", &[]).unwrap().routing;
    assert_eq!((routing.on_change, routing.retire), (OnChange::Report, Retire::Keep));
    assert!(routing.accept_loss.is_empty());
    let text = "[routing]\non_change = \"migrate\"\naccept_loss = [\"\", \"/variables/a~1b~0\"]\nretire = \"delete\"\n";
    let routing = load(text, &[]).unwrap().routing;
    assert_eq!((routing.on_change, routing.retire), (OnChange::Migrate, Retire::Delete));
    assert_eq!(routing.accept_loss, ["", "/variables/a~1b~0"]);
    expect_problems(
        "[routing]\non_change = \"move\"\naccept_loss = [\"/voice/speed\", \"voice\", \"/a~2\", \"/a~\", \"/actions\"]\nretire = 1\n",
        &[],
        &[
            ("routing.accept_loss[1]", "not a JSON pointer"),
            ("routing.accept_loss[2]", "not a JSON pointer"),
            ("routing.accept_loss[3]", "not a JSON pointer"),
            ("routing.accept_loss[4]", "use /tools"),
            ("routing.on_change", "must be \"report\" or \"migrate\", not \"move\""),
            ("routing.retire", "must be"),
        ],
    );
    expect_problems(
        "[routing]\non_change = \"\"\nretire = \"\"\naccept_loss = \"/voice\"\n",
        &[],
        &[
            ("routing.accept_loss", "must be a list of strings, not a string"),
            ("routing.on_change", "is missing"),
            ("routing.retire", "is missing"),
        ],
    );
}

const VENDORS: &str = "[vendors.a]\nadapter = \"qcall\"\n[vendors.b]\nadapter = \"qcall\"\n";

#[test]
fn a_rule_names_one_vendor_or_weighs_several_and_may_demand_something() {
    let text = r#"
        [[routing.rules]]
        when = { phone_number = ["+49", "+1"] }
        vendors = { a = 1000, b = 0 }
        require = "exact"
        [[routing.rules]]
        vendor = "b"
        require = "no_unsupported"
        [[routing.rules]]
        vendor = "a"
    "#;
    let rules = load(&format!("{VENDORS}{text}"), &[]).unwrap().routing.rules;
    assert_eq!(rules[0].when.phone_number, ["+49", "+1"]);
    let vendors: Vec<Vec<_>> = rules
        .iter()
        .map(|rule| rule.vendors.iter().map(|(name, weight)| (name.as_str(), *weight)).collect())
        .collect();
    assert_eq!(vendors, [vec![("a", 1000), ("b", 0)], vec![("b", 1)], vec![("a", 1)]]);
    let demands: Vec<_> = rules.iter().map(|rule| rule.require).collect();
    assert_eq!(demands, [Some(Require::Exact), Some(Require::NoUnsupported), None]);
}

#[test]
fn every_problem_of_a_rule_is_reported() {
    let text = r#"
        [[routing.rules]]
        when = { phone_number = ["+49", "49", "+", "+0", "+1x", "+1234567890123456"] }
        vendor = "a"
        vendors = { b = 1 }
        require = "some"
        [[routing.rules]]
        vendors = { a = 1001, b = -1, c = 1 }
        [[routing.rules]]
        vendors = { a = 0.5, b = "env:KEY" }
        [[routing.rules]]
        vendors = { a = 0, b = 0 }
        [[routing.rules]]
        vendors = {}
        [[routing.rules]]
        vendors = ["a"]
        [[routing.rules]]
        vendor = "c"
        vendors = { a = 1 }
    "#;
    expect_problems(
        &format!("{VENDORS}{text}"),
        &[("KEY", "hunter2")],
        &[
            ("routing.rules[0].require", "must be \"exact\" or \"no_unsupported\""),
            ("routing.rules[0].vendors", "not both"),
            ("routing.rules[0].when.phone_number", "\"+\" is not a prefix"),
            ("routing.rules[0].when.phone_number", "\"+0\" is not a prefix"),
            ("routing.rules[0].when.phone_number", "\"+1234567890123456\" is not a prefix"),
            ("routing.rules[0].when.phone_number", "\"+1x\" is not a prefix"),
            ("routing.rules[0].when.phone_number", "\"49\" is not a prefix"),
            ("routing.rules[1].vendors.a", "from 0 to 1000"),
            ("routing.rules[1].vendors.b", "from 0 to 1000"),
            ("routing.rules[1].vendors.c", "There is no vendor \"c\"."),
            ("routing.rules[2].vendors.a", "a whole number"),
            ("routing.rules[2].vendors.b", "a whole number"),
            ("routing.rules[3].vendors", "above 0"),
            ("routing.rules[4].vendors", "above 0"),
            ("routing.rules[5].vendors", "must be a table, not a list"),
            ("routing.rules[6].vendor", "There is no vendor \"c\"."),
            ("routing.rules[6].vendors", "not both"),
        ],
    );
}
