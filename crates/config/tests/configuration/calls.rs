//! The settings of calls.

use std::time::Duration;

use switchboard_config::calls::{FollowedCalls, NumberKind};

use super::{expect_problems, load};

#[test]
fn a_fresh_gateway_calls_nobody() {
    let calls = load("", &[]).unwrap().calls;
    assert!(calls.place && calls.countries.is_empty() && calls.prefixes.is_empty() && calls.deny.is_empty());
    assert!(calls.kinds.contains(&NumberKind::Mobile) && !calls.kinds.contains(&NumberKind::PremiumRate));
    assert_eq!(
        (calls.max_live, calls.per_minute, calls.per_day, calls.per_number_per_day),
        (20, 30, 1000, 5)
    );
    let seconds = Duration::from_secs;
    assert_eq!((calls.dial_gap, calls.follow, calls.sweep), (seconds(180), seconds(5), seconds(60)));
    assert_eq!((calls.lost_after, calls.drain), (seconds(900), seconds(900)));
    let days = |days: u64| seconds(days * 24 * 3600);
    assert_eq!((calls.keep_transcripts, calls.keep_calls), (days(30), days(400)));
    assert_eq!(calls.max_recording_bytes, 128 * 1024 * 1024);
}

#[test]
fn calls_are_permitted_as_configured() {
    let config = load(
        "[calls]\nplace = false\ncountries = [\"DE\"]\nprefixes = [\"+1555\"]\nkinds = [\"toll_free\"]\nper_day = 0\n\
         [vendors.one]\nadapter = \"any\"\nmax_live = 3\nfollow_calls = \"ours\"\n[vendors.two]\nadapter = \"any\"\n",
        &[],
    )
    .unwrap();
    let calls = &config.calls;
    assert!(!calls.place && calls.countries.contains("DE") && calls.kinds.len() == 1);
    assert_eq!((calls.prefixes.as_slice(), calls.per_day), (["+1555".to_owned()].as_slice(), 0));
    let one = &config.vendors["one"].calls;
    assert_eq!((one.max_live, one.per_minute, one.follow), (Some(3), None, FollowedCalls::Own));
    assert_eq!(config.vendors["two"].calls.follow, FollowedCalls::All);
}

#[test]
fn problems_with_calls_are_reported_together() {
    expect_problems(
        "[calls]\ncountries = [\"de\"]\nprefixes = [\"0049\"]\ndeny = [\"+0\"]\nkinds = [\"satellite\"]\nmax_live = 100001\n\
         lost_after_s = 100\nkeep_calls_days = 10\nmaxlive = 1\n\
         [vendors.one]\nadapter = \"any\"\nper_day = 10000001\nfollow_calls = \"none\"\n",
        &[],
        &[
            ("calls.countries", "\"de\" is not the code of a country"),
            ("calls.deny", "\"+0\" is not a prefix of phone numbers"),
            ("calls.keep_transcripts_days", "must not be longer than keep_calls_days"),
            ("calls.kinds", "\"satellite\" is not a kind of phone number; the kinds are fixed_line"),
            ("calls.lost_after_s", "must not be shorter than dial_gap_s, which is 180"),
            ("calls.max_live", "from 0 to 100000"),
            ("calls.maxlive", "did you mean \"max_live\"?"),
            ("calls.prefixes", "\"0049\" is not a prefix of phone numbers"),
            ("vendors.one.follow_calls", "must be \"all\" or \"ours\""),
            ("vendors.one.per_day", "from 0 to 10000000"),
        ],
    );
}
