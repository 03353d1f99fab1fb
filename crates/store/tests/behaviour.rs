//! What every store does, whatever it is built on. A case gets a store that is new and empty.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod fixture;

/// Runs every case on every implementation. A case that is not in this list is dead code, which the compiler tells.
macro_rules! on_every_store {
    ($($group:ident::$case:ident)+) => {
        mod sqlite_in_memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let opened = switchboard_store::open("sqlite::memory:", None).await.unwrap();
                crate::cases::$group::$case(opened.store).await;
            })+
        }

        mod sqlite_in_a_file {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                let folder = tempfile::tempdir().unwrap();
                let url = format!("sqlite://{}/test.db", folder.path().display());
                let opened = switchboard_store::open(&url, None).await.unwrap();
                crate::cases::$group::$case(opened.store).await;
            })+
        }
    };
}

on_every_store! {
    values::a_row_comes_back_as_it_went_in
    values::absent_values_stay_absent
    values::any_text_is_kept_as_it_is
    values::a_document_of_a_mebibyte_is_kept
    values::numbers_come_back_exactly
    values::times_are_kept_to_the_microsecond
    values::printing_a_row_hides_its_secrets
    writes::an_unknown_id_is_no_row
    writes::collections_are_apart
    writes::a_taken_value_is_refused_by_name
    writes::a_remote_id_is_taken_at_one_vendor_only
    writes::an_update_replaces_all_but_the_creation_time
    writes::an_update_needs_the_expected_revision
    writes::an_update_moves_the_revision_forward
    writes::an_update_to_a_taken_value_changes_nothing
    writes::a_deleted_row_is_gone_and_frees_its_values
    writes::a_delete_needs_the_expected_revision
    writes::a_closed_store_is_unavailable
    lists::pages_are_in_the_order_of_ids
    lists::filters_must_all_match
    lists::pages_do_not_shift_under_writes
    lists::remote_ids_are_those_of_one_vendor
    races::one_update_wins_each_revision
    races::one_insert_wins_an_external_ref
    races::an_abandoned_write_happens_whole_or_not_at_all
}
