//! The documentation of the API operations for batches, imports, reconciliation and revisions.

use switchboard_engine::SyncRequest;
use utoipa::openapi::path::ParameterIn;

use super::{
    Exposed,
    batch_request::MAX_OPERATIONS,
    documentation::{ACCEPTED, JSON, Names, REVISION, accepted, begin, capitalized, id, kept, names, record},
    revisions::RevisionNumber,
};
use crate::{
    edge::{precondition::IfMatch, prefer::Prefer, query::PageQuery, write_headers::WriteHeaders},
    examples,
    openapi::{
        operation::{About, Answer},
        problems::{self, Failures, of_writes},
    },
    report_detail::ReportDetail,
};

pub fn batch<R: Exposed>() -> About {
    let Names { title, many, .. } = names::<R>();
    let about = format!(
        "Creates and changes several {many}, at most {MAX_OPERATIONS}. The operations are independent of each other: each has a \
         result with the status and the document that the single request would have, and a refused operation does not stop the \
         others. The results have the order of the operations. The gateway carries out up to 8 operations concurrently, so an \
         operation must not depend on an earlier one. `Prefer: wait` applies to the batch as a whole; an operation whose vendor has \
         not answered by then has the status 202. If the batch is repeated with the same `Idempotency-Key`, also after a failure \
         of the connection or of the gateway, each operation with a final result has the same result again, with `replayed`; the \
         gateway carries out only operations that it had not begun or that failed temporarily."
    );
    begin::<R>(&format!("batch{title}s"), &format!("Create and change {many}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .body(JSON, &format!("{title}Batch"), examples::batch())
        .answers(
            200,
            "The result of each operation.",
            Answer::new(&format!("{title}BatchResults"), examples::batch_results()),
        )
        .fails(problems::Batched::responses())
}

pub fn import<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Imports {some} that already exists at a vendor. If the vendor returns the values of its record, {the} takes these \
         values, and the gateway sends to the vendor only the values of the body that differ. Otherwise the body must contain \
         all values. {} is pinned to the vendor unless `pin` is false.",
        capitalized(&the)
    );
    let made = format!("The address of {the}.");
    begin::<R>(&format!("import{title}"), &format!("Import {some}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(JSON, &format!("{title}Import"), examples::agent_import())
        .answers(
            201,
            "Imported, and changed at the vendor if the body requires it.",
            kept::<R>().with(&[REVISION, ("Location", &made)]),
        )
        .answers(202, ACCEPTED, accepted::<R>())
        .fails(of_writes::<R, problems::Created>())
}

pub fn plan_import<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Returns a dry run of an import: {the} as the gateway would store it, the values of the vendor's record that the \
         gateway cannot represent, and the requests that would change the vendor's record. Reads the vendor's record and changes \
         nothing."
    );
    begin::<R>(&format!("plan{title}Import"), &format!("Plan the import of {some}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(JSON, &format!("{title}Import"), examples::agent_import())
        .answers(200, "The plan.", Answer::new(&format!("{title}ImportPlan"), examples::agent_import_plan()))
        .fails(problems::ImportPlanned::responses())
}

pub fn sync<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Reads the vendor's record and compares it with the values that the gateway sent. If the values differ, \
        `on_drift` decides: `report` lists the differences under `sync.drift`; `overwrite` sends the values again, or creates the \
        record again if the vendor no longer has it; `adopt` accepts the vendor's values as a new revision. A value that the vendor \
        rounds, clamps or cannot hold is not drift. If a write of the record is in progress, the record is returned unchanged.";
    begin::<R>(&format!("sync{title}"), &format!("Reconcile {some}"), about)
        .parameter(id::<R>())
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .body(JSON, "SyncRequest", examples::sync())
        .refers_to::<SyncRequest>()
        .answers(200, "The record after the comparison.", record::<R>(examples::drifted_agent()).with(&[REVISION]))
        .answers(202, "The vendor has not confirmed the values that the gateway sent again. The operation shows the progress.", accepted::<R>())
        .fails(problems::Synced::responses())
}

pub fn revisions<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Lists the accepted desired states of {the}, newest first. The gateway keeps the latest 1000 unless \
         configured otherwise."
    );
    begin::<R>(&format!("list{title}Revisions"), &format!("List the revisions of {some}"), &about)
        .parameter(id::<R>())
        .takes::<PageQuery>(ParameterIn::Query)
        .answers(
            200,
            "A page of revisions.",
            Answer::new(&format!("{title}RevisionList"), examples::revisions()),
        )
        .fails(problems::Revisions::responses())
}

pub fn revision<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Returns the desired state that the gateway accepted as this revision.";
    begin::<R>(&format!("get{title}Revision"), &format!("Read a revision of {some}"), about)
        .parameter(id::<R>())
        .takes::<RevisionNumber>(ParameterIn::Path)
        .answers(
            200,
            "The revision with its desired state.",
            Answer::new(&format!("{title}Revision"), examples::revision()),
        )
        .fails(problems::Read::responses())
}

pub fn restore<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Restores the desired state of an earlier revision. The gateway accepts this desired state as a new revision.";
    begin::<R>(&format!("restore{title}Revision"), &format!("Restore a revision of {some}"), about)
        .parameter(id::<R>())
        .takes::<RevisionNumber>(ParameterIn::Path)
        .takes::<IfMatch>(ParameterIn::Header)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .takes::<ReportDetail>(ParameterIn::Query)
        .changes::<R>()
        .fails(problems::Restored::responses())
}
