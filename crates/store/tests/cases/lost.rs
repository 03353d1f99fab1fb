//! Commits during which the connection breaks.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use switchboard_store::{Collection::Agents, open};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, UnixStream},
};

use crate::{
    fixture::{insert, row, update},
    home::{Home, KEY, key},
};

/// The faults that can be set for the next commit.
const NOTHING: u8 = 0;
const LOSE_THE_REQUEST: u8 = 1;
const LOSE_THE_ANSWER: u8 = 2;

pub async fn a_commit_that_breaks_off_happens_once(home: Arc<Home>) {
    let fault = Arc::new(AtomicU8::new(NOTHING));
    let url = proxied(&home, Arc::clone(&fault)).await;
    let store = open(&url, Some(key(KEY))).await.unwrap().store;
    insert(&*store, &row("agt_1")).await.unwrap();
    for lost in [LOSE_THE_REQUEST, LOSE_THE_ANSWER, LOSE_THE_ANSWER, LOSE_THE_REQUEST] {
        let before = store.get(Agents, "agt_1").await.unwrap().unwrap();
        fault.store(lost, Ordering::SeqCst);
        update(&*store, &before).await.unwrap();
        assert_eq!(fault.load(Ordering::SeqCst), NOTHING, "the commit met the fault");
        let after = store.get(Agents, "agt_1").await.unwrap().unwrap();
        assert_eq!(after.version, before.version + 1);
    }
}

/// Returns a URL of the database through a proxy, which breaks the connection at a commit if a fault is
/// set.
async fn proxied(home: &Home, fault: Arc<AtomicU8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let options = home.options();
    let mut url = url::Url::parse(&home.url).unwrap();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(port)).unwrap();
    url.set_query(Some("sslmode=disable"));
    tokio::spawn(async move {
        loop {
            let (client, _) = listener.accept().await.unwrap();
            let fault = Arc::clone(&fault);
            match options.get_socket() {
                Some(folder) => {
                    let socket = folder.join(format!(".s.PGSQL.{}", options.get_port()));
                    tokio::spawn(pass(client, UnixStream::connect(socket).await.unwrap(), fault));
                }
                None => {
                    let server = (options.get_host(), options.get_port());
                    tokio::spawn(pass(client, TcpStream::connect(server).await.unwrap(), fault));
                }
            }
        }
    });
    url.to_string()
}

/// Forwards both directions until either side closes the connection or the fault occurs.
async fn pass(mut client: TcpStream, mut server: impl AsyncRead + AsyncWrite + Unpin, fault: Arc<AtomicU8>) {
    let (mut asked, mut answered) = ([0; 65536], [0; 65536]);
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                // The terminating zero distinguishes the statement from `READ COMMITTED`, with which
                // transactions begin.
                let commits = asked[..length].windows(7).any(|window| window == b"COMMIT\0");
                let lost = if commits { fault.swap(NOTHING, Ordering::SeqCst) } else { NOTHING };
                if lost == LOSE_THE_REQUEST {
                    return;
                }
                server.write_all(&asked[..length]).await.unwrap();
                if lost == LOSE_THE_ANSWER {
                    // The first byte of the response proves that the commit is done.
                    server.read_u8().await.unwrap();
                    return;
                }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                if client.write_all(&answered[..length]).await.is_err() {
                    return;
                }
            }
        }
    }
}
