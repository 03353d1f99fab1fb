//! Adopting a record that a vendor has already.

use std::sync::Arc;

use serde_json::{Map, Value};
use switchboard_core::{
    Desired, Error, FieldReader, Handling, InputLocation, Kind, Plan, ReadBack, Remote, Report, Result,
    Unread, Violation, schema,
};

use super::{Answer, ImportRequest, Intent, Writer, answer_without_vendor, intent::Prepared};
use crate::{
    planning::{Preview, PreviewedRequest, difference},
    records::{
        Batch, Body, Envelope, Filter, Item, Managed, OperationKind, SyncState, Visibility, busy, members,
        to_document,
    },
    request::RequestContext,
    vendors::Target,
};

/// A dry run of an import.
#[derive(Debug)]
pub struct ImportPreview {
    /// What would be sent, what the vendor holds, and what the caller gives otherwise than the vendor has it.
    pub plan: Preview,
    /// The record as it would be kept: all that callers can set.
    pub record: Value,
    /// What the vendor's record says and the kept one cannot; it stays at the vendor.
    pub unread: Vec<Unread>,
}

/// An import with its plan. Nothing is written yet.
struct Adoption<'a, R: Managed> {
    target: Target<'a, R>,
    remote_id: String,
    /// What the vendor has.
    had: Body<R>,
    /// What is to be kept.
    body: Body<R>,
    /// The same in the vendor's own ids.
    desired: Desired<R>,
    unread: Vec<Unread>,
    plan: Plan,
}

/// Why an import is where it is.
const IMPORT: &str = "import";

impl Writer {
    /// Takes over the record that `vendor` has as `remote_id`. Where the vendor can be read, its values are the
    /// record's, and what the body gives beside them is changed at the vendor; else the body gives them all.
    ///
    /// # Errors
    /// As for a creation; `already_exists` where the record was taken over before.
    pub async fn import<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        document: &Value,
    ) -> Result<Answer> {
        let adoption = self.adoption::<R>(document, request.handling).await?;
        let Adoption { target, remote_id, body, desired, plan, .. } = adoption;
        let unverifiable = target.unverifiable(&body.desired)?;
        let placement = target.placement(IMPORT.to_owned(), Vec::new(), Some(remote_id));
        let mut item = Item::new(body, placement, plan.report.clone(), unverifiable);
        let permit = self.fleet.permit(target.vendor.name()).await?;
        let mut batch = Batch::new();
        if plan.sends {
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

    /// Plans an import without writing anything.
    ///
    /// # Errors
    /// Those of the import up to the point where something would be written.
    pub async fn preview_import<R: Managed>(
        &self,
        document: &Value,
        handling: Handling,
    ) -> Result<ImportPreview> {
        let adoption = self.adoption::<R>(document, handling).await?;
        let Adoption { target, remote_id, had, body, unread, plan, .. } = adoption;
        self.check_external_ref(&body).await?;
        let exchange = plan.sends.then(|| target.resource.update(&remote_id, plan.body));
        let request = exchange.as_ref().and_then(|exchange| exchange.first()).map(PreviewedRequest::from);
        let diff = difference(Some(&had), &body)?;
        let because = (IMPORT.to_owned(), Vec::new());
        let plan = Preview::new(&target, because, request, plan.report, diff);
        Ok(ImportPreview { plan, record: body.document()?, unread })
    }

    async fn adoption<R: Managed>(&self, document: &Value, handling: Handling) -> Result<Adoption<'_, R>> {
        let ImportRequest { vendor, remote_id, given, .. } = ImportRequest::read(document)?;
        let target = self.fleet.target::<R>(self.fleet.named(&vendor)?, handling).await?;
        let remote = self.remote(&target, &remote_id).await?;
        let (seen, mut unread) = self.observed_body(&target, &remote)?;
        let body = self.fleet.read_body::<R>(overlay(seen.document()?, &given));
        let body = body.map_err(|error| explain(error, &unread))?;
        let whole = body.document()?;
        unread.retain(|row| whole.pointer(&row.field).is_none());
        let readable = target.read_back() != ReadBack::NameOnly;
        let had = if readable {
            seen
        } else {
            // What the vendor does not return is as the caller states it.
            let returned = seen.document()?;
            self.fleet.read_body(overlay(whole, members(&returned)?))?
        };
        let envelope = Envelope { vendor: body.envelope.vendor.clone(), ..Envelope::default() };
        let had = Body { envelope, ..had };
        let before = if readable { had.desired.clone() } else { target.resolve(&had.desired)? };
        let desired = target.resolve(&body.desired)?;
        let reported = readable.then(|| Report::from_unread(&unread));
        let observed = Some(&remote.document);
        let plan = target.plan_update(&before, &desired, &remote_id, reported.as_ref(), observed).await?;
        Ok(Adoption { target, remote_id, had, body, desired, unread, plan })
    }

    /// What the vendor says of its record, as far as it can be kept.
    fn observed_body<R: Managed>(
        &self,
        target: &Target<'_, R>,
        remote: &Remote,
    ) -> Result<(Body<R>, Vec<Unread>)> {
        let observed = target.decode(&remote.document);
        let mut unread = observed.unread;
        let mistaken = self.fleet.mistaken_aliases(&observed.state.record, target.vendor)?;
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
        // What is missing is missed with what the caller gives.
        let desired = Desired { record: FieldReader::default().root(&record), extensions };
        Ok((Body { desired, ..body }, unread))
    }

    async fn remote<R: Managed>(&self, target: &Target<'_, R>, remote_id: &str) -> Result<Remote> {
        let bound = self.repository.store().remote_ids(R::COLLECTION, target.vendor.name()).await?;
        if bound.iter().any(|id| id == remote_id) {
            let detail = format!("Another {} is {remote_id:?} at {} already.", R::NAME, target.vendor.name());
            return Err(Error::invalid(vec![Violation::at("/remote_id", Kind::AlreadyExists, detail)]));
        }
        target.find(remote_id).await?.ok_or_else(|| {
            let detail = format!("{} has no {} {remote_id:?}.", target.vendor.name(), R::NAME);
            Error::invalid(vec![Violation::at("/remote_id", Kind::ValidationFailed, detail)])
        })
    }

    /// Refuses a key of the caller's that another record has, as keeping it would.
    async fn check_external_ref<R: Managed>(&self, body: &Body<R>) -> Result<()> {
        let Some(external_ref) = &body.envelope.external_ref else { return Ok(()) };
        let filter = Filter { external_ref: Some(external_ref.clone()), ..Filter::default() };
        if self.repository.store().list(R::COLLECTION, &filter, None, 1).await?.is_empty() {
            return Ok(());
        }
        let detail = format!("Another {} has the external_ref {external_ref:?}.", R::NAME);
        Err(Error::invalid(vec![Violation::at("/external_ref", Kind::AlreadyExists, detail)]))
    }
}

/// The error of a body, which says of a field that has to be given what the vendor has there.
fn explain(mut error: Error, unread: &[Unread]) -> Error {
    let mut violations = std::mem::take(&mut error.violations);
    for violation in violations.iter_mut().filter(|violation| violation.code == Kind::FieldRequired) {
        let row = unread.iter().find(|row| violation.location == InputLocation::Pointer(row.field.clone()));
        if let Some(row) = row {
            violation.detail = format!("{} {}", violation.detail, row.why);
        }
    }
    if violations.is_empty() { error } else { Error::invalid(violations) }
}

/// A document with the members of another one on top.
fn overlay(mut document: Value, members: &Map<String, Value>) -> Value {
    schema::merge(&mut document, &Value::Object(members.clone()));
    document
}
