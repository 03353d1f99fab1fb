//! The writer: a task that owns the only writing connection.

use std::{error::Error as _, panic::AssertUnwindSafe};

use async_trait::async_trait;
use futures::FutureExt as _;
use sqlx::{
    Executor as _,
    sqlite::{SqliteConnection, SqliteRow},
};
use switchboard_core::error::Result;
use tokio::sync::{mpsc, oneshot};

use super::{
    batch::{Batch, BatchMode},
    checkpoint::Checkpoints,
    connect,
    database_file::DatabaseFile,
};
use crate::sql::{Failure, UnitOfWork, fault};

/// Maximum number of waiting jobs.
const QUEUE_CAPACITY: usize = 256;
/// Limits of a batch: the number of jobs, and the size in bytes after which no further job is added.
const MAX_BATCH_JOBS: usize = 64;
const MAX_BATCH_BYTES: usize = 4 << 20;

/// A handle for sending jobs to the writer's task.
pub(super) struct Writer(mpsc::Sender<Message>);

enum Message {
    Work(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// A unit of work with a caller that waits for its result.
#[async_trait]
trait Job: Send {
    fn size(&self) -> usize;

    /// Runs the job. Returns true if its changes must be kept.
    async fn run(&mut self, batch: &mut Batch<'_>) -> Result<bool, sqlx::Error>;

    /// Sends the result to the caller after the batch was committed or undone. Sends an error instead if `durable` is false.
    fn answer(self: Box<Self>, durable: bool);
}

struct WriteRequest<W: UnitOfWork> {
    work: W,
    outcome: Option<Result<W::Output<SqliteRow>>>,
    answer: oneshot::Sender<Result<W::Output<SqliteRow>>>,
}

impl Writer {
    /// Starts the task with this connection. `file` is the file for later connections. It is `None` for a database in memory.
    pub(super) fn start(connection: SqliteConnection, file: Option<DatabaseFile>) -> Self {
        let (sender, messages) = mpsc::channel(QUEUE_CAPACITY);
        let checkpoints = file.as_ref().map(|file| Checkpoints::new(file.path()));
        let worker = Worker { connection: Some(connection), file, checkpoints, expects_success: true };
        tokio::spawn(worker.supervise(messages));
        Self(sender)
    }

    /// Runs a unit of work. The work is completed even if the caller stops waiting.
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
            // An error means that the task has already ended and closed its connection.
            let _ = closed.await;
        }
    }
}

/// The state of the writer's task.
struct Worker {
    /// The writing connection. `None` after a failed batch on a file.
    connection: Option<SqliteConnection>,
    /// The file. `None` for a database in memory, which needs no checkpoints.
    file: Option<DatabaseFile>,
    checkpoints: Option<Checkpoints>,
    /// True if the latest batch succeeded without a refusal. The next batch then probably has no refusal either.
    expects_success: bool,
}

impl Worker {
    /// Serves all messages. A panic ends only the batch in which it occurs, whose callers get an error.
    async fn supervise(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut closing = None;
        while AssertUnwindSafe(self.serve(&mut messages, &mut closing)).catch_unwind().await.is_err() {
            tracing::error!("the writer of the store panicked; it continues with the next batch");
            self.recover().await;
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

    /// Restores the connection after a batch that did not end. A file gets a new connection. A database in memory exists only in
    /// its connection, so the transaction is rolled back.
    async fn recover(&mut self) {
        if self.file.is_some() {
            self.connection = None;
        } else if let Some(connection) = &mut self.connection
            && let Err(cause) = connection.execute("ROLLBACK").await
        {
            tracing::debug!(error = %cause, "the transaction had already ended");
        }
    }

    async fn serve(
        &mut self,
        messages: &mut mpsc::Receiver<Message>,
        closing: &mut Option<oneshot::Sender<()>>,
    ) {
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
                        // Jobs that are already queued still run.
                        messages.close();
                        *closing = Some(done);
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
        // This takes about a microsecond, much less than the wait for the disk. It comes before a new connection, which would
        // create a missing file.
        if let Some(file) = &self.file {
            file.verify()?;
        }
        let connection = match (&mut self.connection, &self.file) {
            (Some(connection), _) => connection,
            (none, Some(file)) => none.insert(connect::connect(&connect::writer(file.path())).await?),
            (None, None) => return Err(fault::unavailable("The database in memory is lost.")),
        };
        let kind = match jobs.len() {
            1 => BatchMode::Single,
            _ if self.expects_success => BatchMode::Shared,
            _ => BatchMode::Savepoints,
        };
        let mut done = try_execute(connection, jobs, kind).await;
        self.expects_success = matches!(done, Ok(Refusals::None));
        if kind == BatchMode::Shared && matches!(done, Ok(Refusals::Some)) {
            done = try_execute(connection, jobs, BatchMode::Savepoints).await;
        }
        // After a failure, the state of the connection is unknown, so the next batch on a file opens a new connection. A
        // database in memory exists only in its connection, so that connection is kept.
        if done.is_err() && self.file.is_some() {
            self.connection = None;
        }
        done.map(drop).map_err(fault::storage)
    }
}

/// The presence of refused jobs in a batch.
enum Refusals {
    None,
    Some,
}

/// Runs the jobs as one batch. A failure of the database undoes all jobs. In shared mode, a refusal also undoes all jobs.
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
            .send(outcome.unwrap_or_else(|| Err(fault::unavailable("The store cannot accept writes now."))));
    }
}
