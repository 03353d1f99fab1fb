//! The selection of the agents of a migration, and the bound on the number of its moves.

#![cfg(test)]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use switchboard_config::{Config, Environment, routing::Retire};
use switchboard_core::{
    error::{InputLocation, Kind},
    model::Agent,
    plan::Handling,
    rule::Report,
};
use switchboard_engine::{
    Body, Engine, Extensions, Item, Occupied, Placement, RequestContext, Selection, Start, Visibility,
    migrations::{Cause, MigrationSpec, OnBlocked, State},
    records::Batch,
    vet,
};
use switchboard_store::MigrationState;

const FACTORIES: [switchboard_core::vendor::Factory; 1] = [switchboard_adapter_qcall::FACTORY];
const VENDOR: &str = "qcall";
const MAX_MOVES: usize = 20_000;
/// The number of records that one commit stores.
const CHUNK: usize = 1000;

/// Reads a configuration with one vendor and further settings of the routing.
fn config(routing: &str) -> Config {
    let config = format!(
        "[vendors.{VENDOR}]\nadapter = \"qcall\"\nbase_url = \"http://127.0.0.1:9\"\napi_key = \"env:KEY\"\n\
         [routing]\ndefault = \"{VENDOR}\"\n{routing}"
    );
    let vet =
        |literals: &[String], adapter: &str, settings: &Value| vet(adapter, settings, literals, &FACTORIES);
    let environment = Environment::from([("KEY".to_owned(), "key-1".to_owned())]);
    Config::load(Some(&config), None, &environment, &vet).unwrap()
}

async fn engine() -> Engine {
    let config = config("on_change = \"migrate\"\n");
    let opened = switchboard_store::open("sqlite::memory:", None).await.unwrap();
    Engine::new(&config, opened.store, &opened.signing_key, &FACTORIES, |error, _| error.to_string()).unwrap()
}

/// Stores agents that run at the vendor, each with a copy at another vendor.
async fn store_agents_with_copies(engine: &Engine, number: usize) {
    store_agents(engine, VENDOR, number).await;
}

/// Stores agents that run at this vendor, each with a copy at another vendor.
async fn store_agents(engine: &Engine, vendor: &str, number: usize) {
    let body = json!({
        "name": "Reception",
        "direction": "inbound",
        "language": "en",
        "prompt": { "instructions": "You answer the phone." },
        "voice": { "id": "qv-aurora" },
    });
    let body = Body::<Agent>::read(body, &Extensions::from_factories(&FACTORIES), &|_| Ok(())).unwrap();
    let standbys = BTreeMap::from([("elsewhere".to_owned(), "agt_copy".to_owned())]);
    for chunk in (0..number).collect::<Vec<_>>().chunks(CHUNK) {
        let mut batch = Batch::new();
        for number in chunk {
            let placement = Placement {
                vendor: vendor.to_owned(),
                adapter: "qcall".to_owned(),
                because: "routing.default".to_owned(),
                passed_over: Vec::new(),
                remote_id: Some(format!("remote-{number}")),
                parts: Default::default(),
            };
            let mut item = Item::new(body.clone(), placement, Report::new(0, Vec::new()), Vec::new());
            item.visibility = Visibility::Listed;
            item.standbys.clone_from(&standbys);
            batch.insert(&item, None);
        }
        engine.repository().commit(batch).await.unwrap();
    }
}

fn request() -> RequestContext {
    RequestContext {
        handling: Handling::Lenient,
        wait: std::time::Duration::ZERO,
        caller: String::new(),
        occupied: Occupied::default(),
        request_id: "request-1".to_owned(),
        key: None,
        preference_applied: None,
    }
}

#[tokio::test]
async fn no_migration_starts_under_a_configuration_that_was_replaced() {
    let engine = engine().await;
    store_agents_with_copies(&engine, 1).await;
    let selection = Selection { to: Some(VENDOR.to_owned()), ..Selection::default() };
    let plan = engine.mover().plan(selection).await.unwrap();
    let start = || Start {
        plan_id: plan.plan_id.clone(),
        accept_loss: Vec::new(),
        retire: Retire::Delete,
        on_blocked: OnBlocked::Refuse,
    };
    let automatic = || MigrationSpec {
        state: State::Running,
        cause: Cause::Routing,
        plan_id: plan.plan_id.clone(),
        to: None,
        accept_loss: Vec::new(),
        retire: Retire::Delete,
        total: 0,
        request_id: "request-1".to_owned(),
        finished_at: None,
    };
    // The mover of the first configuration has planned, and the operator replaces the configuration.
    let next = engine.reconfigured(&config("on_change = \"report\"\n")).await;
    let next = next.unwrap_or_else(|problems| panic!("{problems:?}"));
    for refused in [
        engine.mover().start(request(), start()).await.map(drop),
        engine.mover().start_automatic(automatic(), &[]).await.map(drop),
    ] {
        assert_eq!(refused.unwrap_err().kind, Kind::StateConflict);
    }
    let started = engine.repository().store().migrations(&[MigrationState::Open], None, 10).await.unwrap();
    assert!(started.is_empty(), "{started:?}");
    next.mover().start(request(), start()).await.unwrap();
}

#[tokio::test]
async fn a_filter_names_a_known_vendor_and_a_language() {
    let engine = engine().await;
    store_agents(&engine, "removed", 1).await;
    let filter = |filter: Value| Selection::read(&json!({ "filter": filter }));
    let refused = engine.mover().plan(filter(json!({ "vendor": "qcal" })).unwrap()).await.unwrap_err();
    assert_eq!(refused.kind, Kind::VendorUnknown, "{refused:?}");
    assert_eq!(refused.violations[0].location, InputLocation::Pointer("/filter/vendor".to_owned()));
    assert!(refused.violations[0].detail.contains("qcall"), "{refused:?}");
    // The records of a vendor that is no longer configured can still be selected.
    assert_eq!(engine.fleet().unknown_to_filter::<Agent>("removed").await.unwrap(), None);
    let refused = filter(json!({ "language": "German" })).unwrap_err();
    assert_eq!(refused.violations[0].location, InputLocation::Pointer("/filter/language".to_owned()));
    filter(json!({ "language": "de-AT" })).unwrap();
}

#[tokio::test]
async fn a_start_that_deletes_copies_counts_the_agents_that_only_lose_copies() {
    let engine = engine().await;
    store_agents_with_copies(&engine, MAX_MOVES + 1).await;
    let selection = Selection { to: Some(VENDOR.to_owned()), ..Selection::default() };
    let plan = engine.mover().plan(selection).await.unwrap();
    assert_eq!((plan.agents.len(), plan.keeping.len()), (0, MAX_MOVES + 1));
    let start = |retire| Start {
        plan_id: plan.plan_id.clone(),
        accept_loss: Vec::new(),
        retire,
        on_blocked: OnBlocked::Refuse,
    };
    let refused = engine.mover().start(request(), start(Retire::Delete)).await.unwrap_err();
    assert_eq!(refused.kind, Kind::ValidationFailed, "{refused:?}");
    let places: Vec<_> = refused.violations.iter().map(|violation| &violation.location).collect();
    assert_eq!(places, [&InputLocation::Pointer("/retire".to_owned())], "{refused:?}");
    engine.mover().start(request(), start(Retire::Keep)).await.unwrap();
}
