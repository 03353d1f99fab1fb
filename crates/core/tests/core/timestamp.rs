use serde_json::{Value, json};
use switchboard_core::model::parse_timestamp;

fn seconds(wire: Value) -> Option<i64> {
    parse_timestamp(&wire).map(|time| time.latest().as_second())
}

#[test]
fn both_ways_in_which_vendors_write_time_are_read() {
    let noon = Some(1_772_452_800);
    assert_eq!(seconds(json!("2026-03-02T12:00:00.000000Z")), noon);
    assert_eq!(seconds(json!("2026-03-02T13:00:00+01:00")), noon);
    // A time without an offset may be the local time of any zone, so it may be up to 14 hours later than in UTC.
    assert_eq!(seconds(json!("2026-03-02 12:00:00")), noon.map(|noon| noon + 14 * 3600));
}

#[test]
fn what_tells_no_moment_is_none() {
    for odd in
        [json!("2026-03-02"), json!("noon"), json!("2026-13-02 12:00:00"), json!(1_772_452_800), json!(null)]
    {
        assert_eq!(seconds(odd.clone()), None, "{odd}");
    }
}
