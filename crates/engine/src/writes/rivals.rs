//! The other operations at a vendor that create, or have lost, records and parts like those of a lost creation.

use std::collections::BTreeSet;

use jiff::Timestamp;
use switchboard_core::{
    error::{Kind, Result},
    plan::{Desired, VendorStep},
    vendor::FoundPart,
};
use switchboard_store::{self as store, OperationState};

use super::Writer;
use crate::{
    records::{Item, Managed, Operation, OperationKind},
    vendors::Target,
};

impl Writer {
    /// Returns true if another operation is creating a record with one of the desired states `wanted` now.
    pub(super) async fn is_creating_equal<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        wanted: &[&Desired<R>],
    ) -> Result<bool> {
        let mut held = self.repository.open_operations(target.vendor.name(), &[OperationState::Held]);
        while let Some(page) = held.next_page::<R>().await? {
            for operation in page {
                let other = self.equal_record(target, item, wanted, &operation).await?;
                if other.is_some_and(|other| other.uncertainty.creation_requested_at.is_none()) {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Returns true if at least `number` other records with one of the desired states `wanted` have a lost creation.
    pub(super) async fn has_equal_lost_creations<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        wanted: &[&Desired<R>],
        number: usize,
    ) -> Result<bool> {
        // A record can have two open operations, and counts once.
        let mut lost = BTreeSet::new();
        let mut open = self.repository.open_operations(target.vendor.name(), &[]);
        while lost.len() < number {
            let Some(page) = open.next_page::<R>().await? else { return Ok(false) };
            for operation in page {
                let other = self.equal_record(target, item, wanted, &operation).await?;
                let other = other.filter(|other| other.uncertainty.creation_requested_at.is_some());
                lost.extend(other.map(|other| other.id));
            }
        }
        Ok(true)
    }

    /// Returns the record of an operation if the vendor has not returned its id, and if its desired state is one of
    /// `wanted`. Returns `None` for the record `item`.
    async fn equal_record<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        wanted: &[&Desired<R>],
        operation: &store::Operation,
    ) -> Result<Option<Item<R>>> {
        let Some(other) = self.other_record(item, operation).await? else { return Ok(None) };
        if other.placement.remote_id.is_some() {
            return Ok(None);
        }
        let desired = target.resolve_known(&other.body.desired).await;
        Ok(desired.is_ok_and(|desired| wanted.contains(&&desired)).then_some(other))
    }

    /// Returns true if another operation is running that may have created one of these objects as the part of a step, and
    /// whose record does not have the object's id in the store yet. Also returns true if the creations of that operation can
    /// no longer be planned. Ignores deletions and moves. Also ignores operations with an interrupted attempt or uncertain
    /// revisions: they search for their lost parts themselves, and only one search of all processes runs at a vendor at a time.
    pub(super) async fn is_creating_part<R: Managed>(
        &self,
        target: &Target<'_, R>,
        item: &Item<R>,
        step: &VendorStep,
        objects: &[FoundPart],
        since: Timestamp,
    ) -> Result<bool> {
        let mut held = self.repository.open_operations(target.vendor.name(), &[OperationState::Held]);
        while let Some(page) = held.next_page::<R>().await? {
            for operation in page {
                let Some(other) = self.other_record(item, &operation).await? else { continue };
                let operation = Operation::from_stored(operation)?;
                let creates = !matches!(operation.spec.kind, OperationKind::Delete | OperationKind::Move);
                let searches = operation.was_interrupted() || !other.uncertainty.revisions.is_empty();
                if !creates || searches {
                    continue;
                }
                let may_have_made = |sent: &VendorStep| {
                    sent.part == step.part && objects.iter().any(|object| sent.may_have_made(object, since))
                };
                match self.sent_creations(target, &other, &[operation.spec.revision]).await {
                    Ok(sent) if !sent.iter().any(may_have_made) => {}
                    Err(failure) if failure.violations.is_empty() => return Err(failure),
                    // A running attempt may use a plan that can no longer be made.
                    Ok(_) | Err(_) => return Ok(true),
                }
            }
        }
        Ok(false)
    }

    /// Reads the record of an operation. Returns `None` for the record `item`, and if the record no longer exists.
    async fn other_record<R: Managed>(
        &self,
        item: &Item<R>,
        operation: &store::Operation,
    ) -> Result<Option<Item<R>>> {
        if operation.record == item.id {
            return Ok(None);
        }
        match self.repository.load::<R>(&operation.record).await {
            Ok(other) => Ok(Some(other)),
            Err(gone) if gone.kind == Kind::NotFound => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}
