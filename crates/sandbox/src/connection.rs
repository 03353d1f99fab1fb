//! A caller's connection, which the sandbox can close at an exact byte of an answer.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::kill::Victim;

/// A connection. The server flushes only after it has written all pending bytes. When a flush ends, exactly the bytes
/// that were written before it have therefore been sent.
pub(crate) struct Connection {
    stream: TcpStream,
    ending: ConnectionEnd,
    killing: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// An order to kill a process and close a connection, shared between the connection and the code that gives
/// the order.
#[derive(Clone, Default)]
pub(crate) struct ConnectionEnd(Arc<Mutex<Option<Victim>>>);

impl ConnectionEnd {
    /// Orders the next flush to kill the process and then close the connection.
    pub(crate) fn with_next_flush(&self, victim: Victim) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(victim);
    }

    fn take(&self) -> Option<Victim> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> (Self, ConnectionEnd) {
        let ending = ConnectionEnd::default();
        (Self { stream, ending: ending.clone(), killing: None }, ending)
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        if let Some(victim) = self.ending.take() {
            self.killing = Some(Box::pin(victim.kill()));
        }
        let Some(killing) = &mut self.killing else {
            return Poll::Ready(Ok(()));
        };
        ready!(killing.as_mut().poll(context));
        self.killing = None;
        Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
