//! The reading of documents that earlier versions of the gateway stored. Each former field is replaced by the present
//! one.

use serde_json::Value;
use switchboard_core::{model::FormerField, rule::Report};

use super::{Managed, status::Sync};

/// Replaces each former field of a stored record with the present one.
pub fn replace_in_record<R: Managed>(record: &mut Value) {
    R::FORMER.iter().for_each(|former| former.replace_in(record));
}

/// Replaces each former field of a stored report with the present one.
pub fn replace_in_report<R: Managed>(report: &mut Report) {
    for entry in &mut report.fields {
        if let Some(former) = FormerField::find(R::FORMER, &entry.field) {
            entry.field = former.moved(&entry.field);
            for value in [&mut entry.wanted, &mut entry.sent, &mut entry.observed].into_iter().flatten() {
                *value = (former.convert)(value.take());
            }
        }
    }
}

/// Replaces each former field of a stored sync state with the present one.
pub fn replace_in_sync<R: Managed>(sync: &mut Sync) {
    sync.unverifiable.iter_mut().for_each(replace_pointer::<R>);
    for drift in &mut sync.drift {
        if let Some(former) = FormerField::find(R::FORMER, &drift.field) {
            drift.field = former.moved(&drift.field);
            for value in [&mut drift.desired, &mut drift.observed] {
                *value = (former.convert)(value.take());
            }
        }
    }
}

/// Replaces a pointer to a former field with the pointer to the present one.
pub fn replace_pointer<R: Managed>(pointer: &mut String) {
    if let Some(former) = FormerField::find(R::FORMER, pointer) {
        *pointer = former.moved(pointer);
    }
}
