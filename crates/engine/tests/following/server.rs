//! The vendor's server, on the loopback interface. It keeps calls, records requests and fails on demand.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard},
};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// The vendor.
#[derive(Default)]
pub struct Server(Mutex<State>);

/// The vendor's state.
#[derive(Default)]
pub struct State {
    /// The calls, by id.
    pub calls: BTreeMap<String, Value>,
    /// The transcripts, by the id of the call.
    pub transcripts: BTreeMap<String, String>,
    /// The members that the list leaves out.
    pub hidden_in_list: Vec<&'static str>,
    /// The ids of calls that the list leaves out.
    pub unlisted: Vec<String>,
    /// The ids of calls that cannot be read one by one.
    pub unreadable: Vec<String>,
    /// True if every request fails.
    pub is_down: bool,
    /// The requests, as method and path.
    pub requests: Vec<String>,
}

impl Server {
    /// Starts the vendor on a free port.
    pub async fn start() -> (Arc<Self>, SocketAddr) {
        let server = Arc::new(Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(shared.clone(), stream));
            }
        });
        (server, address)
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Adds or replaces a call.
    pub fn put(&self, id: &str, call: Value) {
        self.state().calls.insert(id.to_owned(), call);
    }

    /// Changes members of a call.
    pub fn change(&self, id: &str, members: Value) {
        let mut state = self.state();
        let call = state.calls.get_mut(id).unwrap().as_object_mut().unwrap();
        call.extend(members.as_object().unwrap().clone());
    }

    /// Returns the requests since the last call of this function.
    pub fn take_requests(&self) -> Vec<String> {
        std::mem::take(&mut self.state().requests)
    }
}

/// Answers one request and closes the connection.
async fn serve(server: Arc<Server>, mut stream: TcpStream) {
    let (mut head, mut buffer) = (Vec::new(), [0; 4096]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(read) if read > 0 => head.extend_from_slice(&buffer[..read]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split(' ');
    let (method, target) = (words.next().unwrap(), words.next().unwrap());
    let (status, body) = server.state().answer(method, target);
    let body = body.to_string();
    let length = body.len();
    let answer = format!(
        "HTTP/1.1 {status} Answer\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    );
    let _ = stream.write_all(answer.as_bytes()).await;
}

impl State {
    fn answer(&mut self, method: &str, target: &str) -> (u16, Value) {
        self.requests.push(format!("{method} {target}"));
        if self.is_down {
            return (503, json!({}));
        }
        let path = target.split('?').next().unwrap().trim_start_matches('/');
        let path: Vec<_> = path.split('/').collect();
        match (method, path.as_slice()) {
            ("GET", ["calls"]) => (200, self.list()),
            ("GET", ["calls", id]) if self.unreadable.iter().any(|unreadable| unreadable == id) => {
                (503, json!({}))
            }
            ("GET", ["calls", id]) => {
                self.calls.get(*id).map_or((404, json!({})), |call| (200, with_id(id, call)))
            }
            ("GET", ["calls", id, "transcript"]) => (200, json!({ "text": self.transcripts.get(*id) })),
            ("POST", ["calls", id, "stop"]) => match self.calls.get_mut(*id) {
                Some(call) => {
                    call["status"] = "ended".into();
                    (200, json!({}))
                }
                None => (404, json!({})),
            },
            ("DELETE", ["calls", id]) => match self.calls.remove(*id) {
                Some(_) => (200, json!({})),
                None => (404, json!({})),
            },
            _ => (405, json!({})),
        }
    }

    fn list(&self) -> Value {
        let listed = self.calls.iter().filter(|(id, _)| !self.unlisted.contains(id));
        let rows = listed.map(|(id, call)| {
            let mut row = with_id(id, call);
            for member in &self.hidden_in_list {
                row.as_object_mut().unwrap().shift_remove(*member);
            }
            row
        });
        rows.collect()
    }
}

fn with_id(id: &str, call: &Value) -> Value {
    let mut call = call.clone();
    call["id"] = id.into();
    call
}
