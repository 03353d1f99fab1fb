//! The one who writes.

use async_trait::async_trait;
use sqlx::{Sqlite, SqlitePool, pool::PoolConnection};
use switchboard_core::Result;
use tokio::sync::{mpsc, oneshot};

use super::{checkpoint::Checkpoints, group::Group};
use crate::sql::{Failure, Work, fault};

/// What waits at most, in pieces of work.
const QUEUE: usize = 256;
/// What shares a transaction at most, in pieces of work and in bytes.
const GROUP: usize = 64;
const GROUP_BYTES: usize = 4 << 20;

/// Where work is handed in.
pub(super) struct Writer(mpsc::Sender<Message>);

enum Message {
    Work(Box<dyn Piece>),
    Close(oneshot::Sender<()>),
}

/// A piece of work that somebody waits for.
#[async_trait]
trait Piece: Send {
    fn size(&self) -> usize;

    /// Does it, and says whether it is to be kept.
    async fn run(&mut self, group: &mut Group<'_>) -> Result<bool, sqlx::Error>;

    /// Answers whoever waits, once it is clear what became of the group.
    fn answer(self: Box<Self>, durable: bool);
}

struct Request<W: Work> {
    work: W,
    outcome: Option<Result<W::Output>>,
    answer: oneshot::Sender<Result<W::Output>>,
}

impl Writer {
    /// Starts to write on the connection of this pool. A file's connection is kept, memory's has to be shared.
    pub(super) fn start(pool: SqlitePool, checkpoints: Option<Checkpoints>) -> Self {
        let (sender, messages) = mpsc::channel(QUEUE);
        tokio::spawn(Desk { pool, kept: None, checkpoints }.serve(messages));
        Self(sender)
    }

    /// Does a piece of work, even where nobody waits for the answer any more.
    pub(super) async fn write<W: Work>(&self, work: W) -> Result<W::Output> {
        let (answer, answered) = oneshot::channel();
        let request = Request { work, outcome: None, answer };
        let sent = self.0.send(Message::Work(Box::new(request))).await;
        let closed = || fault::unavailable("The store is closed.");
        sent.map_err(|_| closed())?;
        answered.await.map_err(|_| closed())?
    }

    /// Finishes what was handed in and closes the connection.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.0.send(Message::Close(done)).await.is_ok() {
            // It is closed too where nobody says so.
            let _ = closed.await;
        }
    }
}

/// Where work is done.
struct Desk {
    pool: SqlitePool,
    kept: Option<PoolConnection<Sqlite>>,
    /// Of a file; memory has no log.
    checkpoints: Option<Checkpoints>,
}

impl Desk {
    async fn serve(mut self, mut messages: mpsc::Receiver<Message>) {
        let mut closing = None;
        while let Some(message) = messages.recv().await {
            let (mut group, mut bytes) = (Vec::new(), 0);
            let mut next = Some(message);
            while let Some(message) = next.take() {
                match message {
                    Message::Work(piece) => {
                        bytes += piece.size();
                        group.push(piece);
                    }
                    Message::Close(done) => {
                        // What is queued already is still done.
                        messages.close();
                        closing = Some(done);
                    }
                }
                if group.len() < GROUP && bytes < GROUP_BYTES {
                    next = messages.try_recv().ok();
                }
            }
            if !group.is_empty() {
                self.work_off(group, bytes).await;
            }
        }
        self.kept = None;
        if let Some(checkpoints) = self.checkpoints {
            checkpoints.close().await;
        }
        self.pool.close().await;
        if let Some(done) = closing {
            // Whoever closed may be gone.
            let _ = done.send(());
        }
    }

    async fn work_off(&mut self, mut group: Vec<Box<dyn Piece>>, bytes: usize) {
        let done = self.carry_out(&mut group).await;
        if let Err(cause) = &done {
            tracing::error!(error = %cause, "the store could not write");
        }
        let size = group.len();
        for piece in group {
            piece.answer(done.is_ok());
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.wrote(size, bytes).await;
        }
    }

    async fn carry_out(&mut self, pieces: &mut [Box<dyn Piece>]) -> Result<(), sqlx::Error> {
        let mut connection = match self.kept.take() {
            Some(kept) => kept,
            None => self.pool.acquire().await?,
        };
        let mut group = Group::new(&mut connection, pieces.len() > 1);
        let done = async {
            for piece in pieces {
                let keep = piece.run(&mut group).await?;
                group.end_piece(keep);
            }
            group.commit().await
        };
        let done = done.await;
        if done.is_err() {
            Group::abandon(&mut connection).await;
        }
        if self.checkpoints.is_some() {
            match done {
                Ok(()) => self.kept = Some(connection),
                // What is wrong with it is not known.
                Err(_) => connection.close_on_drop(),
            }
        }
        done
    }
}

#[async_trait]
impl<W: Work> Piece for Request<W> {
    fn size(&self) -> usize {
        self.work.size()
    }

    async fn run(&mut self, group: &mut Group<'_>) -> Result<bool, sqlx::Error> {
        let outcome = match self.work.run(group).await {
            Err(Failure::Database(cause)) => return Err(cause),
            outcome => outcome.map_err(Failure::into_error),
        };
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        Ok(keep)
    }

    fn answer(self: Box<Self>, durable: bool) {
        let outcome = self.outcome.filter(|_| durable);
        // Whoever asked may be gone.
        let _ = self
            .answer
            .send(outcome.unwrap_or_else(|| Err(fault::unavailable("The store cannot be written now."))));
    }
}
