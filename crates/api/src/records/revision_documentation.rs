//! The documentation of the operations of imports and revisions.

use switchboard_engine::SyncRequest;
use utoipa::openapi::path::ParameterIn;

use super::{
    Exposed,
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
};

pub fn import<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Takes over {some} that a vendor has already. At a vendor that can be read, its values become those of {the}, and the \
         gateway changes at the vendor the values that the body gives beside them; else the body gives them all. {} is pinned to the \
         vendor unless `pin` is false.",
        capitalized(&the)
    );
    let made = format!("The address of {the}.");
    begin::<R>(&format!("import{title}"), &format!("Import {some}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .body(JSON, &format!("{title}Import"), examples::agent_import())
        .answers(201, "Kept.", kept::<R>().with(&[REVISION, ("Location", &made)]))
        .answers(202, ACCEPTED, accepted::<R>())
        .fails(of_writes::<R, problems::Created>())
}

pub fn plan_import<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Returns {the} as the gateway would keep it, the values of the vendor's record that it cannot have, and the changes \
         that the body makes at the vendor. Reads the vendor's record, and changes nothing."
    );
    begin::<R>(&format!("plan{title}Import"), &format!("Plan the import of {some}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .body(JSON, &format!("{title}Import"), examples::agent_import())
        .answers(200, "The plan.", Answer::new(&format!("{title}ImportPlan"), examples::agent_import_plan()))
        .fails(problems::ImportPlanned::responses())
}

pub fn sync<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Reads the vendor's record now. If it differs from the values that the vendor was sent, `on_drift` decides: \
        `report` lists the differences under `sync.drift`, `overwrite` sends the values again (and creates again a record that \
        the vendor no longer has), `adopt` takes the vendor's values as a new revision. A value that the vendor rounds, clamps \
        or cannot hold is no drift.";
    begin::<R>(&format!("sync{title}"), &format!("Reconcile {some}"), about)
        .parameter(id::<R>())
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .body(JSON, "SyncRequest", examples::sync())
        .refers_to::<SyncRequest>()
        .answers(200, "The record as it is now.", record::<R>(examples::drifted_agent()).with(&[REVISION]))
        .answers(202, "The vendor has not confirmed it yet. The operation has the details.", accepted::<R>())
        .fails(problems::Synced::responses())
}

pub fn revisions<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!("Lists every accepted desired state of {the}, the newest first.");
    begin::<R>(&format!("list{title}Revisions"), &format!("List the revisions of {some}"), &about)
        .parameter(id::<R>())
        .takes::<PageQuery>(ParameterIn::Query)
        .answers(200, "A page.", Answer::new(&format!("{title}RevisionList"), examples::revisions()))
        .fails(problems::Revisions::responses())
}

pub fn revision<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Returns the desired state that was accepted with this revision.";
    begin::<R>(&format!("get{title}Revision"), &format!("Read a revision of {some}"), about)
        .parameter(id::<R>())
        .takes::<RevisionNumber>(ParameterIn::Path)
        .answers(200, "The revision.", Answer::new(&format!("{title}Revision"), examples::revision()))
        .fails(problems::Read::responses())
}

pub fn restore<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Makes the desired state of that revision the present one, as a new revision.";
    begin::<R>(&format!("restore{title}Revision"), &format!("Restore a revision of {some}"), about)
        .parameter(id::<R>())
        .takes::<RevisionNumber>(ParameterIn::Path)
        .takes::<IfMatch>(ParameterIn::Header)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .changes::<R>()
        .fails(problems::Restored::responses())
}
