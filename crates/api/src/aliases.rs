//! `/v1/aliases`

use axum::{Json as Answer, extract::State, response::IntoResponse};
use switchboard_engine::AliasKind;

use super::{
    Api,
    answers::{AliasAnswer, AliasList, WholeList},
    examples,
    openapi::problems::Compared,
    write::Result,
};
use crate::edge::query::{Parameters, Query};

/// The filter of the list of aliases.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AliasFilter {
    /// Lists only aliases of this kind.
    #[param(required = false, inline, value_type = AliasKind)]
    kind: Option<AliasKind>,
}

impl Parameters for AliasFilter {
    fn read(query: &mut Query) -> Self {
        Self { kind: query.choice("kind") }
    }
}

/// List the aliases
///
/// Lists the configured aliases of voices, models, knowledge bases and phone numbers. Each entry has the ids for which
/// the alias stands, by vendor, and the vendors for which the alias has no id. An agent with an alias in `voice.id`,
/// `voice.fallback_ids`, `model.name`, `model.fallback`, `knowledge_base_ids` or `phone_number_id` can run at each vendor
/// for which the alias has an id.
#[utoipa::path(
    get, path = "/v1/aliases", tag = "vendors", operation_id = "listAliases",
    responses((status = 200, description = "All aliases.", body = AliasList, example = json!(examples::alias_list())), Compared),
    params(AliasFilter),
)]
pub async fn list(State(api): State<Api>, query: Query) -> Result {
    let AliasFilter { kind } = query.only()?;
    Ok(Answer(WholeList::new(AliasAnswer::all(api.engine.fleet(), kind))).into_response())
}
