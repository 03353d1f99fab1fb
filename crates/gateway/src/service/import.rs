//! Adopting a record that a vendor has already.

use std::sync::Arc;

use serde_json::{Map, Value};
use switchboard_core::{
    Desired, Entry, Error, Kind, Plan, ReadBack, Remote, Report, Result, Unread, Verdict, Violation, decode,
};
use switchboard_store::Step;

use super::{
    Call, Item, Managed, Reply, Service, Shown, SyncState,
    body::Body,
    members,
    operation::{Course, Operation, OperationKind},
    plan::Target,
    write::{Work, busy, placement},
};

impl Service {
    /// Takes over the record that `vendor` has as `remote_id`. Where the vendor can be read, its values are the
    /// record's, and what the body gives beside them is changed at the vendor; else the body gives them all.
    ///
    /// # Errors
    /// As for a creation; `already_exists` where the record was taken over before.
    pub async fn import<R: Managed>(self: &Arc<Self>, call: Call, document: &Value) -> Result<Reply> {
        let (vendor, remote_id, given) = self.read_import(document)?;
        let target = self.target::<R>(self.named_vendor(&vendor)?, call.handling).await?;
        let remote = self.remote(&target, &remote_id).await?;
        let readable = target.read_back() != ReadBack::NameOnly;
        let (seen, unread) = match readable {
            true => {
                let observed = decode(target.resource, target.adapter, &remote.document, &target.facts);
                (observed.state, observed.unread)
            }
            false => (Desired::default(), Vec::new()),
        };
        let body = self.read_body::<R>(&adopted(&seen, &given))?;
        let desired = self.aliases.resolve(&body.desired, target.vendor)?;
        let before = if readable { seen } else { desired.clone() };
        let plan = target.update(&before, &desired, &remote_id, None, Some(&remote.document)).await?;
        let unverifiable = target.unverifiable(&body.desired);
        let report = with_unread(plan.report.clone(), unread, &body);
        let placement = placement(&target, "import".to_owned(), Some(remote_id));
        let mut item = Item::new(body, placement, report.clone(), unverifiable);
        if plan.sends {
            let course = Course::new(OperationKind::Update, &item, &call);
            let operation = Operation::new(&item, course);
            let steps = vec![Step::Insert(item.row()), Step::AddRevision(item.revision_row())];
            let work = Work { operation, item, accepted: false };
            let prepared = Plan { report, ..plan };
            return self.begin(work, steps, Some(prepared), &call).await?.ok_or_else(busy);
        }
        item.shown = Shown::Yes;
        item.sync.state = SyncState::InSync;
        item.sync.observed_revision = Some(item.revision);
        let steps = vec![Step::Insert(item.row()), Step::AddRevision(item.revision_row())];
        self.at_once(steps, Reply::created(&item), &call).await?.ok_or_else(busy)
    }

    fn read_import(&self, document: &Value) -> Result<(String, String, Map<String, Value>)> {
        let mut given = members(document)?.clone();
        let remote_id = given.shift_remove("remote_id");
        let vendor = given.get("vendor").and_then(Value::as_str).map(ToOwned::to_owned);
        let mut violations = Vec::new();
        if vendor.is_none() {
            violations.push(Violation::at("/vendor", Kind::FieldRequired, "/vendor is required."));
        }
        let remote_id = match remote_id {
            Some(Value::String(id)) if !id.is_empty() && id.len() <= 255 => Some(id),
            None | Some(Value::Null) => {
                violations.push(Violation::at("/remote_id", Kind::FieldRequired, "/remote_id is required."));
                None
            }
            Some(_) => {
                let detail = "/remote_id must be the vendor's id, a text of 1 to 255 characters.";
                violations.push(Violation::at("/remote_id", Kind::ValidationFailed, detail));
                None
            }
        };
        match (vendor, remote_id) {
            (Some(vendor), Some(remote_id)) if violations.is_empty() => Ok((vendor, remote_id, given)),
            _ => Err(Error::invalid(violations)),
        }
    }

    async fn remote<R: Managed>(&self, target: &Target<'_, R>, remote_id: &str) -> Result<Remote> {
        let bound = self.store.remote_ids(R::COLLECTION, target.vendor.name()).await?;
        if bound.iter().any(|id| id == remote_id) {
            let detail = format!("Another {} is {remote_id:?} at {} already.", R::NAME, target.vendor.name());
            return Err(Error::invalid(vec![Violation::at("/remote_id", Kind::AlreadyExists, detail)]));
        }
        target.fetch(remote_id).await?.ok_or_else(|| {
            let detail = format!("{} has no {} {remote_id:?}.", target.vendor.name(), R::NAME);
            Error::invalid(vec![Violation::at("/remote_id", Kind::ValidationFailed, detail)])
        })
    }
}

/// What was seen at the vendor, with what the caller gives on top.
fn adopted<R: Managed>(seen: &Desired<R>, given: &Map<String, Value>) -> Value {
    let mut document = Body { desired: seen.clone(), envelope: super::Envelope::default() }.document();
    json_patch::merge(&mut document, &Value::Object(given.clone()));
    document
}

/// The report with a row for every vendor value that the model could not take, unless the caller gave the field.
fn with_unread<R: Managed>(mut report: Report, unread: Vec<Unread>, body: &Body<R>) -> Report {
    let document = body.document();
    let rows = unread.into_iter().filter(|row| document.pointer(&row.field).is_none());
    let rows: Vec<_> = rows
        .map(|row| Entry {
            field: row.field,
            vendor_field: Some(row.vendor_field),
            verdict: Verdict::Unsupported,
            wanted: None,
            sent: None,
            observed: None,
            why: Some("The vendor has a value here that could not be read; it stays there.".to_owned()),
            changed: false,
        })
        .collect();
    if !rows.is_empty() {
        report.summary.unsupported += u32::try_from(rows.len()).unwrap_or(u32::MAX);
        report.fidelity = switchboard_core::Fidelity::Partial;
        report.fields.extend(rows);
    }
    report
}
