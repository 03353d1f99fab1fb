//! Stored values are returned unchanged.

use std::{sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use switchboard_core::error::Kind;
use switchboard_store::{
    Collection::Agents, Document, Filter, Mutation, Operation, Revision, Row, Store, StoredSecrets,
};

use crate::fixture::{document, insert, operation, refused, revision, row};

async fn stored(store: &dyn Store, row: &Row) -> Row {
    insert(store, row).await.unwrap();
    store.get(row.collection, &row.id).await.unwrap().unwrap()
}

fn text(secrets: &StoredSecrets) -> Option<&str> {
    secrets.read().unwrap().map(|secrets| secrets.expose_secret())
}

pub async fn a_row_comes_back_as_it_went_in(store: Arc<dyn Store>) {
    let row = row("agt_1");
    let found = stored(&*store, &row).await;
    assert_eq!(found.collection, row.collection);
    assert_eq!(found.id, row.id);
    assert_eq!((found.revision, found.version, found.hidden), (row.revision, 1, false));
    assert_eq!(found.vendor, row.vendor);
    assert_eq!(found.remote_id, row.remote_id);
    assert_eq!(found.external_ref, row.external_ref);
    assert_eq!(found.document, row.document);
    assert_eq!(text(&found.secrets), text(&row.secrets));
    assert_eq!(found.created_at, row.created_at);
    assert_eq!(found.updated_at, row.updated_at);
}

pub async fn absent_values_stay_absent(store: Arc<dyn Store>) {
    for id in ["agt_1", "agt_2"] {
        let (secrets, document) = (StoredSecrets::default(), Document::null());
        let bare = Row { remote_id: None, external_ref: None, secrets, document, ..row(id) };
        let found = stored(&*store, &bare).await;
        assert_eq!((found.remote_id, found.external_ref, found.document), (None, None, Document::null()));
        assert!(found.secrets.read().unwrap().is_none());
    }
}

pub async fn any_text_is_kept_as_it_is(store: Arc<dyn Store>) {
    let odd = [
        "",
        " ",
        "O'Brien \"x\"",
        "'; DROP TABLE resources; --",
        "%_\\",
        "日本語 \u{1F4DE} é e\u{301}",
        "\r\n\t",
    ];
    for (number, odd) in odd.into_iter().enumerate() {
        let odd_row = Row {
            id: format!("agt_{number}{odd}"),
            vendor: format!("vendor{odd}"),
            remote_id: Some(odd.to_owned()),
            external_ref: Some(odd.to_owned()),
            document: document(json!({ odd: [odd] })),
            secrets: SecretString::from(odd).into(),
            ..row("agt")
        };
        let found = stored(&*store, &odd_row).await;
        assert_eq!(found.id, odd_row.id);
        assert_eq!(found.vendor, odd_row.vendor);
        assert_eq!(found.remote_id, odd_row.remote_id);
        assert_eq!(found.external_ref, odd_row.external_ref);
        assert_eq!(found.document, odd_row.document);
        assert_eq!(text(&found.secrets), Some(odd));
    }
}

pub async fn a_nul_is_kept_where_text_is_opaque(store: Arc<dyn Store>) {
    let odd = Row {
        document: document(json!({ "a\u{0}b": ["\u{0}"] })),
        secrets: SecretString::from("a\u{0}b").into(),
        ..row("agt_1")
    };
    let found = stored(&*store, &odd).await;
    assert_eq!(found.document, odd.document);
    assert_eq!(text(&found.secrets), Some("a\u{0}b"));
}

pub async fn a_nul_in_a_name_is_kept_or_refused(store: Arc<dyn Store>) {
    let odd = Row { external_ref: Some("a\u{0}b".to_owned()), ..row("agt_1") };
    let filter = Filter { external_ref: odd.external_ref.clone(), ..Filter::default() };
    match insert(&*store, &odd).await {
        Ok(()) => {
            let found = store.list(Agents, &filter, None, 10).await.unwrap();
            assert_eq!(found[0].external_ref, odd.external_ref);
        }
        Err(error) => {
            assert_eq!(error.kind, Kind::ValidationFailed);
            assert_eq!(refused(store.list(Agents, &filter, None, 10).await), Kind::ValidationFailed);
        }
    }
}

pub async fn a_document_of_a_mebibyte_is_kept(store: Arc<dyn Store>) {
    let long = "ü".repeat(1 << 19);
    let large = Row {
        document: document(json!({ "prompt": long })),
        secrets: SecretString::from(long.as_str()).into(),
        ..row("agt_1")
    };
    let found = stored(&*store, &large).await;
    assert!(found.document == large.document, "the document changed");
    assert!(text(&found.secrets) == Some(long.as_str()), "the secrets changed");
}

pub async fn a_damaged_document_is_left_to_its_reader(store: Arc<dyn Store>) {
    let damaged = Document::from("{\"name\": ".to_owned());
    let steps = vec![
        Mutation::Insert(Row { document: damaged.clone(), ..row("agt_1") }),
        Mutation::Insert(row("agt_2")),
        Mutation::AddRevision(Revision { document: damaged.clone(), ..revision("agt_1", 1) }),
        Mutation::Begin {
            operation: Operation { document: damaged.clone(), ..operation("op_1", "agt_1") },
            hold: None,
        },
    ];
    store.commit(steps).await.unwrap();
    let rows = store.list(Agents, &Filter::default(), None, 10).await.unwrap();
    let revision = store.revision(Agents, "agt_1", 1).await.unwrap().unwrap();
    let claimed = store.claim(Duration::from_secs(60), &[], 10).await.unwrap();
    for found in [&rows[0].document, &revision.document, &claimed[0].document] {
        assert_eq!(*found, damaged);
        found.read::<Value>().unwrap_err();
    }
    rows[1].document.read::<Value>().unwrap();
}

pub async fn numbers_come_back_exactly(store: Arc<dyn Store>) {
    let mut numbers = json!([0.1, 1.15, -0.0, 1e308, 5e-324, 1.0, 1, u64::MAX, i64::MIN, (1_u64 << 53) + 1]);
    // These numbers cover all bit patterns. A parser with a fast path gets the last bit of some of them
    // wrong.
    let spread = (1..1000_u64).map(|number| f64::from_bits(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    numbers.as_array_mut().unwrap().extend(spread.filter(|number| number.is_finite()).map(Value::from));
    let found = stored(&*store, &Row { document: document(&numbers), ..row("agt_1") }).await;
    assert_eq!(found.document.read::<Value>().unwrap(), numbers);
}

pub async fn times_are_kept_to_the_microsecond(store: Arc<dyn Store>) {
    let finer = Row { created_at: "2026-11-21T10:00:00.123456789Z".parse().unwrap(), ..row("agt_1") };
    let found = stored(&*store, &finer).await;
    assert_eq!(found.created_at.to_string(), "2026-11-21T10:00:00.123456Z");
}

pub async fn printing_a_row_hides_its_secrets(store: Arc<dyn Store>) {
    let found = stored(&*store, &row("agt_1")).await;
    let printed = format!("{found:?}");
    assert!(printed.contains("Reception"), "{printed}");
    assert!(!printed.contains("secret of"), "{printed}");
}
