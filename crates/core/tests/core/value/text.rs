//! Strings that follow a standard.

use switchboard_core::model::{EventName, Language, PhoneNumber, Timezone, WebUrl};

#[test]
fn languages_are_brought_to_their_normal_case() {
    for (given, normal) in [
        ("en", "en"),
        ("EN-us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("SR-latn-rs", "sr-Latn-RS"),
        ("MUL", "mul"),
        ("es-419", "es-419"),
        ("de-AT-1996", "de-AT-1996"),
    ] {
        assert_eq!(Language::new(given).unwrap().as_str(), normal);
    }
}

#[test]
fn what_is_no_language_tag_is_refused() {
    for wrong in
        ["", "e", "english language", "en_US", "en-", "-en", "x-private", "i-klingon", "12", "de--AT", " en"]
    {
        assert!(Language::new(wrong).is_err(), "{wrong:?}");
    }
    for (wrong, meant) in [
        ("en_US", "en-US"),
        ("de_de", "de-DE"),
        ("German", "de"),
        ("brazilian", ""),
        ("portuguese", "pt"),
        (" en", "en"),
        ("flemish", "nl-BE"),
    ] {
        let told = Language::new(wrong).unwrap_err();
        assert!(told.starts_with("must be a BCP 47 language tag"), "{told}");
        match meant {
            "" => assert!(told.contains("such as \"de\""), "{told}"),
            meant => assert!(told.ends_with(&format!("; use {meant:?}")), "{told}"),
        }
    }
}

#[test]
fn a_wrong_phone_number_is_explained() {
    for (wrong, advice) in [
        ("+49 30 123456", "use \"+4930123456\""),
        ("0049 (30) 123456-78", "use \"+493012345678\""),
        ("030 123456", "such as \"+493012345678\""),
        ("reception", "such as \"+493012345678\""),
    ] {
        let told = PhoneNumber::new(wrong).unwrap_err();
        assert!(told.starts_with("must be an E.164 phone number") && told.contains(advice), "{told}");
    }
}

#[test]
fn a_wrong_time_zone_gets_the_near_name() {
    for (wrong, advice) in [
        ("Berlin", "; use \"Europe/Berlin\""),
        ("new york", "; use \"America/New_York\""),
        ("Europe/Berlni", "; use \"Europe/Berlin\""),
    ] {
        let told = Timezone::new(wrong).unwrap_err();
        assert!(told.ends_with(advice), "{told}");
    }
}

#[test]
fn the_primary_language_is_without_script_and_region() {
    for (tag, primary) in [("de", "de"), ("de-AT", "de"), ("zh-Hant-TW", "zh"), ("mul", "mul")] {
        assert_eq!(Language::new(tag).unwrap().primary(), primary);
    }
}

#[test]
fn time_zones_are_known_by_name() {
    for (given, name) in [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Asia/Calcutta", "Asia/Calcutta"),
    ] {
        assert_eq!(Timezone::new(given).unwrap().as_str(), name);
    }
    for wrong in ["", "Berlin", "Europe/Atlantis", "+01:00", "CEST+2", "Europe/Berlin ", "../etc/passwd"] {
        assert!(Timezone::new(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn phone_numbers_are_e164() {
    for number in ["+15550100123", "+4930123456", "+1234567", "+123456789012345"] {
        assert_eq!(PhoneNumber::new(number).unwrap().as_str(), number);
    }
    for wrong in [
        "",
        "+",
        "15550100123",
        "+05550100123",
        "+123456",
        "+1234567890123456",
        "+1 555 0100 123",
        "+1-555-0100123",
        "0015550100123",
        "++15550100123",
        "+1555010012x",
        "+١٢٣٤٥٦٧٨",
        "tel:+15550100123",
        "+15550100123\n",
    ] {
        assert!(PhoneNumber::new(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn urls_are_kept_as_they_were_written() {
    for url in [
        "https://hooks.example",
        "http://hooks.example:8080/calls?token=a%20b#top",
        "https://192.0.2.1/",
        "https://[2001:db8::1]/calls",
        "https://bücher.example/ä",
        "https://hooks.example/{{call_id}}",
    ] {
        assert_eq!(WebUrl::new(url).unwrap().as_str(), url);
    }
}

#[test]
fn urls_of_other_kinds_are_refused() {
    for wrong in [
        "",
        "hooks.example",
        "/calls",
        "//hooks.example",
        "ftp://hooks.example",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "data:text/plain,a",
        "https://",
        "http:///calls",
        "https://hooks.example:99999",
        "https:hooks.example",
        "mailto:a@hooks.example",
    ] {
        assert!(WebUrl::new(wrong).is_err(), "{wrong:?}");
    }
}

/// Checks that errors which browsers correct silently are refused, because the string is stored and sent as given.
#[test]
fn urls_that_a_browser_would_mend_are_refused() {
    for wrong in [
        " https://hooks.example",
        "https://hooks.example ",
        "https://hooks.example/a b",
        "https://hooks\n.example",
        "https://hooks.example/\r\nHost: a",
        "https://hooks.example/\t",
        "https:\\\\hooks.example",
    ] {
        assert!(WebUrl::new(wrong).is_err(), "{wrong:?}");
    }
}

#[test]
fn urls_with_credentials_are_refused_and_not_repeated() {
    for wrong in [
        "https://robin:hush@hooks.example",
        "https://:hush@hooks.example",
        "https://hush@hooks.example",
        "https://robin:hush@hooks.example:99999",
        "ftp://robin:hush@hooks.example",
        "robin:hush@hooks.example",
    ] {
        let told = WebUrl::new(wrong).unwrap_err();
        assert!(!told.contains("hush"), "{told}");
    }
    let told = WebUrl::new("https://robin:hush@hooks.example").unwrap_err();
    assert_eq!(told, "must not contain a user name or a password");
}

#[test]
fn urls_have_a_longest_length_in_characters() {
    let url = |length: usize, letter: &str| format!("https://a.example/{}", letter.repeat(length - 18));
    for letter in ["a", "ä"] {
        assert!(WebUrl::new(&url(2048, letter)).is_ok(), "{letter}");
        assert!(WebUrl::new(&url(2049, letter)).is_err(), "{letter}");
    }
}

#[test]
fn event_names_are_words_with_dots() {
    for name in
        ["call.ended", "call.transcript_ready", "agent.v2.changed", &format!("call.{}", "x".repeat(95))]
    {
        assert_eq!(EventName::new(name).unwrap().as_str(), name);
    }
    let long = format!("call.{}", "x".repeat(96));
    for wrong in [
        "",
        "call",
        "call.",
        ".ended",
        "call..ended",
        "Call.ended",
        "call.2",
        "call ended",
        "call-ended",
        &long,
    ] {
        assert_eq!(
            EventName::new(wrong).unwrap_err(),
            "must be the name of an event such as call.ended",
            "{wrong:?}"
        );
    }
}
