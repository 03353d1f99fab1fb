//! The contract that all stores share, tested on each of them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cases;
mod fixture;
mod home;

use std::{future::Future, process::ExitCode, sync::Arc};

use futures::future::BoxFuture;
use libtest_mimic::{Arguments, Completion, Failed, Trial};
use switchboard_store::Store;

use home::{Base, Home};

/// A case. It gets a new, empty store, or an environment in which it can open stores.
type Case<G> = fn(Arc<G>) -> BoxFuture<'static, ()>;

/// Lists the cases by name. The compiler reports an omitted case as dead code.
macro_rules! cases {
    ($given:ty: $($group:ident: $($case:ident)+;)+) => {
        [$($((
            concat!(stringify!($group), "::", stringify!($case)),
            (|given| Box::pin(cases::$group::$case(given))) as Case<$given>,
        ),)+)+]
    };
}

fn main() -> ExitCode {
    let every = cases! {
        dyn Store:
        values:
            a_row_comes_back_as_it_went_in
            absent_values_stay_absent
            any_text_is_kept_as_it_is
            a_nul_is_kept_where_text_is_opaque
            a_nul_in_a_name_is_kept_or_refused
            a_document_of_a_mebibyte_is_kept
            a_damaged_document_is_left_to_its_reader
            numbers_come_back_exactly
            times_are_kept_to_the_microsecond
            printing_a_row_hides_its_secrets;
        rows:
            an_unknown_id_is_no_row
            collections_are_apart
            a_row_begins_at_version_one
            a_taken_value_is_refused_by_name
            a_remote_id_is_taken_at_one_vendor_only
            an_update_replaces_all_but_the_creation_time
            an_update_needs_the_version
            an_update_never_moves_the_revision_back
            an_update_to_a_taken_value_changes_nothing
            a_deleted_row_is_gone_and_frees_its_values
            a_delete_needs_the_version
            a_closed_store_is_unavailable;
        lists:
            pages_are_in_the_order_of_ids
            filters_must_all_match
            pages_do_not_shift_under_writes
            hidden_rows_are_not_listed_but_take_their_values
            remote_ids_are_those_of_one_vendor
            remote_ids_are_told_with_their_rows;
        search:
            every_condition_selects
            pages_follow_each_order
            more_rows_than_are_sorted_are_found
            an_entry_follows_its_row
            missing_entries_are_added_once
            agents_are_found_by_their_handovers
            rows_are_counted_by_collection_vendor_and_sync_state;
        commits:
            no_steps_are_a_commit
            steps_are_taken_in_their_order
            a_later_step_sees_the_earlier_ones
            the_first_refusal_is_the_answer
            a_refused_last_step_undoes_all_before;
        revisions:
            a_revision_comes_back_as_it_went_in
            revisions_are_listed_newest_first
            a_number_is_taken_once
            a_dropped_revision_frees_its_number
            a_deleted_row_takes_its_revisions_along;
        operations:
            a_held_operation_is_its_callers
            a_waiting_operation_is_due_at_once
            one_is_held_and_one_waits
            a_hold_that_ran_out_is_still_in_the_way
            an_id_is_taken_once
            settling_says_what_comes_next
            settling_needs_the_fence
            what_cannot_be_retried_gives_way_to_a_newer_one
            what_waits_or_needs_attention_can_be_superseded
            what_needs_attention_can_be_reopened
            operations_are_listed_by_filter
            open_operations_are_counted_by_vendor_and_state;
        claims:
            a_claim_holds_with_the_next_fence
            what_is_not_due_is_left
            the_longest_due_are_claimed_first
            an_expired_hold_passes_on
            what_waits_behind_a_hold_is_left
            vendors_can_be_left_out
            nothing_is_never_due
            each_operation_goes_to_one_claimer
            claims_and_supersessions_do_not_share
            one_reopening_wins
            a_newer_operation_meets_a_retry;
        calls:
            a_call_comes_back_as_it_went_in
            absent_values_of_a_call_stay_absent
            a_taken_value_names_the_other_call
            one_dial_to_a_number_at_a_vendor
            a_call_is_sent_once_by_its_holder
            a_dial_is_always_due
            an_update_replaces_the_call
            an_update_needs_the_version_and_the_fence
            an_update_to_a_taken_value_names_the_other_call
            a_dropped_call_is_gone_and_frees_its_values
            a_drop_needs_the_version_and_the_fence
            a_call_and_its_key_are_one_commit
            a_dropped_call_frees_its_key
            an_answered_key_is_not_forgotten
            the_key_of_a_dial_is_kept_until_its_outcome
            printing_a_call_hides_its_personal_data;
        call_lists:
            calls_are_listed_newest_first
            every_condition_of_a_list_selects
            pages_of_calls_do_not_shift_under_writes
            a_position_is_written_and_read
            live_and_unmatched_calls_are_listed_oldest_first
            calls_are_found_by_their_remote_ids
            calls_are_counted_by_vendor_and_progress
            calls_that_are_over_expire;
        call_claims:
            a_claim_of_a_call_raises_its_fence
            a_claimed_call_is_no_longer_its_holders
            a_released_call_is_due_later
            a_call_that_is_being_dialled_is_not_released
            the_longest_due_calls_are_claimed_first
            vendors_can_be_left_out_of_a_claim_of_calls
            a_call_without_a_due_time_is_never_due;
        call_caps:
            each_cap_refuses_one_more_call
            a_refusal_names_the_limit_and_the_calls
            all_reached_caps_are_named
            calls_that_are_not_counted_leave_room
            a_call_that_has_ended_is_not_live
            a_dial_that_was_not_made_gives_its_place_back
            a_number_is_counted_at_all_vendors
            usage_tells_what_is_left;
        transcripts:
            a_transcript_comes_back_as_it_went_in
            a_transcript_needs_its_call
            a_transcript_goes_with_its_call
            transcripts_expire;
        leases:
            a_lease_has_one_holder
            an_expired_lease_passes_on
            an_expired_lease_is_not_renewed
            a_lease_is_released_by_its_holder
            the_time_of_the_latest_list_is_kept_for_each_vendor;
        call_races:
            one_dial_of_many_to_a_number_begins
            one_call_of_many_is_bound
            caps_are_exact_among_many
            one_of_sent_and_claimed_wins
            each_call_goes_to_one_claimer
            one_process_gets_a_lease;
        migrations:
            a_migration_begins_at_version_one
            a_migration_id_is_taken_once
            a_migration_update_needs_the_version
            migrations_are_listed_by_state
            a_dropped_migration_takes_its_moves_along;
        moves:
            a_move_begins_at_version_one
            a_move_needs_its_migration
            a_record_has_one_open_move
            a_migration_has_one_move_of_a_record
            a_move_update_needs_the_version
            moves_are_listed_and_counted_by_state
            ten_thousand_moves_are_one_commit;
        replays:
            a_request_is_remembered_as_it_was
            a_key_is_remembered_once
            an_answer_finds_its_request;
        sweeps:
            nothing_is_forgotten_that_is_kept
            old_requests_are_forgotten
            operations_that_are_over_are_forgotten
            migrations_that_are_over_are_forgotten
            a_migration_does_not_inherit_moves
            a_large_migration_is_forgotten_in_parts
            the_newest_revisions_are_kept
            a_sweep_is_bounded_and_gets_through;
        races:
            compare_and_set_loses_no_update
            one_insert_wins_an_external_ref
            one_update_wins_a_remote_id
            one_request_of_many_is_remembered
            one_operation_of_a_record_begins
            one_move_of_a_record_is_open
            one_change_of_a_migration_wins
            a_refused_commit_among_many_is_alone
            an_abandoned_commit_happens_whole_or_not_at_all;
    };
    let lasting = cases! {
        Home:
        shared:
            all_is_kept_when_closed
            all_is_kept_when_dropped;
    };
    let replicated = cases! {
        Home:
        shared:
            replicas_see_what_the_others_wrote
            a_hold_lasts_when_a_replica_opens
            each_operation_goes_to_one_replica
            one_replica_wins_a_key
            replicas_lose_no_update
            crossing_commits_get_through
            a_plan_that_starts_is_not_forgotten
            replicas_exceed_no_cap_together
            each_call_goes_to_one_replica
            one_replica_gets_a_lease;
        lost:
            a_commit_that_breaks_off_happens_once;
    };
    let unprepared = cases! {
        Home:
        schema:
            an_old_schema_is_refused_until_migrated
            a_later_schema_is_refused
            a_key_is_needed_and_stays_the_same
            an_earlier_schema_gets_the_tables_of_calls
            a_call_counts_for_its_window
            a_lease_of_the_future_is_free
            a_hold_of_the_future_ends_in_time
            a_damaged_call_is_held_and_not_claimed
            a_damaged_call_hides_no_other
            a_damaged_document_is_given_back
            broken_connections_are_replaced
            urls_are_not_repeated;
    };
    let mut trials = Vec::new();
    for base in Base::ALL {
        trials.extend(every.map(|(name, case)| {
            trial(base, name, move || async move {
                let home = Home::make(base).await?;
                run(home, |home| Box::pin(async move { case(home.open().await).await })).await
            })
        }));
    }
    for base in [Base::File, Base::Postgres] {
        trials.extend(lasting.map(|(name, case)| {
            trial(base, name, move || async move { run(Home::make(base).await?, case).await })
        }));
    }
    let base = Base::Postgres;
    trials.extend(replicated.map(|(name, case)| {
        trial(base, name, move || async move { run(Home::make(base).await?, case).await })
    }));
    trials.extend(unprepared.map(|(name, case)| {
        trial(base, name, move || async move { run(Home::empty(base).await?, case).await })
    }));
    let mut arguments = Arguments::from_args();
    // The cases spend more time waiting for disks than computing.
    arguments.test_threads.get_or_insert(8);
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The result of a case; `Err` is the reason why the case cannot run here.
type Ended = Result<Result<(), Failed>, String>;

/// Runs a case and removes its database.
async fn run(home: Home, case: impl FnOnce(Arc<Home>) -> BoxFuture<'static, ()>) -> Ended {
    let home = Arc::new(home);
    let done = tokio::spawn(case(Arc::clone(&home))).await;
    home.remove().await;
    Ok(done.map_err(|panic| Failed::from(panic.to_string())))
}

fn trial<F: Future<Output = Ended>>(
    base: Base,
    name: &str,
    case: impl FnOnce() -> F + Send + 'static,
) -> Trial {
    Trial::ignorable_test(format!("{}::{name}", base.name()), move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        match runtime.block_on(case()) {
            Ok(ended) => ended.map(|()| Completion::Completed),
            Err(reason) => Ok(Completion::ignored_with(reason)),
        }
    })
}
