//! The one who writes.

use std::{error::Error as _, path::PathBuf};

use async_trait::async_trait;
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use switchboard_core::Result;
use tokio::sync::{mpsc, oneshot};

use super::{
    checkpoint::Checkpoints,
    connect,
    group::{Group, Pieces},
};
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
    outcome: Option<Result<W::Output<SqliteRow>>>,
    answer: oneshot::Sender<Result<W::Output<SqliteRow>>>,
}

impl Writer {
    /// Starts to write on this connection, to a file if it is one.
    pub(super) fn start(connection: SqliteConnection, file: Option<PathBuf>) -> Self {
        let (sender, messages) = mpsc::channel(QUEUE);
        let checkpoints = file.as_deref().map(Checkpoints::new);
        let desk = Desk { connection: Some(connection), file, checkpoints, calm: true };
        tokio::spawn(desk.serve(messages));
        Self(sender)
    }

    /// Does a piece of work, even where nobody waits for the answer any more.
    pub(super) async fn write<W: Work>(&self, work: W) -> Result<W::Output<SqliteRow>> {
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
    /// None where the last one failed.
    connection: Option<SqliteConnection>,
    /// Memory has none, and no checkpoints.
    file: Option<PathBuf>,
    checkpoints: Option<Checkpoints>,
    /// Whether the last group went without a refusal, so that the next probably will.
    calm: bool,
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
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.finish().await;
        }
        if let Some(connection) = self.connection {
            connect::close(connection).await;
        }
        if let Some(done) = closing {
            // Whoever closed may be gone.
            let _ = done.send(());
        }
    }

    async fn work_off(&mut self, mut group: Vec<Box<dyn Piece>>, bytes: usize) {
        let done = self.carry_out(&mut group).await;
        if let Err(error) = &done {
            tracing::error!(%error, cause = ?error.source(), "the store cannot write");
        }
        let size = group.len();
        for piece in group {
            piece.answer(done.is_ok());
        }
        if let Some(checkpoints) = &mut self.checkpoints {
            checkpoints.wrote(size, bytes).await;
        }
    }

    async fn carry_out(&mut self, pieces: &mut [Box<dyn Piece>]) -> Result<()> {
        let mut connection = match (self.connection.take(), &self.file) {
            (Some(connection), _) => connection,
            (None, Some(path)) => connect::connect(&connect::writer(path)).await?,
            (None, None) => return Err(fault::unavailable("What was in memory is gone.")),
        };
        let kind = match pieces.len() {
            1 => Pieces::One,
            _ if self.calm => Pieces::Together,
            _ => Pieces::Apart,
        };
        let mut done = try_carry_out(&mut connection, pieces, kind).await;
        self.calm = matches!(done, Ok(Refusals::None));
        if kind == Pieces::Together && matches!(done, Ok(Refusals::Some)) {
            done = try_carry_out(&mut connection, pieces, Pieces::Apart).await;
        }
        // What is wrong with a file's connection is not known; memory has no other.
        if done.is_ok() || self.file.is_none() {
            self.connection = Some(connection);
        }
        done.map(drop).map_err(fault::storage)
    }
}

/// Whether any piece was refused.
enum Refusals {
    None,
    Some,
}

/// Where pieces are done together and one is refused, none was done.
async fn try_carry_out(
    connection: &mut SqliteConnection,
    pieces: &mut [Box<dyn Piece>],
    kind: Pieces,
) -> Result<Refusals, sqlx::Error> {
    let mut group = Group::new(connection, kind);
    let done = run(&mut group, pieces, kind).await;
    if matches!((&done, kind), (Err(_), _) | (Ok(Refusals::Some), Pieces::Together)) {
        group.abandon().await;
    }
    done
}

async fn run(
    group: &mut Group<'_>,
    pieces: &mut [Box<dyn Piece>],
    kind: Pieces,
) -> Result<Refusals, sqlx::Error> {
    let mut refusals = Refusals::None;
    for piece in pieces {
        let keep = piece.run(group).await?;
        group.end_piece(keep);
        if !keep {
            refusals = Refusals::Some;
            if kind == Pieces::Together {
                return Ok(refusals);
            }
        }
    }
    group.commit().await?;
    Ok(refusals)
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
