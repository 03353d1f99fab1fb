//! Calls: `[calls]`, and the settings for calls in `[vendors.NAME]`.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use switchboard_core::model::Seconds;

use super::{phone_prefix, table::Table};

const DAY: f64 = 24.0 * 3600.0;

/// Permitted range of the maximum size of a recording, in bytes: 1 KiB to 2 GiB.
const RECORDING_BYTES: std::ops::RangeInclusive<u32> = 1024..=2 * 1024 * 1024 * 1024;

/// Settings for phone calls.
#[derive(Debug, Clone, PartialEq)]
pub struct Calls {
    /// True if callers may place calls. Calls that were already placed are always followed.
    pub place: bool,
    /// Countries (ISO 3166-1 alpha-2, upper case) whose phone numbers may be called.
    pub countries: BTreeSet<String>,
    /// Prefixes of the phone numbers (E.164) that may be called, whatever their country and kind.
    pub prefixes: Vec<String>,
    /// Prefixes of the phone numbers (E.164) that are never called. They override all other settings.
    pub deny: Vec<String>,
    /// Kinds of phone numbers that may be called in `countries`.
    pub kinds: BTreeSet<NumberKind>,
    /// Maximum number of concurrent calls per vendor, for vendors without a limit of their own.
    pub max_live: u32,
    /// Maximum number of dials per vendor in any 60 seconds, for vendors without a limit of their own.
    pub per_minute: u32,
    /// Maximum number of dials per vendor in any 24 hours, for vendors without a limit of their own.
    pub per_day: u32,
    /// Maximum number of dials to one phone number in any 24 hours, across all vendors.
    pub per_number_per_day: u32,
    /// Time after a dial during which further dials to the same number at that vendor are refused, unless the vendor
    /// has returned the id of the call.
    pub dial_gap: Duration,
    /// Interval between two looks at a vendor's live calls.
    pub follow: Duration,
    /// Interval between two looks at the calls of a vendor that has no live call.
    pub sweep: Duration,
    /// Time after which a call that is not found at the vendor is given up.
    pub lost_after: Duration,
    /// Maximum time for which the removal of an agent's old copy waits for the copy's live calls to end.
    pub drain: Duration,
    /// Retention time of transcripts. If zero, none is stored, and each is read from the vendor on request.
    pub keep_transcripts: Duration,
    /// Retention time of calls.
    pub keep_calls: Duration,
    /// Maximum size of a recording that the gateway forwards, in bytes.
    pub max_recording_bytes: u64,
}

/// A kind of phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberKind {
    /// A fixed line.
    FixedLine,
    /// A mobile phone.
    Mobile,
    /// A fixed line or a mobile phone, in countries whose numbers do not distinguish them, such as the United States.
    FixedLineOrMobile,
    /// An internet (VoIP) phone.
    Voip,
    /// A number that is free of charge for the calling party.
    TollFree,
    /// A number with an additional charge.
    PremiumRate,
    /// A number whose charge both parties share.
    SharedCost,
    /// A personal number, which forwards calls to other numbers of its owner.
    PersonalNumber,
    /// A pager.
    Pager,
    /// A universal access number (UAN): one number for a whole company.
    Uan,
    /// A voicemail service.
    Voicemail,
}

impl NumberKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::FixedLine,
        Self::Mobile,
        Self::FixedLineOrMobile,
        Self::Voip,
        Self::TollFree,
        Self::PremiumRate,
        Self::SharedCost,
        Self::PersonalNumber,
        Self::Pager,
        Self::Uan,
        Self::Voicemail,
    ];

    /// Returns the name in the configuration and in the API, such as `fixed_line`.
    pub fn name(self) -> &'static str {
        match self {
            Self::FixedLine => "fixed_line",
            Self::Mobile => "mobile",
            Self::FixedLineOrMobile => "fixed_line_or_mobile",
            Self::Voip => "voip",
            Self::TollFree => "toll_free",
            Self::PremiumRate => "premium_rate",
            Self::SharedCost => "shared_cost",
            Self::PersonalNumber => "personal_number",
            Self::Pager => "pager",
            Self::Uan => "uan",
            Self::Voicemail => "voicemail",
        }
    }
}

/// The settings for the calls of one vendor. If a limit is `None`, the limit of [`Calls`] applies or, if it is lower,
/// the limit that the vendor publishes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VendorCalls {
    /// Maximum number of concurrent calls.
    pub max_live: Option<u32>,
    /// Maximum number of dials in any 60 seconds.
    pub per_minute: Option<u32>,
    /// Maximum number of dials in any 24 hours.
    pub per_day: Option<u32>,
    /// The calls that the gateway follows.
    pub follow: FollowedCalls,
}

/// The calls of a vendor that the gateway follows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FollowedCalls {
    /// All calls of the account, including inbound calls and those that were placed without the gateway.
    #[default]
    All,
    /// Only the calls that the gateway placed.
    Own,
}

impl Calls {
    pub(super) fn read(mut table: Table<'_>) -> Option<Self> {
        let place = table.must("place", Table::take);
        let countries = read_countries(&mut table);
        let prefixes = read_prefixes(&mut table, "prefixes");
        let deny = read_prefixes(&mut table, "deny");
        let kinds = read_kinds(&mut table);
        let max_live = table.must("max_live", |t, key| t.within(key, 0..=100_000));
        let per_minute = table.must("per_minute", |t, key| t.within(key, 0..=1_000_000));
        let per_day = table.must("per_day", |t, key| t.within(key, 0..=10_000_000));
        let per_number_per_day = table.must("per_number_per_day", |t, key| t.within(key, 0..=100_000));
        let dial_gap = table.must("dial_gap_s", |t, key| t.seconds(key, 1.0..=3600.0));
        let follow = table.must("follow_s", |t, key| t.seconds(key, 0.1..=300.0));
        let sweep = table.must("sweep_s", |t, key| t.seconds(key, 1.0..=3600.0));
        let lost_after = table.must("lost_after_s", |t, key| t.seconds(key, 10.0..=DAY));
        let drain = table.must("drain_s", |t, key| t.seconds(key, 0.0..=DAY));
        let keep_transcripts = read_days(&mut table, "keep_transcripts_days", 0.0);
        let keep_calls = read_days(&mut table, "keep_calls_days", 1.0);
        let max_recording_bytes = table.must("max_recording_bytes", |t, key| t.count(key, RECORDING_BYTES));
        if let (Some(gap), Some(lost)) = (dial_gap, lost_after)
            && lost < gap
        {
            table.refuse(
                "lost_after_s",
                format!("must not be shorter than dial_gap_s, which is {}", Seconds(gap)),
            );
        }
        if let (Some(transcripts), Some(calls)) = (keep_transcripts, keep_calls)
            && transcripts > calls
        {
            table.refuse("keep_transcripts_days", "must not be longer than keep_calls_days");
        }
        table.end();
        Some(Self {
            place: place?,
            countries,
            prefixes,
            deny,
            kinds,
            max_live: max_live?,
            per_minute: per_minute?,
            per_day: per_day?,
            per_number_per_day: per_number_per_day?,
            dial_gap: dial_gap?,
            follow: follow?,
            sweep: sweep?,
            lost_after: lost_after?,
            drain: drain?,
            keep_transcripts: keep_transcripts?,
            keep_calls: keep_calls?,
            max_recording_bytes: max_recording_bytes? as u64,
        })
    }
}

impl VendorCalls {
    pub(super) fn read(table: &mut Table<'_>) -> Self {
        Self {
            max_live: table.within("max_live", 0..=100_000),
            per_minute: table.within("per_minute", 0..=1_000_000),
            per_day: table.within("per_day", 0..=10_000_000),
            follow: table
                .word("follow_calls", &[("all", FollowedCalls::All), ("ours", FollowedCalls::Own)])
                .unwrap_or_default(),
        }
    }
}

fn read_days(table: &mut Table<'_>, key: &'static str, least: f64) -> Option<Duration> {
    let days: f64 = table.must(key, |t, key| t.within(key, least..=36_500.0))?;
    Some(Duration::from_secs_f64(days * DAY))
}

fn read_countries(table: &mut Table<'_>) -> BTreeSet<String> {
    let given: Vec<String> = table.take("countries").unwrap_or_default();
    let is_code = |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
    for wrong in given.iter().filter(|text| !is_code(text)) {
        let message = format!("{wrong:?} is not the code of a country (ISO 3166-1 alpha-2), such as \"DE\"");
        table.refuse("countries", message);
    }
    given.into_iter().filter(is_code).collect()
}

fn read_prefixes(table: &mut Table<'_>, key: &'static str) -> Vec<String> {
    let given: Vec<String> = table.take(key).unwrap_or_default();
    for wrong in given.iter().filter(|text| !phone_prefix::is_prefix(text)) {
        table.refuse(key, phone_prefix::describe_wrong(wrong));
    }
    given
}

fn read_kinds(table: &mut Table<'_>) -> BTreeSet<NumberKind> {
    let names = NumberKind::ALL.map(NumberKind::name);
    table.note("kinds", json!({ "items": { "enum": names } }));
    let given: Vec<String> = table.take("kinds").unwrap_or_default();
    let kind = |text: &str| NumberKind::ALL.into_iter().find(|kind| kind.name() == text);
    for wrong in given.iter().filter(|text| kind(text).is_none()) {
        let known = names.join(", ");
        table.refuse("kinds", format!("{wrong:?} is not a kind of phone number; the kinds are {known}"));
    }
    given.iter().filter_map(|text| kind(text)).collect()
}
