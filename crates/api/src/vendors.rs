//! `/v1/vendors`

use axum::{
    Json as Answer,
    extract::{Path, State},
    response::IntoResponse,
};
use http::{HeaderMap, HeaderValue, header};
use serde::Deserialize;
use switchboard_core::{
    error::{Error, Kind},
    facts::CatalogueKind,
    model::Agent,
};
use switchboard_engine::{capability::Column, vendors::inventory};

use super::{
    Api,
    answers::{CatalogueList, VendorAgent, VendorAgentList, VendorAnswer, VendorList, WholeList},
    examples,
    openapi::problems::{Account, Asked, Configured, OneConfigured},
    write::Result,
};
use crate::edge::query::{Parameters, Query};

/// The path parameter that identifies a vendor.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VendorName {
    /// The configured name of the vendor.
    #[param(example = "qcall")]
    vendor: String,
}

/// The parameter that requests a fresh list instead of the cached list.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Refresh {
    /// If true, the gateway reads the list from the vendor even if the cache has a recent list.
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
/// Lists the configured vendors, without their credentials.
#[utoipa::path(
    get, path = "/v1/vendors", tag = "vendors", operation_id = "listVendors",
    responses((status = 200, description = "All configured vendors.", body = VendorList, example = json!(examples::vendors())), Configured),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    query.finish()?;
    Ok(Answer(WholeList::new(api.engine.fleet().vendors().map(VendorAnswer::from))).into_response())
}

/// Read a vendor
///
/// Returns the vendor's adapter and API generation, its peculiarities and its health. The health shows whether the
/// gateway currently sends requests to the vendor (`state`), the seconds until the gateway may send one (`retry_in_s`),
/// and the latest error (`last_error`).
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
/// Returns the vendor's capability for each field, computed from the rules of its adapter: the support, the accepted values in
/// the unit of the field, the conversion of values, and the reason if the vendor does not support the field.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/capabilities", tag = "vendors", operation_id = "getVendorCapabilities",
    responses((status = 200, description = "The capabilities, field by field.", body = Column, example = json!(examples::capabilities())), OneConfigured),
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
/// Lists all agents that the vendor has now, in the vendor's order and on one page. `agent_id` is the gateway's id for the
/// agent. An agent whose `agent_id` is null can be imported, unless a pending creation or deletion in the gateway uses the
/// agent.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/agents", tag = "vendors", operation_id = "listVendorAgents",
    responses((status = 200, description = "All agents of the vendor.", body = VendorAgentList, example = json!(examples::vendor_agents())), Account),
    params(VendorName),
)]
pub async fn agents(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    query.finish()?;
    let records = inventory::<Agent>(api.engine.fleet(), api.engine.repository(), &vendor).await?;
    Ok(Answer(WholeList::new(records.into_iter().map(VendorAgent::from))).into_response())
}

/// List a vendor's voices
///
/// Lists the voices that the vendor offers. `listAliases` lists the names that the configuration gives to voices. The
/// gateway caches the list for 10 minutes. If the vendor is temporarily unavailable, the gateway answers with the
/// last list that it read, unless `refresh` is `true`. The header `Age` is the age of the list in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/voices", tag = "vendors", operation_id = "listVendorVoices",
    responses((status = 200, description = "The voices of the vendor.",
            headers(("Age" = u64, description = "The number of seconds since the gateway read the list from the vendor."),
                ("Link" = String, description = "The address of the configured aliases for voices.")),
            body = CatalogueList, example = json!(examples::voices())), Asked),
    params(VendorName, Refresh),
)]
pub async fn voices(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, CatalogueKind::VOICES, query).await
}

/// List a vendor's languages
///
/// Lists the languages that the vendor offers. The gateway caches the list for 10 minutes. If the vendor is temporarily
/// unavailable, the gateway answers with the last list that it read, unless `refresh` is `true`. The header `Age` is the
/// age of the list in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/languages", tag = "vendors", operation_id = "listVendorLanguages",
    responses((status = 200, description = "The languages of the vendor.",
            headers(("Age" = u64, description = "The number of seconds since the gateway read the list from the vendor.")),
            body = CatalogueList, example = json!(examples::languages())), Asked),
    params(VendorName, Refresh),
)]
pub async fn languages(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, CatalogueKind::LANGUAGES, query).await
}

/// List a vendor's models
///
/// Lists the language models that the vendor offers. `listAliases` lists the names that the configuration gives to
/// models. The gateway caches the list for 10 minutes. If the vendor is temporarily unavailable, the gateway answers
/// with the last list that it read, unless `refresh` is `true`. The header `Age` is the age of the list in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/models", tag = "vendors", operation_id = "listVendorModels",
    responses((status = 200, description = "The language models of the vendor.",
            headers(("Age" = u64, description = "The number of seconds since the gateway read the list from the vendor."),
                ("Link" = String, description = "The address of the configured aliases for models.")),
            body = CatalogueList, example = json!(examples::models())), Asked),
    params(VendorName, Refresh),
)]
pub async fn models(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, CatalogueKind::MODELS, query).await
}

/// List a vendor's phone numbers
///
/// Lists the phone numbers that can be assigned to an agent in `phone_number_id`. `name` is the number. `listAliases`
/// lists the names that the configuration gives to phone numbers. The gateway caches the list for 10 minutes. If the
/// vendor is temporarily unavailable, the gateway answers with the last list that it read, unless `refresh` is
/// `true`. The header `Age` is the age of the list in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/phone-numbers", tag = "vendors", operation_id = "listVendorPhoneNumbers",
    responses((status = 200, description = "The phone numbers of the vendor.",
            headers(("Age" = u64, description = "The number of seconds since the gateway read the list from the vendor."),
                ("Link" = String, description = "The address of the configured aliases for phone numbers.")),
            body = CatalogueList, example = json!(examples::phone_numbers())), Asked),
    params(VendorName, Refresh),
)]
pub async fn phone_numbers(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, CatalogueKind::PHONE_NUMBERS, query).await
}

/// List a vendor's knowledge bases
///
/// Lists the knowledge bases that an agent can have in `knowledge_base_ids`. `listAliases` lists the names that the
/// configuration gives to knowledge bases. The gateway caches the list for 10 minutes. If the vendor is temporarily
/// unavailable, the gateway answers with the last list that it read, unless `refresh` is `true`. The header `Age` is
/// the age of the list in seconds.
#[utoipa::path(
    get, path = "/v1/vendors/{vendor}/knowledge-bases", tag = "vendors", operation_id = "listVendorKnowledgeBases",
    responses((status = 200, description = "The knowledge bases of the vendor.",
            headers(("Age" = u64, description = "The number of seconds since the gateway read the list from the vendor."),
                ("Link" = String, description = "The address of the configured aliases for knowledge bases.")),
            body = CatalogueList, example = json!(examples::knowledge_bases())), Asked),
    params(VendorName, Refresh),
)]
pub async fn knowledge_bases(
    State(api): State<Api>,
    Path(VendorName { vendor }): Path<VendorName>,
    query: Query,
) -> Result {
    catalogue(api, &vendor, CatalogueKind::KNOWLEDGE_BASES, query).await
}

async fn catalogue(api: Api, vendor: &str, kind: CatalogueKind, query: Query) -> Result {
    let Refresh { refresh } = query.only()?;
    let vendor = api.engine.fleet().vendor(vendor)?;
    let Some(listed) = vendor.catalogue(kind, refresh).await? else {
        let detail = format!("{} has no list of {kind}.", vendor.adapter().descriptor().title);
        return Err(Error::new(Kind::NotFound, detail).into());
    };
    let age = HeaderValue::from(listed.fetched.elapsed().as_secs());
    let mut headers = HeaderMap::from_iter([(header::AGE, age)]);
    if let Some(kind) = aliased(kind) {
        headers.insert(header::LINK, HeaderValue::from_static(kind));
    }
    Ok((headers, Answer(WholeList::new(&*listed.entries))).into_response())
}

/// Returns the value of the header `Link` from a catalogue to the aliases for its entries. Returns `None` for a
/// catalogue whose entries have no aliases.
fn aliased(kind: CatalogueKind) -> Option<&'static str> {
    match kind {
        CatalogueKind::VOICES => Some("</v1/aliases?kind=voice>; rel=\"related\""),
        CatalogueKind::MODELS => Some("</v1/aliases?kind=model>; rel=\"related\""),
        CatalogueKind::KNOWLEDGE_BASES => Some("</v1/aliases?kind=knowledge_base>; rel=\"related\""),
        CatalogueKind::PHONE_NUMBERS => Some("</v1/aliases?kind=phone_number>; rel=\"related\""),
        _ => None,
    }
}
