//! The cases about calls.

use std::{collections::BTreeSet, sync::Arc};

use libtest_mimic::Trial;
use serde_json::json;
use switchboard_core::{
    call::CallObservation,
    error::{Kind, Outcome},
    plan::Handling,
    rule::{Capability, Verdict},
    vendor::{AnswersId, Body, Destination, Exchange, Marks, Method, Reply},
};

use super::{
    bench::{CallBench, MARKER},
    conversation::window,
    field::is_sent_or_reported,
    seen::Seen,
};
use crate::{
    bench::refusals,
    cases::{CaseResult, cannot, ensure, passed},
    conversation::{ID, ReplayResult, replay},
    fixture::Fixture,
    oddity::strange_copies,
};

/// The suffix of a fixture's name if the fixture contains a status that the vendor does not document.
const UNKNOWN_STATUS: &str = "unknown_status";

/// The number of identical pages after which an exchange must have ended: 100, or 1,000 calls at 10 calls a page.
const MOST_PAGES: usize = 100;

/// A case about the calls of a vendor.
type CallCase = fn(&Seen<'_>) -> CaseResult;

/// Lists the cases about calls.
pub fn trials(prefix: &str, bench: &Arc<CallBench>, fixtures: &[Fixture]) -> Vec<Trial> {
    let cases: [(&str, CallCase); 11] = [
        ("a_dial_is_one_effect_in_the_contract", a_dial_is_one_effect_in_the_contract),
        ("strict_refuses_what_lenient_loses", strict_refuses_what_lenient_loses),
        ("the_id_is_answered_as_declared", the_id_is_answered_as_declared),
        ("the_marker_comes_back_as_declared", the_marker_comes_back_as_declared),
        ("every_documented_status_is_known", every_documented_status_is_known),
        ("strange_answers_are_read_or_reported", strange_answers_are_read_or_reported),
        ("answers_about_one_call_agree", answers_about_one_call_agree),
        ("lists_end", lists_end),
        ("undisclosed_members_are_never_filled", undisclosed_members_are_never_filled),
        ("a_recording_is_read_from_the_vendor", a_recording_is_read_from_the_vendor),
        ("no_person_shows", no_person_shows),
    ];
    let fixtures = Arc::new(fixtures.to_vec());
    let whole = cases.into_iter().map(|(name, case)| {
        let (bench, fixtures) = (bench.clone(), fixtures.clone());
        Trial::ignorable_test(format!("{prefix}::{name}"), move || {
            case(&Seen { bench: &bench, fixtures: &fixtures })
        })
    });
    let fields = bench.rows.iter().map(|row| {
        let (bench, row) = (bench.clone(), row.clone());
        Trial::ignorable_test(format!("{prefix}::is_sent_or_reported {}", row.field), move || {
            is_sent_or_reported(&bench, &row)
        })
    });
    whole.chain(fields).collect()
}

fn a_dial_is_one_effect_in_the_contract(seen: &Seen<'_>) -> CaseResult {
    let bench = seen.bench;
    let alone = bench.rows.iter().filter_map(|row| bench.with(row));
    let accepted = alone.filter(|document| bench.plan(document, Handling::Lenient).is_ok());
    for document in [bench.least.clone(), bench.full.clone()].into_iter().chain(accepted) {
        let exchange = bench.place(&document)?;
        let request = exchange.first().ok_or("nothing is dialled")?;
        ensure!(request.is_effect && !request.repeatable, "the request is not an effect");
        ensure!(request.method == Method::Post, "the request is not a POST");
        ensure!(matches!(request.to, Destination::Path(_)), "the request leaves the base URL");
        bench.vendor.contract.check(request).map_err(|wrong| format!("{wrong}: {document}"))?;
    }
    passed()
}

fn strict_refuses_what_lenient_loses(seen: &Seen<'_>) -> CaseResult {
    let bench = seen.bench;
    let plan = bench.plan(&bench.full, Handling::Lenient)?;
    let is_refused = |row: &&Capability| {
        let verdict = plan.report.row(&row.field).map(|entry| entry.verdict);
        verdict.is_some_and(|verdict| verdict.is_loss() || verdict == Verdict::Unverified)
    };
    let lost: BTreeSet<_> = bench.rows.iter().filter(is_refused).map(|row| row.field.clone()).collect();
    let refused = match bench.plan(&bench.full, Handling::Strict) {
        Ok(_) => BTreeSet::new(),
        Err(error) => refusals(&error).into_keys().collect(),
    };
    ensure!(lost == refused, "lenient handling loses {lost:?}, strict handling refuses {refused:?}");
    passed()
}

fn the_id_is_answered_as_declared(seen: &Seen<'_>) -> CaseResult {
    let bench = seen.bench;
    let placed = seen.placed()?;
    ensure!(!placed.is_empty(), "no fixture is an accepted dial");
    let with_id = placed.iter().filter(|(_, placed)| placed.remote_id.is_some()).count();
    let answers = bench.calls()?.answers_id();
    match answers {
        AnswersId::Always => ensure!(with_id == placed.len(), "an accepted dial has no id"),
        AnswersId::Never => ensure!(with_id == 0, "an accepted dial has an id"),
        AnswersId::Sometimes => {
            ensure!(with_id > 0 && with_id < placed.len(), "the fixtures do not show both kinds of answers");
        }
    }
    if answers == AnswersId::Always {
        let reply = Reply::json(200, json!({}));
        match replay(&*bench.vendor.adapter, bench.place(&bench.full)?, &[reply]) {
            ReplayResult::Failed(error) => {
                let outcome = error.vendor.as_ref().map(|failure| failure.outcome);
                let expected = (Kind::VendorProtocolError, Some(Outcome::Ambiguous));
                ensure!((error.kind, outcome) == expected, "an answer without an id is {error:?}");
            }
            _ => return Err("an answer without an id is treated as a success".into()),
        }
    }
    passed()
}

fn the_marker_comes_back_as_declared(seen: &Seen<'_>) -> CaseResult {
    let bench = seen.bench;
    let exchange = bench.place(&bench.full)?;
    let body = exchange.first().and_then(|request| request.document()).map(ToString::to_string);
    let is_sent = body.is_some_and(|body| body.contains(MARKER));
    let marked: Vec<_> = seen.observations()?.into_iter().filter(|(_, call)| call.marker.is_some()).collect();
    let marks = bench.calls()?.marks();
    ensure!(
        (marks != Marks::Never) == is_sent,
        "the declaration is {marks:?}, but the dial sends a marker: {is_sent}"
    );
    match marks {
        Marks::Never => ensure!(marked.is_empty(), "{:?} has a marker", marked.first()),
        Marks::Certain | Marks::Likely => {
            let fits = marked.iter().any(|(_, call)| call.marker.as_deref() == Some(MARKER));
            ensure!(fits, "no fixture of a read or a list has the marker {MARKER}");
        }
    }
    passed()
}

fn every_documented_status_is_known(seen: &Seen<'_>) -> CaseResult {
    let seen = seen.observations()?;
    ensure!(!seen.is_empty(), "no fixture shows a call");
    for (name, call) in &seen {
        let word = &call.vendor_status;
        match name.ends_with(UNKNOWN_STATUS) {
            true => {
                ensure!(call.has_unknown_status(), "{name}: {word:?} is mapped although it is not documented")
            }
            false => ensure!(!call.has_unknown_status(), "{name}: {word:?} is not mapped"),
        }
    }
    let unknown = seen.iter().any(|(name, _)| name.ends_with(UNKNOWN_STATUS));
    ensure!(unknown, "no fixture with the name …{UNKNOWN_STATUS} shows an unknown status");
    passed()
}

/// Checks that an answer with a missing or strange member is read or fails with `vendor_protocol_error`.
fn strange_answers_are_read_or_reported(seen: &Seen<'_>) -> CaseResult {
    let adapter = &*seen.bench.vendor.adapter;
    let calls = seen.bench.calls()?;
    let mut tried = false;
    let begin: [&dyn Fn() -> Option<Exchange<()>>; 2] =
        [&|| calls.fetch(ID).map(|exchange| exchange.map(drop)), &|| {
            calls.recent(&window()).map(|exchange| exchange.map(drop))
        }];
    for begin in begin {
        let Some(operation) = begin().and_then(|exchange| seen.operation(&exchange)) else { continue };
        for fixture in seen.successes(&operation) {
            let Body::Json(document) = &fixture.reply.body else { continue };
            for strange in strange_copies(document) {
                let exchange = begin().ok_or("the exchange is gone")?;
                let reply = Reply::json(fixture.reply.status, strange.clone());
                // Such a copy can be a failure that the vendor documents, such as `success: false`.
                if adapter.admit(reply.clone()).is_err() {
                    continue;
                }
                if let ReplayResult::Failed(error) = replay(adapter, exchange, &[reply]) {
                    let expected = Kind::VendorProtocolError;
                    ensure!(error.kind == expected, "{}: {error:?} for {strange}", fixture.name);
                }
                tried = true;
            }
        }
    }
    if tried { passed() } else { cannot("No fixture has an answer about calls that could be altered.") }
}

/// Checks that observations of the same call with the same status agree.
fn answers_about_one_call_agree(seen: &Seen<'_>) -> CaseResult {
    let seen = seen.observations()?;
    let mut compared = false;
    for (index, (name, one)) in seen.iter().enumerate() {
        let same = |other: &&(&str, CallObservation)| {
            other.1.remote_id == one.remote_id && other.1.vendor_status == one.vendor_status
        };
        for (other_name, other) in seen.iter().skip(index + 1).filter(same) {
            let members = [
                ("peer", differ(&one.peer, &other.peer)),
                ("own", differ(&one.own, &other.own)),
                ("direction", differ(&one.direction, &other.direction)),
                ("marker", differ(&one.marker, &other.marker)),
                ("ended_reason", differ(&one.ended_reason, &other.ended_reason)),
                ("begun_at", differ(&one.times.begun_at, &other.times.begun_at)),
                ("ended_at", differ(&one.times.ended_at, &other.times.ended_at)),
                ("duration", differ(&one.duration, &other.duration)),
                ("cost", differ(&one.cost, &other.cost)),
            ];
            let different: Vec<_> =
                members.iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect();
            ensure!(different.is_empty(), "{name} and {other_name} differ in {different:?}");
            compared = true;
        }
    }
    if compared { passed() } else { cannot("No two fixtures show the same call with the same status.") }
}

fn differ<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && other.is_some() && one != other
}

/// Checks that a list ends even if the vendor returns the same page every time.
fn lists_end(seen: &Seen<'_>) -> CaseResult {
    let calls = seen.bench.calls()?;
    let begin = || calls.recent(&window());
    let Some(operation) = begin().and_then(|exchange| seen.operation(&exchange)) else {
        return cannot("The vendor has no list of calls.");
    };
    ensure!(seen.successes(&operation).next().is_some(), "no fixture is a page of calls");
    for fixture in seen.successes(&operation) {
        let exchange = begin().ok_or("the list is gone")?;
        let pages = vec![fixture.reply.clone(); MOST_PAGES];
        if let ReplayResult::Waiting(_) = replay(&*seen.bench.vendor.adapter, exchange, &pages) {
            return Err(format!("{}: the list does not end after {MOST_PAGES} pages", fixture.name).into());
        }
    }
    passed()
}

fn undisclosed_members_are_never_filled(seen: &Seen<'_>) -> CaseResult {
    let calls = seen.bench.calls()?;
    let declared: BTreeSet<_> = calls.undisclosed().iter().copied().collect();
    let found = seen.undisclosed(calls)?;
    ensure!(declared == found, "declared as undisclosed: {declared:?}; filled by no fixture: {found:?}");
    passed()
}

fn a_recording_is_read_from_the_vendor(seen: &Seen<'_>) -> CaseResult {
    let Some(request) = seen.bench.calls()?.recording(ID) else {
        return cannot("No recording needs the credential.");
    };
    ensure!(request.method == Method::Get && request.body.is_none(), "the request is not a read");
    ensure!(matches!(request.to, Destination::Path(_)), "the request leaves the base URL");
    seen.bench.vendor.contract.check(&request)?;
    passed()
}

fn no_person_shows(seen: &Seen<'_>) -> CaseResult {
    let seen = seen.observations()?;
    ensure!(!seen.is_empty(), "no fixture shows a call");
    for (name, call) in seen {
        let shown = format!("{call:?}");
        for number in [&call.peer, &call.own].into_iter().flatten() {
            ensure!(!shown.contains(number.as_str().trim_start_matches('+')), "{name}: a phone number shows");
        }
        let words = call.transcript.as_ref().and_then(|transcript| transcript.text().lines().next());
        let summary = call.analysis.summary.as_deref();
        for words in words.into_iter().chain(summary).filter(|words| !words.is_empty()) {
            ensure!(!shown.contains(words), "{name}: the conversation shows");
        }
    }
    passed()
}
