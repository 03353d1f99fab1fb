//! The writer: a thread that owns the only writing connection.

use std::{
    error::Error as _,
    panic::{AssertUnwindSafe, catch_unwind},
    thread,
};

use futures::FutureExt as _;
use rusqlite::Connection;
use switchboard_core::error::{Error, Kind, Result};
use tokio::sync::{mpsc, oneshot};

use super::{
    batch::{Batch, BatchMode},
    checkpoint::Checkpoints,
    connect,
    database_file::DatabaseFile,
    row::SqliteRow,
};
use crate::sql::{DatabaseError, Failure, UnitOfWork, fault};

/// Maximum number of waiting jobs.
const QUEUE_CAPACITY: usize = 256;
/// Limits of a batch: the number of jobs, and the size in bytes after which no further job is added.
const MAX_BATCH_JOBS: usize = 64;
const MAX_BATCH_BYTES: usize = 4 << 20;

/// A handle for sending jobs to the writer's thread.
pub(super) struct Writer(mpsc::Sender<Message>);

enum Message {
    Work(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

/// A unit of work with a caller that waits for its result.
trait Job: Send {
    fn size(&self) -> usize;

    /// Runs the job. Returns true if its changes must be kept.
    fn run(&mut self, batch: &mut Batch<'_>) -> Result<bool, DatabaseError>;

    /// Sends the result to the caller after the batch was committed or undone. Sends an error instead if `durable` is
    /// false.
    fn answer(self: Box<Self>, durable: bool);
}

struct WriteRequest<W: UnitOfWork> {
    work: W,
    outcome: Option<Result<W::Output<SqliteRow>>>,
    answer: oneshot::Sender<Result<W::Output<SqliteRow>>>,
}

impl Writer {
    /// Starts the thread with this connection. `file` is the database for later connections and checkpoints, or `None`
    /// for a database in memory.
    pub(super) fn start(connection: Connection, file: Option<DatabaseFile>) -> Result<Self> {
        let (sender, messages) = mpsc::channel(QUEUE_CAPACITY);
        let checkpoints = file.as_ref().map(|file| Checkpoints::new(file.path()));
        let worker =
            Worker { connection: Some(connection), file, checkpoints, outage: None, expects_success: true };
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker.supervise(messages))
            .map_err(|cause| fault::unavailable("The writer of the store cannot start.").caused_by(cause))?;
        Ok(Self(sender))
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
            // An error means that the thread has already ended and closed its connection.
            let _ = closed.await;
        }
    }
}

/// The state of the writer's thread.
struct Worker {
    /// The writing connection. `None` after a failure or panic of a batch on a file, until the next batch.
    connection: Option<Connection>,
    /// The file. `None` for a database in memory, which needs no checkpoints.
    file: Option<DatabaseFile>,
    checkpoints: Option<Checkpoints>,
    /// The cause of the latest batch's failure, or `None` if the batch did not fail.
    outage: Option<String>,
    /// True if the latest batch succeeded without a refusal. The next batch is then tried without savepoints.
    expects_success: bool,
}

impl Worker {
    /// Serves all messages. A panic ends only the batch in which it occurs. The callers of that batch get an error.
    fn supervise(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut closing = None;
        while catch_unwind(AssertUnwindSafe(|| self.serve(&mut messages, &mut closing))).is_err() {
            tracing::error!("the writer of the store panicked; it continues with the next batch");
            self.recover();
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.finish();
        }
        if let Some(connection) = self.connection {
            connect::close(connection);
        }
        if let Some(done) = closing {
            // The caller may have stopped waiting.
            let _ = done.send(());
        }
    }

    /// Restores the connection after a batch that did not end. A file gets a new connection. A database in memory
    /// exists only in its connection, so the transaction is rolled back.
    fn recover(&mut self) {
        if self.file.is_some() {
            self.connection = None;
        } else if let Some(connection) = &mut self.connection
            && let Err(cause) = connection.execute_batch("ROLLBACK")
        {
            tracing::debug!(error = %cause, "the transaction had already ended");
        }
    }

    fn serve(&mut self, messages: &mut mpsc::Receiver<Message>, closing: &mut Option<oneshot::Sender<()>>) {
        while let Some(message) = messages.blocking_recv() {
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
                self.run_batch(batch, bytes);
            }
        }
    }

    fn run_batch(&mut self, mut batch: Vec<Box<dyn Job>>, bytes: usize) {
        let done = self.execute(&mut batch);
        self.log_outage(done.as_ref().err());
        let size = batch.len();
        for job in batch {
            job.answer(done.is_ok());
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.record_write(size, bytes);
        }
    }

    /// Logs the begin and the end of an outage, and each new cause. The callers of the failed batches log their failures.
    fn log_outage(&mut self, error: Option<&Error>) {
        let cause = error.map(|error| match error.source() {
            Some(cause) => format!("{} ({cause})", error.detail.trim_end_matches('.')),
            None => error.detail.clone(),
        });
        if cause == self.outage {
            return;
        }
        match &cause {
            Some(cause) => tracing::error!(cause, "the store cannot write"),
            None => tracing::info!("the store can write again"),
        }
        self.outage = cause;
    }

    fn execute(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<()> {
        // This check takes about a microsecond, much less than the wait for the disk. It must precede a new connection,
        // which would create a missing file.
        if let Some(file) = &self.file {
            file.verify()?;
        }
        let connection = match (&mut self.connection, &self.file) {
            (Some(connection), _) => connection,
            (none, Some(file)) => none.insert(connect::writer(file.path())?),
            (None, None) => return Err(fault::unavailable("The database in memory is lost.")),
        };
        let expects_success = jobs.len() == 1 || self.expects_success;
        let mode = if expects_success { BatchMode::Whole } else { BatchMode::Savepoints };
        let mut done = try_execute(connection, jobs, mode);
        self.expects_success = matches!(done, Ok(Refusals::None));
        if mode == BatchMode::Whole && jobs.len() > 1 && matches!(done, Ok(Refusals::Some)) {
            done = try_execute(connection, jobs, BatchMode::Savepoints);
        }
        // After a failure, the state of the connection is unknown, so the next batch on a file opens a new connection.
        // A database in memory exists only in its connection, so that connection is kept.
        if done.is_err() && self.file.is_some() {
            self.connection = None;
        }
        done.map(drop).map_err(fault::storage)
    }
}

/// The result of a batch that the database has carried out: without or with refused jobs.
enum Refusals {
    None,
    Some,
}

/// Runs the jobs as one batch. A failure of the database undoes all jobs. In the mode `Whole`, a refusal also undoes
/// all jobs.
fn try_execute(
    connection: &mut Connection,
    jobs: &mut [Box<dyn Job>],
    mode: BatchMode,
) -> Result<Refusals, DatabaseError> {
    let mut batch = Batch::begin(connection, mode)?;
    let done = run(&mut batch, jobs, mode);
    if matches!((&done, mode), (Err(_), _) | (Ok(Refusals::Some), BatchMode::Whole)) {
        batch.abandon();
    }
    done
}

fn run(batch: &mut Batch<'_>, jobs: &mut [Box<dyn Job>], mode: BatchMode) -> Result<Refusals, DatabaseError> {
    let mut refusals = Refusals::None;
    for job in jobs {
        batch.begin_job()?;
        let keep = job.run(batch)?;
        batch.end_job(keep)?;
        if !keep {
            refusals = Refusals::Some;
            if mode == BatchMode::Whole {
                return Ok(refusals);
            }
        }
    }
    batch.commit()?;
    Ok(refusals)
}

impl<W: UnitOfWork> Job for WriteRequest<W> {
    fn size(&self) -> usize {
        self.work.size()
    }

    fn run(&mut self, batch: &mut Batch<'_>) -> Result<bool, DatabaseError> {
        // A batch never waits, so neither does a unit of work.
        let waits = || Err(Error::new(Kind::Internal, "A unit of work waited.").into());
        let outcome = match self.work.run(batch).now_or_never().unwrap_or_else(waits) {
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
