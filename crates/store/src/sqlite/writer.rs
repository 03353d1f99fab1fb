//! The writer: a task that owns the only writing connection.

use std::{error::Error as _, path::PathBuf};

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use switchboard_core::error::Result;
use tokio::sync::{mpsc, oneshot};

use super::{
    batch::{Batch, BatchMode},
    checkpoint::Checkpoints,
    connect,
};
use crate::sql::{Failure, UnitOfWork, fault};

/// Maximum number of waiting jobs.
const QUEUE_CAPACITY: usize = 256;
/// Maximum number of jobs in a batch, and of their bytes.
const MAX_BATCH_JOBS: usize = 64;
const MAX_BATCH_BYTES: usize = 4 << 20;

/// The handle by which jobs reach the task.
pub(super) struct Writer(mpsc::Sender<Message>);

enum Message {
    Work(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// A unit of work with a caller that waits for its result.
#[async_trait]
trait Job: Send {
    fn size(&self) -> usize;

    /// Runs the job and returns whether to keep its changes.
    async fn run(&mut self, batch: &mut Batch<'_>) -> Result<bool, sqlx::Error>;

    /// Sends the result to the caller, once the batch has been committed or undone.
    fn answer(self: Box<Self>, durable: bool);
}

struct WriteRequest<W: UnitOfWork> {
    work: W,
    outcome: Option<Result<W::Output<SqliteRow>>>,
    answer: oneshot::Sender<Result<W::Output<SqliteRow>>>,
}

impl Writer {
    /// Starts the task on this connection. `file` is the path for later connections; a database in memory has none.
    pub(super) fn start(connection: SqliteConnection, file: Option<PathBuf>) -> Self {
        let (sender, messages) = mpsc::channel(QUEUE_CAPACITY);
        let checkpoints = file.as_deref().map(Checkpoints::new);
        let worker = Worker { connection: Some(connection), file, checkpoints, expects_success: true };
        tokio::spawn(worker.serve(messages));
        Self(sender)
    }

    /// Runs a unit of work, even if the caller stops waiting.
    pub(super) async fn write<W: UnitOfWork>(&self, work: W) -> Result<W::Output<SqliteRow>> {
        let (answer, answered) = oneshot::channel();
        let request = WriteRequest { work, outcome: None, answer };
        let sent = self.0.send(Message::Work(Box::new(request))).await;
        let closed = || fault::unavailable("The store is closed.");
        sent.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Finishes the queued jobs and closes the connection.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.0.send(Message::Close(done)).await.is_ok() {
            // An error means that the task has ended, and with it the connection.
            let _ = closed.await;
        }
    }
}

/// The state of the task.
struct Worker {
    /// `None` after a failed batch on a file.
    connection: Option<SqliteConnection>,
    /// `None` for a database in memory, which needs no checkpoints either.
    file: Option<PathBuf>,
    checkpoints: Option<Checkpoints>,
    /// Set if the latest batch had no refusal, so that the next probably has none.
    expects_success: bool,
}

impl Worker {
    async fn serve(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut closing = None;
        while let Some(message) = messages.recv().await {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            let mut next = Some(message);
            while let Some(message) = next.take() {
                match message {
                    Message::Work(job) => {
                        bytes += job.size();
                        batch.push(job);
                    }
                    Message::Close(done) => {
                        // Jobs that are queued already still run.
                        messages.close();
                        closing = Some(done);
                    }
                }
                if batch.len() < MAX_BATCH_JOBS && bytes < MAX_BATCH_BYTES {
                    next = messages.try_recv().ok();
                }
            }
            if !batch.is_empty() {
                self.run_batch(batch, bytes).await;
            }
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.finish().await;
        }
        if let Some(connection) = self.connection {
            connect::close(connection).await;
        }
        if let Some(done) = closing {
            // The caller may have stopped waiting.
            let _ = done.send(());
        }
    }

    async fn run_batch(&mut self, mut batch: Vec<Box<dyn Job>>, bytes: usize) {
        let done = self.execute(&mut batch).await;
        if let Err(error) = &done {
            tracing::error!(%error, cause = ?error.source(), "the store cannot write");
        }
        let size = batch.len();
        for job in batch {
            job.answer(done.is_ok());
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.record_write(size, bytes).await;
        }
    }

    async fn execute(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<()> {
        let mut connection = match (self.connection.take(), &self.file) {
            (Some(connection), _) => connection,
            (None, Some(path)) => connect::connect(&connect::writer(path)).await?,
            (None, None) => return Err(fault::unavailable("The database in memory is lost.")),
        };
        let kind = match jobs.len() {
            1 => BatchMode::Single,
            _ if self.expects_success => BatchMode::Shared,
            _ => BatchMode::Savepoints,
        };
        let mut done = try_execute(&mut connection, jobs, kind).await;
        self.expects_success = matches!(done, Ok(Refusals::None));
        if kind == BatchMode::Shared && matches!(done, Ok(Refusals::Some)) {
            done = try_execute(&mut connection, jobs, BatchMode::Savepoints).await;
        }
        // After a failure the state of a file's connection is unknown; a database in memory has no other connection.
        if done.is_ok() || self.file.is_none() {
            self.connection = Some(connection);
        }
        done.map(drop).map_err(fault::storage)
    }
}

/// Outcome of a batch: at least one job refused, or none.
enum Refusals {
    None,
    Some,
}

/// Runs the jobs as one batch. In shared mode, one refusal undoes all of them.
async fn try_execute(
    connection: &mut SqliteConnection,
    jobs: &mut [Box<dyn Job>],
    kind: BatchMode,
) -> Result<Refusals, sqlx::Error> {
    let mut batch = Batch::new(connection, kind);
    let done = run(&mut batch, jobs, kind).await;
    if matches!((&done, kind), (Err(_), _) | (Ok(Refusals::Some), BatchMode::Shared)) {
        batch.abandon().await;
    }
    done
}

async fn run(
    batch: &mut Batch<'_>,
    jobs: &mut [Box<dyn Job>],
    kind: BatchMode,
) -> Result<Refusals, sqlx::Error> {
    let mut refusals = Refusals::None;
    for job in jobs {
        let keep = job.run(batch).await?;
        batch.end_job(keep);
        if !keep {
            refusals = Refusals::Some;
            if kind == BatchMode::Shared {
                return Ok(refusals);
            }
        }
    }
    batch.commit().await?;
    Ok(refusals)
}

#[async_trait]
impl<W: UnitOfWork> Job for WriteRequest<W> {
    fn size(&self) -> usize {
        self.work.size()
    }

    async fn run(&mut self, batch: &mut Batch<'_>) -> Result<bool, sqlx::Error> {
        let outcome = match self.work.run(batch).await {
            Err(Failure::Database(cause)) => return Err(cause),
            outcome => outcome.map_err(Failure::into_error),
        };
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        Ok(keep)
    }

    fn answer(self: Box<Self>, durable: bool) {
        let outcome = self.outcome.filter(|_| durable);
        // The caller may have stopped waiting.
        let _ = self
            .answer
            .send(outcome.unwrap_or_else(|| Err(fault::unavailable("The store cannot be written now."))));
    }
}
