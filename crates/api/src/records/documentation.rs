//! The documentation of the operations that every kind of record has.

use serde_json::{Value, json};
use switchboard_core::model::Root;
use switchboard_engine::OperationAnswer;
use utoipa::openapi::{
    ObjectBuilder, Required, Type,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

use super::{
    Exposed,
    handlers::{OnVendor, RecordFilters},
};
use crate::{
    answers::Plan,
    edge::{
        precondition::{IfMatch, RequiredIfMatch},
        prefer::Prefer,
        query::PageQuery,
        write_headers::WriteHeaders,
    },
    examples,
    openapi::{
        operation::{About, Answer},
        problems::{self, Failures, of_plans, of_writes},
    },
};

pub const JSON: &str = "application/json";
const MERGE_PATCH: &str = "application/merge-patch+json";

pub const REVISION: (&str, &str) = ("ETag", "The revision.");
const OPERATION: (&str, &str) = ("Location", "The address of the operation.");
const RETRY_AFTER: (&str, &str) = ("Retry-After", "The seconds until the operation is worth reading.");

pub const ACCEPTED: &str = "Accepted; the vendor has not confirmed it yet. The operation has the details.";
const ASKED_AGAIN: &str = "If the vendor does not accept it now, the gateway tries again in the background";

pub fn create<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Creates {the} at the vendor that its route leads to, then stores it in the gateway. The answer lists under `translation` the \
         fields that the vendor does not hold exactly as asked. {ASKED_AGAIN}."
    );
    let made = format!("The address of {the}.");
    begin::<R>(&format!("create{title}"), &format!("Create {some}"), &about)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .body(JSON, &format!("New{title}"), (R::EXAMPLES.new)())
        .answers(201, "Created at the vendor and kept.", kept::<R>().with(&[REVISION, ("Location", &made)]))
        .answers(202, ACCEPTED, accepted::<R>())
        .fails(of_writes::<R, problems::Created>())
}

pub fn list<R: Exposed>() -> About {
    let Names { title, many, .. } = names::<R>();
    let about = format!(
        "Lists {many}, oldest first. `next_cursor` is null on the last page, and only there. `placement=stale` lists the \
         {many} that run at another vendor than their pin and the configured routing lead to now; vendors are asked for \
         their catalogues at most, if a rule demands a field."
    );
    begin::<R>(&format!("list{title}s"), &format!("List {many}"), &about)
        .takes::<PageQuery>(ParameterIn::Query)
        .takes::<RecordFilters>(ParameterIn::Query)
        .answers(200, "A page.", Answer::new(&format!("{title}List"), (R::EXAMPLES.list)()))
        .fails(of_plans::<R, problems::RecordsListed>())
}

pub fn get<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let secrets = if R::SECRETS.is_empty() { "" } else { ", without its secrets" };
    let about = format!("Returns {the} as it was last accepted{secrets}. No vendor is asked.");
    begin::<R>(&format!("get{title}"), &format!("Read {some}"), &about)
        .parameter(id::<R>())
        .answers(200, &format!("{}.", capitalized(&the)), kept::<R>().with(&[REVISION]))
        .fails(problems::Read::responses())
}

pub fn replace<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = format!(
        "Replaces all settable fields: a field that the body leaves out loses its value. Needs `If-Match`. {ASKED_AGAIN}, \
         until the vendor has this or a newer change."
    );
    begin::<R>(&format!("replace{title}"), &format!("Replace {some}"), &about)
        .parameter(id::<R>())
        .takes::<RequiredIfMatch>(ParameterIn::Header)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .body(JSON, &format!("New{title}"), (R::EXAMPLES.new)())
        .changes::<R>()
        .fails(of_writes::<R, problems::Replaced>())
}

pub fn patch<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = format!(
        "Applies a JSON merge patch (RFC 7396): a field that the patch leaves out stays, null clears one. No vendor is asked \
         for a patch that changes nothing. {ASKED_AGAIN}, until the vendor has this or a newer change."
    );
    begin::<R>(&format!("patch{title}"), &format!("Change {some}"), &about)
        .parameter(id::<R>())
        .takes::<IfMatch>(ParameterIn::Header)
        .takes::<Prefer>(ParameterIn::Header)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .body(MERGE_PATCH, &format!("{title}Patch"), (R::EXAMPLES.patch)())
        .changes::<R>()
        .fails(of_writes::<R, problems::Changed>())
}

pub fn delete<R: Exposed>() -> About {
    let Names { title, some, the, .. } = names::<R>();
    let about = format!(
        "Deletes {the} here and at the vendor; with `on_vendor=keep`, only here. A record that the vendor no longer has counts \
         as deleted. If the vendor does not remove it now, the gateway tries again in the background."
    );
    let accepted = "Deleted here; the vendor has not removed it yet. The operation has the details.";
    begin::<R>(&format!("delete{title}"), &format!("Delete {some}"), &about)
        .parameter(id::<R>())
        .takes::<IfMatch>(ParameterIn::Header)
        .takes::<OnVendor>(ParameterIn::Query)
        .takes::<WriteHeaders>(ParameterIn::Header)
        .answers(204, "Deleted.", Answer::default())
        .answers(202, accepted, Answer::new("Operation", examples::removal()).with(&[OPERATION, RETRY_AFTER]))
        .refers_to::<OperationAnswer>()
        .fails(problems::Removed::responses())
}

pub fn plan<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Returns the requests that a creation would send, at any vendor, and the losses that it would have. Asks the \
        vendor for its catalogues at most, and changes nothing.";
    begin::<R>(&format!("plan{title}"), &format!("Plan {some}"), about)
        .takes::<Prefer>(ParameterIn::Header)
        .body(JSON, &format!("New{title}"), (R::EXAMPLES.new)())
        .answers(200, "The plan.", Answer::new("Plan", (R::EXAMPLES.plan)()))
        .refers_to::<Plan>()
        .fails(of_plans::<R, problems::Planned>())
}

pub fn plan_patch<R: Exposed>() -> About {
    let Names { title, some, .. } = names::<R>();
    let about = "Returns the requests that a merge patch would send, and the losses that it would have. Reads the vendor's \
        record if the vendor replaces whole records, and changes nothing.";
    begin::<R>(&format!("plan{title}Patch"), &format!("Plan a change of {some}"), about)
        .parameter(id::<R>())
        .takes::<Prefer>(ParameterIn::Header)
        .body(JSON, &format!("{title}Patch"), (R::EXAMPLES.patch)())
        .answers(200, "The plan.", Answer::new("Plan", (R::EXAMPLES.patch_plan)()))
        .refers_to::<Plan>()
        .fails(problems::ChangePlanned::responses())
}

impl About {
    /// Adds the answers of a change.
    pub fn changes<R: Exposed>(self) -> Self {
        self.answers(200, "Changed at the vendor and kept.", kept::<R>().with(&[REVISION])).answers(
            202,
            ACCEPTED,
            accepted::<R>(),
        )
    }
}

/// The words for a kind of record.
pub struct Names {
    /// The name of the record's schema: `Agent`.
    pub title: String,
    /// The name with the indefinite article: `an agent`.
    pub some: String,
    /// The name with the definite article: `the agent`.
    pub the: String,
    /// The plural: `agents`.
    pub many: String,
}

pub fn names<R: Root>() -> Names {
    let article = if R::NAME.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    Names {
        title: R::name().into_owned(),
        some: format!("{article} {}", R::NAME),
        the: format!("the {}", R::NAME),
        many: format!("{}s", R::NAME),
    }
}

/// Begins the documentation of an operation.
pub fn begin<R: Root>(operation: &str, summary: &str, about: &str) -> About {
    About::new(&names::<R>().many, operation, summary, about)
}

/// Documents the path parameter of a record.
pub fn id<R: Root>() -> Parameter {
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some(format!("The {}'s id.", R::NAME)))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .example(Some(json!(format!("{}_01kkcvb8q0e9w8d2m7a3r5x6tz", R::PREFIX))))
        .build()
}

/// Answers with a record.
pub fn kept<R: Exposed>() -> Answer {
    record::<R>((R::EXAMPLES.answer)())
}

/// Answers with this record.
pub fn record<R: Root>(example: Value) -> Answer {
    Answer::new(&R::name(), example)
}

/// Answers with a record whose operation continues in the background.
pub fn accepted<R: Exposed>() -> Answer {
    record::<R>((R::EXAMPLES.accepted)()).with(&[REVISION, OPERATION, RETRY_AFTER])
}

pub fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
