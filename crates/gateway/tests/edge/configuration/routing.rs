//! What `[routing]` can say, and what it is told when it is wrong.

use switchboard_gateway::config::routing::{OnChange, Retire};

use super::{load, wrong::expect_problems};

#[test]
fn nothing_moves_nor_goes_by_itself_unless_it_is_told_to() {
    let routing = load("", &[]).unwrap().routing;
    assert_eq!((routing.on_change, routing.retire), (OnChange::Report, Retire::Keep));
    assert!(routing.accept_loss.is_empty());
    let text =
        "[routing]\non_change = \"migrate\"\naccept_loss = [\"\", \"/voice/a~1b~0\"]\nretire = \"delete\"\n";
    let routing = load(text, &[]).unwrap().routing;
    assert_eq!((routing.on_change, routing.retire), (OnChange::Migrate, Retire::Delete));
    assert_eq!(routing.accept_loss, ["", "/voice/a~1b~0"]);
    expect_problems(
        "[routing]\non_change = \"move\"\naccept_loss = [\"/voice/speed\", \"voice\", \"/a~2\", \"/a~\"]\nretire = 1\n",
        &[],
        &[
            ("routing.accept_loss[1]", "not a JSON pointer"),
            ("routing.accept_loss[2]", "not a JSON pointer"),
            ("routing.accept_loss[3]", "not a JSON pointer"),
            ("routing.on_change", "must be \"report\" or \"migrate\", and is \"move\""),
            ("routing.retire", "must be"),
        ],
    );
    expect_problems(
        "[routing]\non_change = \"\"\nretire = \"\"\naccept_loss = \"/voice\"\n",
        &[],
        &[
            ("routing.accept_loss", "expected a sequence"),
            ("routing.on_change", "is missing"),
            ("routing.retire", "is missing"),
        ],
    );
}
