//! `/v1/vendors`

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use http::{HeaderName, HeaderValue, header};
use serde::Deserialize;
use switchboard_core::{
    error::{Error, Kind},
    facts::Catalogue,
    model::Agent,
};
use switchboard_engine::{capability::Column, vendors::inventory};

use super::{
    Api,
    answers::{CatalogueList, List, VendorAgent, VendorAgentList, VendorAnswer, VendorList},
    examples,
    openapi::problems::{Account, Asked, Configured, OneConfigured},
    write::Result,
};
use crate::edge::query::{Parameters, Query};

/// The path of a vendor.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VendorName {
    /// The vendor's configured name.
    #[param(example = "qcall")]
    vendor: String,
}

/// The choice between the kept list and a fresh one.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Refresh {
    /// If `true`, the gateway asks the vendor even if it has a recent list.
    #[param(required = false, default = false)]
    refresh: bool,
}

impl Parameters for Refresh {
    fn read(query: &mut Query) -> Self {
        Self { refresh: query.flag("refresh") }
    }
}

/// List the vendors
///
/// The configured vendors, without their credentials.
#[utoipa::path(
    get, path = "/v1/vendors", tag = "vendors", operation_id = "listVendors",
    responses((status = 200, description = "All of them.", body = VendorList, example = json!(examples::vendors())), Configured),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    query.finish()?;
    Ok(Answer(List::whole(api.engine.fleet().vendors().map(VendorAnswer::from))).into_response())
}

/// Read a vendor
///
/// The vendor that a configured name stands for, its peculiarities, and its health: the treatment of requests to it now,
/// with the reason and the time of a pause.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}", tag = "vendors", operation_id = "getVendor",
    responses((status = 200, description = "The vendor.", body = VendorAnswer, example = json!(examples::vendor())), OneConfigured),
    params(VendorName),
)]
pub async fn get(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    query.finish()?;
    Ok(Answer(VendorAnswer::from(api.engine.fleet().vendor(&vendor)?)).into_response())
}

/// Read the capabilities of a vendor
///
/// Every normalized field, computed from the rules that translate it: the vendor's support, the values that it takes in
/// the unit of the field, their conversion, and the reason of a missing support.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/capabilities", tag = "vendors", operation_id = "getVendorCapabilities",
    responses((status = 200, description = "Field by field.", body = Column, example = json!(examples::capabilities())), OneConfigured),
    params(VendorName),
)]
pub async fn capabilities(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    query.finish()?;
    let vendor = api.engine.fleet().vendor(&vendor)?;
    Ok(Answer(Column::new(vendor.name(), vendor.adapter())).into_response())
}

/// List a vendor's agents
///
/// All agents that the vendor has now, in the vendor's order and on one page. Each names the gateway's agent that it
/// belongs to. An agent that belongs to none can be imported.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/agents", tag = "vendors", operation_id = "listVendorAgents",
    responses((status = 200, description = "All of them.", body = VendorAgentList, example = json!(examples::vendor_agents())), Account),
    params(VendorName),
)]
pub async fn agents(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    query.finish()?;
    let records = inventory::<Agent>(api.engine.fleet(), api.engine.repository(), &vendor).await?;
    Ok(Answer(List::whole(records.into_iter().map(VendorAgent::from))).into_response())
}

/// List a vendor's voices
///
/// The vendor's own list, kept for ten minutes; `Age` is its age in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/voices", tag = "vendors", operation_id = "listVendorVoices",
    responses((status = 200, description = "The voices.",
            headers(("Age" = u64, description = "Seconds since the vendor was asked.")),
            body = CatalogueList, example = json!(examples::voices())), Asked),
    params(VendorName, Refresh),
)]
pub async fn voices(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, Catalogue::Voices, query).await
}

/// List a vendor's languages
///
/// The vendor's own list, kept for ten minutes; `Age` is its age in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/languages", tag = "vendors", operation_id = "listVendorLanguages",
    responses((status = 200, description = "The languages.",
            headers(("Age" = u64, description = "Seconds since the vendor was asked.")),
            body = CatalogueList, example = json!(examples::languages())), Asked),
    params(VendorName, Refresh),
)]
pub async fn languages(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, Catalogue::Languages, query).await
}

/// List a vendor's models
///
/// The vendor's own list, kept for ten minutes; `Age` is its age in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/models", tag = "vendors", operation_id = "listVendorModels",
    responses((status = 200, description = "The models.",
            headers(("Age" = u64, description = "Seconds since the vendor was asked.")),
            body = CatalogueList, example = json!(examples::models())), Asked),
    params(VendorName, Refresh),
)]
pub async fn models(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, Catalogue::Models, query).await
}

async fn catalogue(api: Api, vendor: &str, catalogue: Catalogue, query: Query) -> Result {
    let Refresh { refresh } = query.only()?;
    let vendor = api.engine.fleet().vendor(vendor)?;
    let Some(listed) = vendor.catalogue(catalogue, refresh).await? else {
        let detail = format!("{} has no list of {}.", vendor.adapter().descriptor().title, catalogue.name());
        return Err(Error::new(Kind::NotFound, detail).into());
    };
    let age = HeaderValue::from(listed.fetched.elapsed().as_secs());
    let headers: [(HeaderName, HeaderValue); 1] = [(header::AGE, age)];
    Ok((headers, Answer(List::whole(&*listed.entries))).into_response())
}
