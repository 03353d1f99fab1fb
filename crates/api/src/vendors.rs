//! `/v1/vendors`

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use http::{HeaderName, HeaderValue, header};
use serde_json::{Value, json};
use switchboard_core::{Agent, Catalogue, Error, Kind, Part, Root, Trunk, Unit};
use switchboard_engine::{Vendor, VendorRecord, capability::Column, vendors::inventory};

use super::{
    Api, examples,
    openapi::{
        problems::{Account, Asked, Configured, OneConfigured},
        schemas::{Capabilities, CatalogueList, VendorAnswer, VendorList, VendorRecordList},
    },
    records::Result,
};
use crate::edge::query::Query;

/// List the vendors
///
/// The configured vendors, without a word of their credentials.
#[utoipa::path(
    get, path = "/v1/vendors", tag = "vendors", operation_id = "listVendors",
    responses((status = 200, description = "All of them.", body = VendorList, example = json!(examples::vendors())), Configured),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    query.finish()?;
    let data: Vec<_> = api.engine.fleet().vendors().map(answer).collect();
    Ok(Answer(json!({ "data": data, "next_cursor": null })).into_response())
}

/// Read a vendor
///
/// Which vendor a configured name stands for, what is peculiar to it, and how it fares: whether requests are let through
/// to it now, and if not, why and for how long.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}", tag = "vendors", operation_id = "getVendor",
    responses((status = 200, description = "The vendor.", body = VendorAnswer, example = json!(examples::vendor())), OneConfigured),
    params(super::openapi::params::VendorName),
)]
pub async fn get(State(api): State<Api>, Path(vendor): Path<String>, query: Query) -> Result {
    query.finish()?;
    Ok(Answer(answer(api.engine.fleet().vendor(&vendor)?)).into_response())
}

/// What a vendor can hold
///
/// Every normalized field, computed from the rules that translate it: whether the vendor has it, the values it takes in
/// normalized units, how they are converted, and why not.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/capabilities", tag = "vendors", operation_id = "getVendorCapabilities",
    responses((status = 200, description = "Field by field.", body = Capabilities, example = json!(examples::capabilities())), OneConfigured),
    params(super::openapi::params::VendorName),
)]
pub async fn capabilities(State(api): State<Api>, Path(vendor): Path<String>, query: Query) -> Result {
    query.finish()?;
    let vendor = api.engine.fleet().vendor(&vendor)?;
    Ok(Answer(Column::new(vendor.name(), vendor.adapter())).into_response())
}

/// List a vendor's agents
///
/// Everything that the vendor has now, in its order, and which agent here each one is: all on one page. What is nobody's here
/// can be imported.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/agents", tag = "vendors", operation_id = "listVendorAgents",
    responses((status = 200, description = "All of them.", body = VendorRecordList, example = json!(examples::vendor_agents())), Account),
    params(super::openapi::params::VendorName),
)]
pub async fn agents(State(api): State<Api>, Path(vendor): Path<String>, query: Query) -> Result {
    query.finish()?;
    let records = inventory::<Agent>(api.engine.fleet(), api.engine.repository(), &vendor).await?.into_iter();
    let row = |record: VendorRecord| json!({ "remote_id": record.remote_id, "name": record.name, "agent_id": record.ours });
    Ok(Answer(json!({ "data": records.map(row).collect::<Vec<_>>(), "next_cursor": null })).into_response())
}

/// List a vendor's voices
///
/// The vendor's own list, kept for ten minutes; `Age` says how old it is.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/voices", tag = "vendors", operation_id = "listVendorVoices",
    responses((status = 200, description = "The voices.",
            headers(("Age" = u64, description = "Seconds since the vendor was asked.")),
            body = CatalogueList, example = json!(examples::voices())), Asked),
    params(super::openapi::params::VendorName, super::openapi::params::Refresh),
)]
pub async fn voices(State(api): State<Api>, Path(vendor): Path<String>, query: Query) -> Result {
    catalogue(api, &vendor, Catalogue::Voices, query).await
}

/// List a vendor's languages
///
/// The vendor's own list, kept for ten minutes; `Age` says how old it is.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/languages", tag = "vendors", operation_id = "listVendorLanguages",
    responses((status = 200, description = "The languages.",
            headers(("Age" = u64, description = "Seconds since the vendor was asked.")),
            body = CatalogueList, example = json!(examples::languages())), Asked),
    params(super::openapi::params::VendorName, super::openapi::params::Refresh),
)]
pub async fn languages(State(api): State<Api>, Path(vendor): Path<String>, query: Query) -> Result {
    catalogue(api, &vendor, Catalogue::Languages, query).await
}

/// List a vendor's models
///
/// The vendor's own list, kept for ten minutes; `Age` says how old it is.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/models", tag = "vendors", operation_id = "listVendorModels",
    responses((status = 200, description = "The models.",
            headers(("Age" = u64, description = "Seconds since the vendor was asked.")),
            body = CatalogueList, example = json!(examples::models())), Asked),
    params(super::openapi::params::VendorName, super::openapi::params::Refresh),
)]
pub async fn models(State(api): State<Api>, Path(vendor): Path<String>, query: Query) -> Result {
    catalogue(api, &vendor, Catalogue::Models, query).await
}

async fn catalogue(api: Api, vendor: &str, catalogue: Catalogue, mut query: Query) -> Result {
    let refresh = query.flag("refresh");
    query.finish()?;
    let vendor = api.engine.fleet().vendor(vendor)?;
    let Some(listed) = vendor.catalogue(catalogue, refresh).await? else {
        let detail = format!("{} has no list of {}.", vendor.adapter().descriptor().title, catalogue.name());
        return Err(Error::new(Kind::NotFound, detail).into());
    };
    let age = HeaderValue::from(listed.fetched.elapsed().as_secs());
    let headers: [(HeaderName, HeaderValue); 1] = [(header::AGE, age)];
    Ok((headers, Answer(json!({ "data": &*listed.entries, "next_cursor": null }))).into_response())
}

/// Names what the vendor does with fields that an update leaves out.
fn update_style(parts: &'static [Part]) -> &'static str {
    match Part::main(parts).replaces {
        Unit::Leaf | Unit::Member => "merge",
        Unit::Document => "replace",
    }
}

fn answer(vendor: &Vendor) -> Value {
    let about = vendor.adapter().descriptor();
    let trunks = vendor.adapter().trunks();
    let mut update = json!({ Agent::NAME: update_style(vendor.adapter().agents().parts()) });
    if let (Some(trunks), Value::Object(update)) = (trunks, &mut update) {
        update.insert(Trunk::NAME.to_owned(), json!(update_style(trunks.parts())));
    }
    json!({
        "name": vendor.name(),
        "adapter": about.adapter,
        "title": about.title,
        "generation": about.generation,
        "documentation": about.documentation,
        "read_back": about.read_back,
        "trunks": trunks.is_some(),
        "updates": update,
        "catalogues": Catalogue::ALL.iter().filter(|c| vendor.adapter().catalogue(**c).is_some()).collect::<Vec<_>>(),
        "quirks": about.quirks,
        "health": vendor.health(),
    })
}
