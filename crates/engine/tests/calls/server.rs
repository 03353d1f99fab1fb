//! The vendor's server, on the loopback interface. It stores agents and calls, and treats the next dials as the test
//! specifies.

use std::{
    collections::{BTreeMap, VecDeque},
    future::pending,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinHandle,
};

use crate::fault::{At, FaultPoint, When};

/// The treatment of one dial.
#[derive(Debug, Clone, PartialEq)]
pub enum Treatment {
    /// The vendor places the call and answers.
    Place,
    /// The vendor places the call, and closes the connection without an answer.
    PlaceAndHangUp,
    /// The vendor places the call, and returns an unreadable answer.
    PlaceAndMumble,
    /// The vendor answers with this status, headers and body, and places no call.
    Answer(u16, &'static str, &'static str),
    /// The vendor places the call when the test permits it, and then answers.
    Wait,
    /// The vendor refuses the dial when the test permits it.
    WaitAndRefuse,
}

/// The vendor.
pub struct Vendor {
    pub fault: Arc<FaultPoint>,
    state: Mutex<Stored>,
    /// Permits for dials that wait.
    pub permits: Semaphore,
    /// The number of dials that have arrived.
    arrived: watch::Sender<usize>,
}

/// The vendor's stored state.
#[derive(Default)]
pub struct Stored {
    agents: BTreeMap<String, Value>,
    /// The bodies of all dials that the vendor carried out.
    pub dials: Vec<Value>,
    /// The bodies of all dials that arrived.
    pub asked: Vec<Value>,
    /// The rows of the list of calls.
    pub calls: Vec<Value>,
    pub treatments: VecDeque<Treatment>,
    made: usize,
}

/// The listener of a vendor. Dropping it closes the port.
pub struct Listening(JoinHandle<()>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Vendor {
    /// Creates a vendor that does not listen yet.
    pub fn new(fault: Arc<FaultPoint>) -> Arc<Self> {
        let (state, arrived) = (Mutex::default(), watch::Sender::new(0));
        Arc::new(Self { fault, state, permits: Semaphore::new(0), arrived })
    }

    /// Listens at an address, or at a free port.
    pub async fn listen(self: &Arc<Self>, at: Option<SocketAddr>) -> (Listening, SocketAddr) {
        let any: SocketAddr = ([127, 0, 0, 1], 0).into();
        let listener = TcpListener::bind(at.unwrap_or(any)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let vendor = self.clone();
        let accept = async move {
            while let Ok((stream, _)) = listener.accept().await {
                let vendor = vendor.clone();
                tokio::spawn(async move { vendor.serve(stream).await });
            }
        };
        (Listening(tokio::spawn(accept)), address)
    }

    /// Returns the vendor's stored state.
    pub fn stored(&self) -> MutexGuard<'_, Stored> {
        self.state.lock().unwrap()
    }

    /// Sets the treatments of the next dials.
    pub fn treat(&self, treatments: impl IntoIterator<Item = Treatment>) {
        self.stored().treatments.extend(treatments);
    }

    /// Waits until this number of dials has arrived.
    pub async fn once_asked(&self, dials: usize) {
        self.arrived.subscribe().wait_for(|arrived| *arrived >= dials).await.unwrap();
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some((method, path, body)) = read(&mut stream).await else { return };
        let answer = match (method.as_str(), path.trim_start_matches('/').split_once('/')) {
            ("POST", None) if path == "/calls" => self.dial(body).await,
            ("GET", None) if path == "/calls" => {
                Some((200, String::new(), Value::Array(self.stored().calls.clone()).to_string()))
            }
            ("POST", None) => Some(self.put(None, body)),
            ("PATCH", Some((_, id))) => Some(self.put(Some(id), body)),
            ("GET", Some((_, id))) => {
                let agent = self.stored().agents.get(id).cloned();
                Some((200, String::new(), agent.unwrap_or_default().to_string()))
            }
            _ => Some((404, String::new(), "{}".to_owned())),
        };
        let Some((status, headers, body)) = answer else { return };
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n"
        );
        let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
        let _ = stream.shutdown().await;
    }

    fn put(&self, id: Option<&str>, body: Value) -> (u16, String, String) {
        let mut stored = self.stored();
        stored.made += 1;
        let id = id.map_or(format!("agent-{}", stored.made), ToOwned::to_owned);
        let mut agent = stored.agents.get(&id).cloned().unwrap_or_else(|| json!({ "id": id }));
        for (name, value) in body.as_object().unwrap() {
            agent[name] = value.clone();
        }
        stored.agents.insert(id, agent.clone());
        (200, String::new(), agent.to_string())
    }

    /// Carries out a dial. Returns `None` if there is no answer.
    async fn dial(&self, body: Value) -> Option<(u16, String, String)> {
        let number = self.fault.request();
        let treatment = {
            let mut stored = self.stored();
            stored.asked.push(body.clone());
            let asked = stored.asked.len();
            self.arrived.send_replace(asked);
            stored.treatments.pop_front().unwrap_or(Treatment::Place)
        };
        if self.fault.reach(At::Request, number, When::Before) {
            return pending().await;
        }
        if matches!(treatment, Treatment::Wait | Treatment::WaitAndRefuse) {
            self.permits.acquire().await.unwrap().forget();
        }
        if let Treatment::Answer(status, headers, body) = treatment {
            return Some((status, headers.to_owned(), body.to_owned()));
        }
        if treatment == Treatment::WaitAndRefuse {
            return Some((422, String::new(), "{}".to_owned()));
        }
        let id = {
            let mut stored = self.stored();
            let id = format!("remote-{}", stored.dials.len() + 1);
            stored.calls.push(json!({ "id": id, "to": body["to"] }));
            stored.dials.push(body);
            id
        };
        if self.fault.reach(At::Request, number, When::After) {
            return pending().await;
        }
        match treatment {
            Treatment::PlaceAndHangUp => None,
            Treatment::PlaceAndMumble => Some((200, String::new(), "<html>".to_owned())),
            _ => Some((201, String::new(), json!({ "id": id }).to_string())),
        }
    }
}

/// Reads a request: the method, the path and the body.
async fn read(stream: &mut TcpStream) -> Option<(String, String, Value)> {
    let mut bytes = Vec::new();
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
    let length: usize = length.unwrap_or_default();
    while bytes.len() < head + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let first = String::from_utf8_lossy(&bytes[..head]).lines().next()?.to_owned();
    let mut words = first.split(' ').map(ToOwned::to_owned);
    let body = serde_json::from_slice(&bytes[head..head + length]).unwrap_or_default();
    Some((words.next()?, words.next()?, body))
}
