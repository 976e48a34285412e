//! A network between the program and MySQL that can be cut or frozen.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Passes bytes on to a server, unless told otherwise.
pub struct Proxy {
    pub port: u16,
    state: Arc<AtomicU8>,
    streams: Arc<Mutex<Vec<TcpStream>>>,
}

const OPEN: u8 = 0;
/// Bytes are taken but not passed on, as by a server that is paused.
const FROZEN: u8 = 1;
/// New connections are closed at once, as by a server that is down.
const CUT: u8 = 2;

impl Proxy {
    /// `target`: host and port.
    pub fn start(target: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it has one").port();
        let state = Arc::new(AtomicU8::new(OPEN));
        let streams = Arc::new(Mutex::new(Vec::new()));
        let (shared, all, target) = (state.clone(), streams.clone(), target.to_owned());
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if shared.load(Ordering::SeqCst) == CUT {
                    continue;
                }
                // A server that is down refuses, and so does this.
                let Ok(server) = TcpStream::connect(&target) else { continue };
                let mut streams = all.lock().expect("nobody panics with it");
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().expect("a handle"), to.try_clone().expect("a handle"));
                    let state = shared.clone();
                    std::thread::spawn(move || copy(from, to, &state));
                }
                streams.extend([client, server]);
            }
        });
        Proxy { port, state, streams }
    }

    pub fn freeze(&self) {
        self.state.store(FROZEN, Ordering::SeqCst);
    }

    /// Closes every connection, and lets no new one in.
    pub fn cut(&self) {
        self.state.store(CUT, Ordering::SeqCst);
        for stream in self.streams.lock().expect("nobody panics with it").drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn open(&self) {
        self.state.store(OPEN, Ordering::SeqCst);
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, state: &AtomicU8) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(n) = from.read(&mut buffer) {
        while state.load(Ordering::SeqCst) == FROZEN {
            std::thread::sleep(Duration::from_millis(10));
        }
        if n == 0 || to.write_all(&buffer[..n]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}
