//! The exchanges about calls. Each is identified by the operation of its first request in the contract.

use std::sync::Arc;

use jiff::Timestamp;
use switchboard_core::{
    call::{CallObservation, Transcript},
    error::Result,
    vendor::{CallObservations, CallWindow, Exchange, Placed},
};

use super::bench::CallBench;
use crate::conversation::{Conversation, ID, Outcome, conversation};

/// An exchange about calls.
#[derive(Clone, Copy)]
enum Asking {
    Place,
    Fetch,
    Recent,
    Live,
    Transcript,
    HangUp,
    Erase,
}

/// Lists the exchanges about calls. Exchanges without a request are omitted.
///
/// # Errors
/// A message if an exchange cannot be built, or begins with a request outside the contract.
pub fn about_calls(bench: &Arc<CallBench>) -> Result<Vec<Conversation>, String> {
    let askings = [
        Asking::Place,
        Asking::Fetch,
        Asking::Recent,
        Asking::Live,
        Asking::Transcript,
        Asking::HangUp,
        Asking::Erase,
    ];
    let conversations = askings.into_iter().map(|asking| {
        let own = bench.clone();
        let found = conversation(&bench.vendor, move || begin(&own, asking))?;
        let may_be_over = matches!(asking, Asking::HangUp);
        Ok(found.map(|found| Conversation { may_be_over, ..found }))
    });
    conversations.filter_map(Result::transpose).collect()
}

fn begin(bench: &CallBench, asking: Asking) -> Result<Exchange<Outcome>> {
    let calls = bench.calls()?;
    let exchange = match asking {
        Asking::Place => Some(bench.place(&bench.full)?.map(placed)),
        Asking::Fetch => calls.fetch(ID).map(|exchange| exchange.map(|call| observed(call.as_slice()))),
        Asking::Recent => calls.recent(&window()).map(|exchange| exchange.map(listed)),
        Asking::Live => calls.recent(&window().live()).map(|exchange| exchange.map(listed)),
        Asking::Transcript => calls.transcript(ID).map(|exchange| exchange.map(transcribed)),
        Asking::HangUp => calls.hang_up(ID).map(|exchange| exchange.map(|()| done())),
        Asking::Erase => calls.erase(ID).map(|exchange| exchange.map(|()| done())),
    };
    Ok(exchange.unwrap_or_else(|| Exchange::Done(done())))
}

/// Returns a window that contains every call of the fixtures.
pub fn window() -> CallWindow {
    CallWindow::since(Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH)
}

fn done() -> Outcome {
    Outcome { found: true, unread: Vec::new() }
}

fn placed(placed: Placed) -> Outcome {
    let nameless = placed.remote_id.as_deref() == Some("");
    let mut unread: Vec<_> = nameless.then(|| "an id".to_owned()).into_iter().collect();
    unread.extend(observed(placed.observation.as_slice()).unread);
    Outcome { found: true, unread }
}

fn listed(calls: CallObservations) -> Outcome {
    observed(&calls.rows)
}

fn transcribed(transcript: Option<Transcript>) -> Outcome {
    Outcome { found: transcript.is_some(), unread: Vec::new() }
}

fn observed(calls: &[CallObservation]) -> Outcome {
    let nameless = calls.iter().filter(|call| call.remote_id.is_empty()).map(|_| "an id".to_owned());
    Outcome { found: !calls.is_empty(), unread: nameless.collect() }
}
