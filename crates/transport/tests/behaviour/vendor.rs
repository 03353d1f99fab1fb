//! A vendor that follows a script, down to the bytes.

use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Notify,
    time::{Instant, sleep},
};

/// The vendor's reaction to a request.
#[derive(Clone)]
pub enum Act {
    /// Responds and keeps the connection open.
    Answer(Vec<u8>),
    /// Responds after a notification and keeps the connection open.
    AnswerWhenNotified(Arc<Notify>, Vec<u8>),
    /// Responds, possibly with an incomplete response, and closes the connection.
    AnswerAndClose(Vec<u8>),
    /// Responds, then repeats the same bytes until the client closes the connection.
    Pour(Vec<u8>, Vec<u8>),
    /// Resets the connection.
    Reset,
    /// Waits silently until the client closes the connection.
    Hang,
}

#[derive(Default)]
struct Journal {
    requests: Vec<String>,
    connections: usize,
    hung_up_on: usize,
}

/// A vendor at a loopback address.
pub struct Vendor {
    port: u16,
    journal: Arc<Mutex<Journal>>,
}

impl Vendor {
    /// Starts a vendor with one act for each request. It answers further requests with 418.
    pub async fn acting(acts: impl IntoIterator<Item = Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let journal = Arc::new(Mutex::new(Journal::default()));
        let acts = Arc::new(Mutex::new(acts.into_iter().collect::<VecDeque<_>>()));
        let seen = journal.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                seen.lock().expect("a journal").connections += 1;
                tokio::spawn(serve(stream, acts.clone(), seen.clone()));
            }
        });
        Self { port, journal }
    }

    /// Starts a vendor with the same reaction to every request.
    pub async fn always(act: Act) -> Self {
        Self::acting(vec![act; 20]).await
    }

    /// Returns the vendor's base URL, whose path is `/api`.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/api", self.port)
    }

    /// Returns a base URL for TLS. The vendor does not support TLS: it waits for the end of a request that
    /// never comes.
    pub fn tls_url(&self) -> String {
        format!("https://127.0.0.1:{}/api", self.port)
    }

    /// Returns the requests that the vendor has read, with head and body.
    pub fn requests(&self) -> Vec<String> {
        self.journal().requests.clone()
    }

    /// Returns the only request that the vendor has read.
    pub fn request(&self) -> String {
        let requests = self.requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        requests[0].clone()
    }

    /// Returns the target in the first line of the only request.
    pub fn target(&self) -> String {
        self.request().split(' ').nth(1).expect("a target").to_owned()
    }

    /// Returns the number of connections that the vendor has accepted.
    pub fn connections(&self) -> usize {
        self.journal().connections
    }

    /// Waits until the vendor has read this number of requests.
    pub async fn has_read(&self, requests: usize) {
        eventually(|| self.journal().requests.len() >= requests).await;
    }

    /// Waits until the vendor has accepted this number of connections.
    pub async fn has_accepted(&self, connections: usize) {
        eventually(|| self.connections() >= connections).await;
    }

    /// Waits until the client has closed a connection during a request.
    pub async fn was_hung_up_on(&self) {
        eventually(|| self.journal().hung_up_on > 0).await;
    }

    fn journal(&self) -> MutexGuard<'_, Journal> {
        self.journal.lock().expect("a journal")
    }
}

async fn eventually(holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !holds() {
        assert!(Instant::now() < deadline, "the condition was never met");
        sleep(Duration::from_millis(5)).await;
    }
}

async fn serve(mut stream: TcpStream, acts: Arc<Mutex<VecDeque<Act>>>, journal: Arc<Mutex<Journal>>) {
    while let Ok(Some(request)) = read(&mut stream).await {
        journal.lock().expect("a journal").requests.push(request);
        let act = acts.lock().expect("a script").pop_front().unwrap_or(Act::Answer(answer(418, "{}")));
        match act {
            Act::AnswerWhenNotified(notified, bytes) => {
                notified.notified().await;
                if stream.write_all(&bytes).await.is_ok() {
                    continue;
                }
            }
            Act::Answer(bytes) if stream.write_all(&bytes).await.is_ok() => continue,
            Act::Answer(bytes) | Act::AnswerAndClose(bytes) => {
                let _ = stream.write_all(&bytes).await;
            }
            Act::Pour(first, rest) => {
                let mut open = stream.write_all(&first).await.is_ok();
                while open {
                    open = stream.write_all(&rest).await.is_ok();
                }
                journal.lock().expect("a journal").hung_up_on += 1;
            }
            Act::Reset => stream.set_zero_linger().expect("a socket option"),
            Act::Hang => {
                let _ = stream.read_to_end(&mut Vec::new()).await;
                journal.lock().expect("a journal").hung_up_on += 1;
            }
        }
        return;
    }
}

/// Reads one request, with a body of the declared length. Returns `None` if the connection ends instead.
async fn read(stream: &mut TcpStream) -> io::Result<Option<String>> {
    let mut text = String::new();
    let head = loop {
        if let Some(end) = text.find("\r\n\r\n") {
            break end + 4;
        }
        if more(stream, &mut text).await? == 0 {
            return Ok(None);
        }
    };
    let announced = text[..head].lines().find_map(|line| line.strip_prefix("content-length: "));
    let length = head + announced.map_or(0, |length| length.parse().expect("a length"));
    while text.len() < length {
        if more(stream, &mut text).await? == 0 {
            return Ok(None);
        }
    }
    Ok(Some(text))
}

async fn more(stream: &mut TcpStream, text: &mut String) -> io::Result<usize> {
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes).await?;
    text.push_str(&String::from_utf8_lossy(&bytes[..count]));
    Ok(count)
}

/// Builds a response with a JSON body.
pub fn answer(status: u16, body: &str) -> Vec<u8> {
    answer_with(status, &["Content-Type: application/json"], body.as_bytes())
}

/// Builds a response with these headers and this body.
pub fn answer_with(status: u16, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let head = format!("HTTP/1.1 {status} Because\r\nContent-Length: {}\r\n{headers}\r\n", body.len());
    [head.as_bytes(), body].concat()
}
