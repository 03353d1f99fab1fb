//! Answers to writes. The store keeps the answer to a request with an idempotency key, so that a repeated request gets the
//! same bytes.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use switchboard_core::error::{Error, Kind, Result};

use crate::records::{Item, Managed, Operation, damaged, not_serializable};

/// The function that renders the problem document of an error. The second argument is the id of the request.
pub type RenderProblem = fn(&Error, &str) -> String;

/// The answer to a write: its outcome and the JSON document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The outcome.
    pub outcome: Outcome,
    /// The applied preferences, in the form of the `Preference-Applied` header.
    pub preferences: Option<String>,
    /// The JSON document, or no bytes if there is none.
    pub body: Bytes,
    /// True if this is the stored answer to an earlier request.
    pub replayed: bool,
}

/// The head of a stored answer. A stored answer consists of this head as JSON on a single line, followed by the
/// document. Versions before 0.3 stored one JSON object, in which the document was a string.
#[derive(Serialize, Deserialize)]
struct Head {
    outcome: Outcome,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    preferences: Option<String>,
    /// The document, if a version before 0.3 stored the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    body: Option<String>,
}

/// The outcome of a write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A record was created.
    Created {
        /// The kind of record.
        kind: String,
        /// The record's id.
        id: String,
        /// The record's revision.
        revision: u64,
    },
    /// The document is the present state of a record, an operation or a migration.
    Done {
        /// The record's revision; omitted for an operation and a migration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision: Option<u64>,
    },
    /// The write continues as an operation, without the caller.
    Accepted {
        /// The operation's id.
        operation: String,
        /// The record's revision; omitted if the document is an operation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision: Option<u64>,
        /// The time after which the caller should check again.
        retry_after: Duration,
    },
    /// A migration was started.
    MigrationStarted {
        /// The migration's id.
        migration: String,
    },
    /// The vendor accepted a call. The document is the call.
    CallPlaced {
        /// The call's id.
        call: String,
    },
    /// A call is being placed, or it is not known whether the vendor has it. The document is the call.
    CallAccepted {
        /// The call's id.
        call: String,
        /// The time after which the caller should read the call again.
        retry_after: Duration,
    },
    /// The record was deleted.
    Deleted,
    /// The write was refused. The document is the problem.
    Refused {
        /// The kind of error.
        kind: Kind,
        /// The time after which the caller should try again, if it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<Duration>,
    },
}

impl Answer {
    /// Creates the answer with the present state of a record.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn record<R: Managed>(item: &Item<R>) -> Result<Self> {
        Ok(Self::new(Outcome::Done { revision: Some(item.revision) }, item.json()?))
    }

    /// Creates the answer with a new record.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn created<R: Managed>(item: &Item<R>) -> Result<Self> {
        let outcome =
            Outcome::Created { kind: R::NAME.to_owned(), id: item.id.clone(), revision: item.revision };
        Ok(Self::new(outcome, item.json()?))
    }

    /// Creates the answer with a record whose write continues without the caller.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn accepted<R: Managed>(item: &Item<R>, operation: &str, retry_after: Duration) -> Result<Self> {
        let revision = Some(item.revision);
        let outcome = Outcome::Accepted { operation: operation.to_owned(), revision, retry_after };
        Ok(Self::new(outcome, item.json()?))
    }

    /// Creates the answer with the operation of a deletion that continues in the background.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn accepted_deletion(operation: &Operation, retry_after: Duration) -> Result<Self> {
        let outcome = Outcome::Accepted { operation: operation.id.clone(), revision: None, retry_after };
        Ok(Self::new(outcome, json("operation", &operation.answer())?))
    }

    /// Creates the answer to a completed deletion.
    pub fn deleted() -> Self {
        Self::new(Outcome::Deleted, String::new())
    }

    /// Creates the answer with the present state of an operation.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn operation(operation: &Operation) -> Result<Self> {
        Ok(Self::new(Outcome::Done { revision: None }, json("operation", &operation.answer())?))
    }

    /// Creates the answer with the present state of a migration.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn migration(migration: &impl Serialize) -> Result<Self> {
        Ok(Self::new(Outcome::Done { revision: None }, json("migration", migration)?))
    }

    /// Creates the answer with a migration that was started.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn migration_started(id: &str, migration: &impl Serialize) -> Result<Self> {
        let outcome = Outcome::MigrationStarted { migration: id.to_owned() };
        Ok(Self::new(outcome, json("migration", migration)?))
    }

    /// Creates the answer to a request to place a call. `document` is the call as JSON.
    pub fn call(outcome: Outcome, document: String) -> Self {
        Self::new(outcome, document)
    }

    /// Creates the answer to a refused write. `problem` is the problem document of the error.
    pub fn refused(error: &Error, problem: String) -> Self {
        Self::new(Outcome::Refused { kind: error.kind, retry_after: error.retry_after }, problem)
    }

    fn new(outcome: Outcome, body: String) -> Self {
        Self { outcome, preferences: None, body: body.into(), replayed: false }
    }

    /// Returns the answer with these applied preferences.
    #[must_use]
    pub fn with_preferences(self, preferences: Option<String>) -> Self {
        Self { preferences, ..self }
    }

    /// Serialises the answer for the store.
    ///
    /// # Errors
    /// `internal` if the answer cannot be serialised.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let head = Head { outcome: self.outcome.clone(), preferences: self.preferences.clone(), body: None };
        let mut bytes = serde_json::to_vec(&head).map_err(|cause| not_serializable("answer", cause))?;
        bytes.reserve_exact(1 + self.body.len());
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        Ok(bytes)
    }

    /// Reads a stored answer, whichever version of the gateway stored it. Versions before 0.2 stored an HTTP status and
    /// headers.
    ///
    /// # Errors
    /// `internal` if the stored bytes cannot be read.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
        let (head, rest) = bytes.split_at(end);
        let answer = match serde_json::from_slice(head) {
            Ok(Head { outcome, preferences, body }) => {
                let body = body
                    .map_or_else(|| Bytes::copy_from_slice(rest.get(1..).unwrap_or_default()), Bytes::from);
                Some(Self { outcome, preferences, body, replayed: true })
            }
            Err(_) => serde_json::from_slice::<HttpAnswer>(bytes).ok().and_then(HttpAnswer::answer),
        };
        answer.ok_or_else(|| damaged("answer", "to a request with an idempotency key", "no version wrote it"))
    }
}

fn json(what: &str, answer: &impl Serialize) -> Result<String> {
    serde_json::to_string(answer).map_err(|cause| not_serializable(what, cause))
}

/// An answer in the form that versions before 0.2 stored.
#[derive(Deserialize)]
struct HttpAnswer {
    status: u16,
    revision: Option<u64>,
    location: Option<String>,
    retry_after: Option<Duration>,
    preference_applied: Option<String>,
    body: String,
}

impl HttpAnswer {
    fn answer(self) -> Option<Answer> {
        let location = self.location.as_deref().unwrap_or_default().trim_start_matches("/v1/");
        let (collection, id) = location.split_once('/').unwrap_or_default();
        let id = id.to_owned();
        let outcome = match (self.status, collection) {
            (201, collection) => {
                let kind = collection.trim_end_matches('s').to_owned();
                Outcome::Created { kind, id, revision: self.revision? }
            }
            (202, "operations") => {
                let retry_after = self.retry_after.unwrap_or_default();
                Outcome::Accepted { operation: id, revision: self.revision, retry_after }
            }
            (202, "migrations") => Outcome::MigrationStarted { migration: id },
            (204, _) => Outcome::Deleted,
            (200, _) => Outcome::Done { revision: self.revision },
            (400.., _) => {
                let problem: serde_json::Value = serde_json::from_str(&self.body).ok()?;
                let kind = problem["code"].as_str().and_then(Kind::named)?;
                Outcome::Refused { kind, retry_after: self.retry_after }
            }
            _ => return None,
        };
        let body = self.body.into();
        Some(Answer { outcome, preferences: self.preference_applied, body, replayed: true })
    }
}
