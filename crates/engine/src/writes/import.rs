//! Imports of records that already exist at a vendor.

use std::sync::Arc;

use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, InputLocation, Kind, Result, Violation},
    model::{FieldReader, schema},
    plan::{Desired, Handling, Parts, Plan},
    rule::{Capability, Report, Unread},
    vendor::{ReadBack, ReadScope, Remote},
};

use super::{Answer, ImportRequest, Intent, Writer, answer_without_vendor, intent::Prepared};
use crate::{
    planning::{Preview, difference, preview_steps},
    records::{
        Batch, Body, Envelope, Item, Managed, OperationKind, SyncState, Visibility, busy, to_document,
    },
    request::RequestContext,
    vendors::Target,
};

/// A dry run of an import.
#[derive(Debug)]
pub struct ImportPreview {
    /// The plan: the requests, the translation report, and the differences between the body and the vendor's record.
    pub plan: Preview,
    /// The record as it would be stored, in the form that callers send.
    pub record: Value,
    /// The vendor's values that `record` lacks: values that the model cannot represent, ids that are also names of
    /// aliases, and handovers to agents that the gateway does not manage. The import leaves them unchanged at the vendor.
    pub unread: Vec<Unread>,
}

/// An import with its plan, before anything is written.
struct Adoption<'a, R: Managed> {
    target: Target<'a, R>,
    remote_id: String,
    parts: Parts,
    /// The vendor's record as a body. If the vendor returns only names, the values that it does not return are copied from
    /// `body`.
    vendor_body: Body<R>,
    /// The body to store in the gateway.
    body: Body<R>,
    /// The desired state with aliases and agents replaced by the vendor's ids.
    desired: Desired<R>,
    unread: Vec<Unread>,
    plan: Plan,
}

/// The reason for the placement of an imported record.
const IMPORT: &str = "import";

impl Writer {
    /// Imports the vendor's record that `document` names. If the vendor returns its records in full, the imported
    /// record takes the vendor's values, and differing values in `document` are sent to the vendor. If the vendor
    /// returns only names, `document` supplies all other values.
    ///
    /// # Errors
    /// The errors of a creation; `validation_failed` if the vendor does not have the record; `already_exists` if a record of
    /// the gateway already uses the vendor's record.
    pub async fn import<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        document: &Value,
    ) -> Result<Answer> {
        let adoption = self.adoption::<R>(document, request.handling).await?;
        let Adoption { target, remote_id, parts, body, desired, plan, .. } = adoption;
        let unverifiable = target.unverifiable(&body.desired)?;
        let mut placement = target.placement(IMPORT.to_owned(), Vec::new(), Some(remote_id));
        if target.has_named_parts() {
            placement.parts = parts;
        }
        let mut item = Item::new(body, placement, plan.report.clone(), unverifiable);
        let permit = self.fleet.permit(target.vendor.name()).await?;
        let mut batch = Batch::new();
        if plan.sends() {
            batch.insert(&item, permit);
            batch.add_revision(&item);
            let mut intent = Intent::new(OperationKind::Update, item, &request);
            intent.prepared = Some(Prepared { desired, facts: target.facts, plan: Some(plan) });
            return self.begin(intent, batch, &request).await?.ok_or_else(busy);
        }
        item.visibility = Visibility::Listed;
        item.sync.state = SyncState::InSync;
        item.sync.observed_revision = Some(item.revision);
        batch.insert(&item, permit);
        batch.add_revision(&item);
        let answer = Answer::created(&item)?;
        answer_without_vendor(&self.repository, batch, answer, &request).await?.ok_or_else(busy)
    }

    /// Plans an import without writing.
    ///
    /// # Errors
    /// The errors of the import up to its first write.
    pub async fn preview_import<R: Managed>(
        &self,
        document: &Value,
        handling: Handling,
    ) -> Result<ImportPreview> {
        let adoption = self.adoption::<R>(document, handling).await?;
        let Adoption { target, parts, vendor_body, body, unread, plan, .. } = adoption;
        self.planner.check_external_ref(None, &body).await?;
        let requests = preview_steps(target.resource, plan.steps, parts)?;
        let diff = difference(Some(&vendor_body), &body)?;
        let because = (IMPORT.to_owned(), Vec::new());
        let plan = Preview::new(&target, because, requests, plan.report, diff);
        Ok(ImportPreview { plan, record: body.document()?, unread })
    }

    async fn adoption<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Adoption<'_, R>> {
        let ImportRequest { vendor, remote_id, given, .. } = ImportRequest::read(document)?;
        let target = self.fleet.target::<R>(self.fleet.named(&vendor)?, handling).await?;
        let remote = self.remote(&target, &remote_id).await?;
        let (seen, mut unread) = self.observed_body(&target, &remote).await?;
        let body = self.fleet.read_given::<R>(overlay(seen.document()?, &given), Some(&seen.desired.record));
        let body = body.map_err(|error| explain(error, &unread, &vendor))?;
        let whole = body.document()?;
        unread.retain(|row| whole.pointer(&row.field).is_none());
        let rows = target.translator().capabilities();
        let is_readable = target.read_back() != ReadBack::NameOnly;
        let vendor_body = if is_readable { seen } else { claimed_body(&body, &seen, &rows)? };
        let envelope = Envelope { vendor: body.envelope.vendor.clone(), ..Envelope::default() };
        let vendor_body = Body { envelope, ..vendor_body };
        let before = target.resolve_known(&vendor_body.desired).await?;
        let target = target.checking(Some(&vendor_body.desired), &body.desired).await;
        let desired = target.resolve(&body.desired).await?;
        let previous = match is_readable {
            true => Report::from_unread(&unread),
            false => {
                let claimed = Body { envelope: Envelope::default(), desired: desired.clone() }.document()?;
                Report::from_claims(&rows, |field| claimed.pointer(field).cloned())
            }
        };
        let (observed, previous) = (Some(&remote.document), Some(&previous));
        let parts = target.parts(Some(&remote_id), &remote.parts);
        let plan = target.plan_update(&before, &desired, &parts, previous, observed, false).await?;
        Ok(Adoption { target, remote_id, parts, vendor_body, body, desired, unread, plan })
    }

    /// Decodes the vendor's record. Also returns the vendor's values that the returned body lacks: values that the model
    /// cannot represent, ids that are also names of aliases, and handovers to agents that the gateway does not manage.
    async fn observed_body<R: Managed>(
        &self,
        target: &Target<'_, R>,
        remote: &Remote,
    ) -> Result<(Body<R>, Vec<Unread>)> {
        let mut observed = target.decode(&remote.document);
        let mut unread = observed.unread;
        let mut mistaken = target.mistaken_aliases(&observed.state.record)?;
        mistaken.extend(target.read_handovers(&mut observed.state.record).await?);
        let body = Body { desired: observed.state, envelope: Envelope::default() };
        if mistaken.is_empty() {
            return Ok((body, unread));
        }
        let Desired { record, extensions } = body.desired;
        let mut record = to_document(R::NAME, &record)?;
        for row in &mistaken {
            schema::take(&mut record, &row.field);
        }
        unread.extend(mistaken);
        // The violations of this reader are dropped: `adoption` reports a missing required field when it reads the merged
        // body.
        let desired = Desired { record: FieldReader::default().root(&record), extensions };
        Ok((Body { desired, ..body }, unread))
    }

    async fn remote<R: Managed>(&self, target: &Target<'_, R>, remote_id: &str) -> Result<Remote> {
        let bound = self.repository.store().remote_ids(R::COLLECTION, target.vendor.name()).await?;
        if bound.iter().any(|id| id == remote_id) {
            let detail =
                format!("Another {} already has the id {remote_id:?} at {}.", R::NAME, target.vendor.name());
            return Err(Error::invalid(vec![Violation::at("/remote_id", Kind::AlreadyExists, detail)]));
        }
        target.find(&target.parts(Some(remote_id), &Parts::NONE), ReadScope::Bound).await?.ok_or_else(|| {
            let detail = format!("{} has no {} with the id {remote_id:?}.", target.vendor.name(), R::NAME);
            Error::invalid(vec![Violation::at("/remote_id", Kind::ValidationFailed, detail)])
        })
    }
}

/// Returns the record at a vendor that returns only names: the values that the vendor returns, and the caller's values of
/// all other fields.
fn claimed_body<R: Managed>(body: &Body<R>, seen: &Body<R>, rows: &[Capability]) -> Result<Body<R>> {
    let (mut claimed, returned) = (body.document_with_secrets()?, seen.document()?);
    for row in rows.iter().filter(|row| row.readable) {
        match returned.pointer(&row.field) {
            Some(value) => schema::put(&mut claimed, &row.field, value.clone()),
            None => drop(schema::take(&mut claimed, &row.field)),
        }
    }
    let extensions = schema::take(&mut claimed, "/extensions");
    let extensions = extensions.and_then(|extensions| extensions.as_object().cloned()).unwrap_or_default();
    // A field that the model requires may be missing at the vendor. The write that follows sends it.
    let desired = Desired { record: FieldReader::default().root(&claimed), extensions };
    Ok(Body { desired, envelope: Envelope::default() })
}

/// Adds to each violation for a missing required field the reason why the vendor's record does not supply the value.
fn explain(mut error: Error, unread: &[Unread], vendor: &str) -> Error {
    let mut violations = std::mem::take(&mut error.violations);
    for violation in violations.iter_mut().filter(|violation| violation.code == Kind::FieldRequired) {
        let row = unread.iter().find(|row| violation.location == InputLocation::Pointer(row.field.clone()));
        violation.detail = match row {
            Some(row) => format!("{} {}", violation.detail, row.why),
            None => format!(
                "{} {vendor} does not return a value for it: add the field to the request.",
                violation.detail
            ),
        };
    }
    if violations.is_empty() { error } else { Error::invalid(violations) }
}

/// Merges members into a document (RFC 7396).
fn overlay(mut document: Value, members: &Map<String, Value>) -> Value {
    schema::merge(&mut document, &Value::Object(members.clone()));
    document
}
