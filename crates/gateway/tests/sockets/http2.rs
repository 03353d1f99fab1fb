//! HTTP/2 in bytes, for tests of peers that behave as no client library does.

use tokio::{io::AsyncReadExt, net::TcpStream, time::timeout};

use crate::server::FAR;

/// The bytes that begin every HTTP/2 connection, before the first frame.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const END_STREAM_AND_HEADERS: u8 = 5;

/// Returns the bytes that begin a connection, with a setting for the size of the peer's windows.
pub fn preface(window: u32) -> Vec<u8> {
    [PREFACE, &settings(window)].concat()
}

/// Returns the bytes that change the size of the peer's windows.
pub fn settings(window: u32) -> Vec<u8> {
    const INITIAL_WINDOW_SIZE: u16 = 4;
    let setting = [&INITIAL_WINDOW_SIZE.to_be_bytes()[..], &window.to_be_bytes()].concat();
    frame(SETTINGS, 0, 0, &setting)
}

/// Returns the bytes of a GET request without a key.
pub fn get(stream: u32, path: &str) -> Vec<u8> {
    // The indexes of the static table for the method GET and the scheme http, then a path and a host without index.
    let mut header = vec![0x82, 0x86, 0x04, path.len() as u8];
    header.extend(path.as_bytes());
    header.extend([0x01, 1, b'x']);
    frame(HEADERS, END_STREAM_AND_HEADERS, stream, &header)
}

/// Returns the bytes of a ping.
pub fn ping() -> Vec<u8> {
    frame(PING, 0, 0, &[0; 8])
}

/// Reads frames up to the answer to a ping. The server has then read everything that was sent before the ping.
pub async fn once_ponged(stream: &mut TcpStream) {
    let pong = async {
        loop {
            let mut head = [0; 9];
            stream.read_exact(&mut head).await.unwrap();
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
            let mut payload = vec![0; length as usize];
            stream.read_exact(&mut payload).await.unwrap();
            if head[3] == PING && head[4] == 1 {
                return;
            }
        }
    };
    timeout(FAR, pong).await.expect("no answer to a ping");
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}
