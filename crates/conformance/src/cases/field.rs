//! Cases about each field.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use switchboard_core::{
    model::Root,
    plan::{Handling, Plan},
    rule::{Capability, Support, Verdict, document_path},
};

use super::{CaseResult, cannot, ensure, passed};
use crate::{
    bench::{Bench, refusals, touched},
    leaves::owns,
};

/// Checks that no field is dropped silently: each leaf of a full record is sent, reported, or refused with
/// its pointer.
pub fn is_sent_or_reported<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    if bench.refused.contains_key(&row.field) {
        return passed();
    }
    let full = bench.full_with(row).ok_or("the full sample has no value here")?;
    let plan = match bench.create(&full, Handling::Lenient) {
        Ok(plan) => plan,
        Err(error) if bench.requires_alternative(row, &error) => return passed(),
        Err(error) => return Err(error.into()),
    };
    match plan.report.row(&row.field).map(|entry| entry.verdict) {
        Some(Verdict::Unsupported) => passed(),
        Some(_) if row.vendor_fields.is_empty() => passed(),
        None if row.vendor_fields.is_empty() => {
            let without = bench.without(&full, &row.field).ok_or("it is neither sent nor reported")?;
            let exact = bench.create(&without, Handling::Lenient)?.report.summary.exact;
            ensure!(exact + 1 == plan.report.summary.exact, "it is neither sent nor reported");
            passed()
        }
        _ => {
            let sent =
                row.vendor_fields.iter().chain(&row.created_as).any(|path| holds(&plan.document(), path));
            ensure!(sent, "the field is reported as sent, but it is not sent: {}", plan.document());
            passed()
        }
    }
}

/// Checks that a value that the vendor accepts is read back unchanged.
pub fn round_trip<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    if let Support::Unsupported | Support::Fixed = row.support {
        return cannot(row.why.as_deref().unwrap_or("The vendor has no such field."));
    }
    if !row.readable {
        return cannot("The vendor does not return the value.");
    }
    if row.footprint.respelled {
        return cannot("The value has another form in answers than in requests; the fixtures cover it.");
    }
    let samples = bench.samples(row);
    ensure!(!samples.is_empty(), "the samples contain no value that the vendor accepts");
    for value in samples {
        let document = bench.with(row, &value).ok_or_else(|| format!("{value} is not accepted"))?;
        let plan = bench.create(&document, Handling::Lenient)?;
        if let Some(entry) = plan.report.row(&row.field) {
            ensure!(!entry.verdict.is_loss(), "{value} is {}: {:?}", entry.verdict.name(), entry.why);
        }
        let (read, unread) = bench.answered(plan.document())?;
        ensure!(unread.is_empty(), "{value} is not read back: {unread:?}");
        let (back, normal) = (read.pointer(&row.field), bench.normal(&document)?);
        let same = back.zip(normal.pointer(&row.field)).is_some_and(|(back, sent)| same(back, sent));
        ensure!(same, "{value} came back as {back:?}");
    }
    passed()
}

/// Checks that changing one field leaves the others alone. Every other member keeps its value, unless the report names
/// the member, or the member belongs to a dependent field: one whose accepted values depend on the changed field.
///
/// If the vendor merges updates, the request contains only the members of the changed field and its dependent fields,
/// the members that an update replaces together with these, and the members that every update contains. This is not
/// checked if the change makes the vendor reset other fields. If the field can be set only at creation, the change is
/// reported and not sent.
pub fn change_touches_nothing_else<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    let Some((before, after)) = bench.change(row) else {
        return cannot("The samples contain no two values that the vendor accepts.");
    };
    let (plan, stored) = bench.update(&before, &after, Handling::Lenient)?;
    if row.support == Support::CreationOnly {
        ensure!(!plan.sends() && reported_lost(&plan, row), "a change that cannot be made is not reported");
        return passed();
    }
    ensure!(plan.sends(), "the change is not sent");
    let (sent, own) = (plan.document(), touched(row).collect::<Vec<_>>());
    let mut arrives = false;
    for path in &own {
        // A list item without a value is sent as the list without that item.
        arrives |= document_path::get(&sent, bench.unit(path)?.unwrap_or(path)).is_some();
    }
    ensure!(arrives, "the field is not sent: {sent}");
    let told = plan.report.fields.iter().filter_map(|entry| entry.vendor_field.as_deref());
    // A field whose accepted values depend on this one may be sent or lost together with it.
    let limited =
        bench.rows.iter().filter(|other| other.footprint.limited_by.iter().any(|by| own.contains(by)));
    let limited: Vec<_> = limited.flat_map(touched).collect();
    let named: Vec<_> = own.iter().copied().chain(told).chain(limited.iter().copied()).collect();
    let (written, held) = (bench.leaves(&sent)?, bench.leaves(&stored)?);
    for leaf in held.keys().chain(written.keys()) {
        let left_out = !written.contains_key(leaf) && bench.keeps(&sent, leaf)?;
        let stays = left_out || held.get(leaf) == written.get(leaf);
        ensure!(stays || named.iter().any(|path| owns(path, leaf)), "{leaf} also changes");
    }
    ensure!(bench.keeps_unmodelled(&sent)?, "a member that no rule covers is lost");
    if bench.merges()? && !row.footprint.resets_others {
        let always = bench.update(&before, &before, Handling::Lenient)?.0.document();
        let always = bench.leaves(&always)?;
        for leaf in written.keys() {
            let mut wanted = always.contains_key(leaf);
            for path in own.iter().chain(&limited) {
                let unit = bench.unit(path)?;
                wanted |= owns(path, leaf) || unit.is_some_and(|unit| owns(unit, leaf));
            }
            ensure!(wanted, "{leaf} is also sent");
        }
    }
    passed()
}

/// Checks that a report outlives a change of another field. If a record has only the required fields and this one, a change
/// of its name leaves every other entry of the report as the creation made it.
pub fn a_later_change_keeps_the_report<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    const NAME: &str = "/name";
    let Some(name) = bench.rows.iter().find(|row| row.field == NAME).filter(|_| row.field != NAME) else {
        return cannot("The case changes the name.");
    };
    let renamed = Value::from("Renamed");
    for value in bench.samples(row).into_iter().chain(bench.extremes(row)) {
        let before = bench.changed(&bench.least, row, &value);
        let Ok(created) = bench.create(&before, Handling::Lenient) else { continue };
        let after = bench.changed(&before, name, &renamed);
        let (plan, _) = bench.update(&before, &after, Handling::Lenient)?;
        let entries = |plan: &Plan| -> BTreeMap<String, Value> {
            let entries = plan.report.fields.iter().filter(|entry| entry.field != NAME);
            entries.map(|entry| (entry.field.clone(), json!([entry.verdict, entry.sent]))).collect()
        };
        let (at_first, later) = (entries(&created), entries(&plan));
        ensure!(at_first == later, "{value}: the entries were {at_first:?}, and then are {later:?}");
    }
    passed()
}

/// Checks that clearing a field takes effect at the vendor, or that the report states the value that the vendor then
/// assumes. If the field cannot be cleared, the clearing must be refused or reported.
pub fn clearing_clears_or_says_so<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    if row.domain.is_none() {
        return cannot("The field has no place of its own that could be cleared.");
    }
    let nothing = row.footprint.cleared_as.as_ref();
    let values = bench.samples(row).into_iter().filter(|value| Some(value) != nothing);
    let Some(before) = values.into_iter().find_map(|value| bench.with(row, &value)) else {
        return cannot("The vendor takes no value that is known.");
    };
    let Some(after) = bench.without(&before, &row.field) else {
        return cannot("The vendor requires the field.");
    };
    let (plan, stored) = match bench.update(&before, &after, Handling::Lenient) {
        Ok(updated) => updated,
        Err(error) => {
            ensure!(!row.clearable && refusals(&error).contains_key(&row.field), "{error}");
            return passed();
        }
    };
    if !row.clearable {
        ensure!(reported_lost(&plan, row), "the value stays at the vendor, and this is not reported");
        return passed();
    }
    ensure!(plan.sends(), "nothing is sent");
    let assumed = plan.report.row(&row.field).is_some_and(|entry| entry.verdict == Verdict::Assumed);
    let sent = plan.document();
    let touches =
        touched(row).any(|path| document_path::get(&sent, path) != document_path::get(&stored, path));
    ensure!(touches || assumed, "the vendor keeps what it has: {sent}");
    if row.readable && !row.footprint.respelled && !assumed {
        let body = bench.held(stored, &plan)?;
        let back = bench.answered(body)?.0.pointer(&row.field).cloned();
        ensure!(back.is_none() || back.as_ref() == nothing, "it is still there as {back:?}");
    }
    passed()
}

/// Checks that the requests that set, change and clear a field are in the contract, for every sample value that the
/// model and the vendor accept. The contract has what the vendor documents, so a plan refuses, or reports as lost, each value
/// that the vendor is known to refuse.
pub fn every_value_is_in_the_contract<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    let mut last: Option<Value> = None;
    for value in bench.samples(row).into_iter().chain(bench.extremes(row)) {
        // The smallest record leaves all other fields to the rules.
        let least = bench.changed(&bench.least, row, &value);
        if let Ok(plan) = bench.create(&least, Handling::Lenient) {
            bench.check_creation(&plan).map_err(|why| format!("{value} in the smallest record: {why}"))?;
        }
        let Some(document) = bench.with(row, &value) else { continue };
        let wrong = |why: String| format!("{value}: {why}");
        bench.check_creation(&bench.create(&document, Handling::Lenient)?).map_err(wrong)?;
        for other in bench.without(&document, &row.field).iter().chain(&last) {
            for (before, after) in [(other, &document), (&document, other)] {
                match bench.update(before, after, Handling::Lenient) {
                    Ok((plan, stored)) if plan.sends() => {
                        bench.check_update(&plan, &stored).map_err(wrong)?
                    }
                    _ => {}
                }
            }
        }
        last = Some(document);
    }
    match last {
        Some(_) => passed(),
        None => cannot("The vendor takes no value that is known."),
    }
}

/// Checks that strict handling refuses exactly the changed fields that lenient handling reports as lost or unverified.
pub fn strict_refuses_what_lenient_loses<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    let mut compared = false;
    for value in bench.samples(row).into_iter().chain(bench.extremes(row)) {
        let Some(after) = bench.with(row, &value) else { continue };
        let Some(before) = bench.without(&after, &row.field) else { continue };
        for (before, after) in [(&before, &after), (&after, &before)] {
            let Ok((lenient, _)) = bench.update(before, after, Handling::Lenient) else { continue };
            let strict = bench.update(before, after, Handling::Strict).map(|(plan, _)| plan);
            agree(&lenient, strict).map_err(|why| format!("{value}: {why}"))?;
            compared = true;
        }
    }
    if compared { passed() } else { cannot("No change of the field alone is accepted.") }
}

/// Checks that a field that the vendor does not have is never lost silently. Every write of a record with a value for
/// the field must report the loss or, if the field is essential, be refused.
pub fn is_always_reported<R: Root>(bench: &Bench<R>, row: &Capability) -> CaseResult {
    let given = bench.given.pointer(&row.field).ok_or("the full sample has no value here")?;
    let other = given.as_bool().map(|flag| Value::Bool(!flag));
    for value in [Some(given.clone()), other].into_iter().flatten() {
        let after = bench.changed(&bench.full, row, &value);
        let mut before = after.clone();
        switchboard_core::model::schema::take(&mut before, &row.field);
        let created = bench.create(&after, Handling::Lenient);
        let writes = match &created {
            Ok(_) => vec![
                bench.update(&before, &after, Handling::Lenient),
                bench.update(&after, &after, Handling::Lenient),
            ],
            Err(_) => vec![bench.update(&before, &after, Handling::Lenient)],
        };
        for write in
            std::iter::once(created).chain(writes.into_iter().map(|write| write.map(|(plan, _)| plan)))
        {
            match write {
                Ok(plan) => ensure!(reported_lost(&plan, row), "{value} is lost, and this is not reported"),
                Err(error) if bench.requires_alternative(row, &error) => {}
                Err(error) => {
                    ensure!(row.essential && refusals(&error).contains_key(&row.field), "{value}: {error}");
                }
            }
        }
    }
    passed()
}

/// Checks that strict handling refuses exactly the changed fields that the lenient plan reports as lost or unverified.
pub fn agree(lenient: &Plan, strict: switchboard_core::error::Result<Plan>) -> Result<(), String> {
    let kept = |verdict| matches!(verdict, Verdict::Exact | Verdict::Assumed | Verdict::Extension);
    let losses = lenient.report.fields.iter().filter(|entry| entry.changed && !kept(entry.verdict));
    let losses: BTreeSet<_> = losses.map(|entry| entry.field.clone()).collect();
    let refused = strict.err().map(|error| refusals(&error).into_keys().collect()).unwrap_or_default();
    match losses == refused {
        true => Ok(()),
        false => Err(format!("lenient loses {losses:?}, strict refuses {refused:?}")),
    }
}

fn reported_lost(plan: &Plan, row: &Capability) -> bool {
    plan.report.row(&row.field).is_some_and(|entry| entry.verdict == Verdict::Unsupported)
}

fn holds(body: &Value, path: &str) -> bool {
    document_path::get(body, path).is_some_and(|value| !value.is_null())
}

/// Returns true if two values are equal. The number 1 equals 1.0.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        _ => one == other,
    }
}
