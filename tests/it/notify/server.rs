//! A small web server that judges each request as the real service does, and can be told to behave
//! as services do on a bad day.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    heads: Vec<(String, String)>,
    pub body: String,
}

impl Asked {
    pub fn head(&self, name: &str) -> &str {
        let mut named = self
            .heads
            .iter()
            .filter(|(it, _)| it.eq_ignore_ascii_case(name));
        named.next().map_or("", |(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// What a service answers: its status, and what it writes.
pub type Judge = fn(&Asked) -> (u16, String);

/// How a service behaves.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    /// As it should.
    Usual,
    /// It wants to be left alone for seven seconds.
    TooMany,
    /// It takes what it gets, and never answers.
    Silent,
    /// It takes what it gets, and answers that it broke.
    Breaks,
    /// It says that it is elsewhere.
    Elsewhere,
    /// It takes nothing, and answers as somebody else would: a page to log in.
    Stranger,
}

/// A service that runs until the test ends.
pub struct Service {
    pub address: String,
    state: Arc<State>,
}

struct State {
    judge: Judge,
    manner: Manner,
    asked: Mutex<Vec<Asked>>,
    /// What the judge took.
    taken: Mutex<Vec<Asked>>,
}

impl Service {
    pub fn start(judge: Judge, manner: Manner) -> Self {
        let served = |state: Arc<State>, stream: TcpStream| state.serve(stream);
        Service::serving("http://127.0.0.1", State::new(judge, manner), served)
    }

    /// One that is asked by TLS, and has a certificate for `localhost` in a folder.
    pub fn start_with_tls(judge: Judge, folder: &Path) -> Self {
        let own = folder.join("own.pem");
        let chain = CertificateDer::pem_file_iter(own).expect("it is there");
        let chain = chain.collect::<Result<Vec<_>, _>>().expect("PEM");
        let key = PrivateKeyDer::from_pem_file(folder.join("own.key")).expect("a key");
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("they belong together");
        let tls = Arc::new(tls);
        let served = move |state: Arc<State>, stream: TcpStream| {
            let server = ServerConnection::new(Arc::clone(&tls)).expect("a server");
            state.serve(StreamOwned::new(server, stream));
        };
        Service::serving(
            "https://localhost",
            State::new(judge, Manner::Usual),
            served,
        )
    }

    fn serving(
        host: &str,
        state: Arc<State>,
        serve: impl Fn(Arc<State>, TcpStream) + Clone + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (state, serve) = (Arc::clone(&shared), serve.clone());
                std::thread::spawn(move || serve(state, stream));
            }
        });
        Service {
            address: format!("{host}:{port}"),
            state,
        }
    }

    /// Every request that came.
    pub fn asked(&self) -> Vec<Asked> {
        self.state.asked.lock().expect("nobody panics").clone()
    }

    /// Those that were right.
    pub fn taken(&self) -> Vec<Asked> {
        self.state.taken.lock().expect("nobody panics").clone()
    }
}

impl State {
    fn new(judge: Judge, manner: Manner) -> Arc<Self> {
        Arc::new(State {
            judge,
            manner,
            asked: Mutex::default(),
            taken: Mutex::default(),
        })
    }

    fn serve(&self, stream: impl Read + Write) {
        let mut reader = BufReader::new(stream);
        let Some(asked) = read(&mut reader) else {
            return;
        };
        self.asked
            .lock()
            .expect("nobody panics")
            .push(asked.clone());
        let (status, body) = (self.judge)(&asked);
        let takes = matches!(self.manner, Manner::Usual | Manner::Silent | Manner::Breaks);
        if takes && (200..300).contains(&status) {
            self.taken.lock().expect("nobody panics").push(asked);
        }
        let (status, more, body) = match self.manner {
            Manner::Usual => (status, "", body),
            Manner::TooMany => (429, "Retry-After: 7\r\n", "{}".to_owned()),
            Manner::Breaks => (500, "", "something broke".to_owned()),
            Manner::Elsewhere => (302, "Location: /elsewhere\r\n", String::new()),
            Manner::Stranger => (200, "", "<html>Log in first</html>".to_owned()),
            Manner::Silent => {
                let _ = reader.read(&mut [0]);
                return;
            }
        };
        let answer = format!(
            "HTTP/1.1 {status} X\r\n{more}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let _ = reader.get_mut().write_all(answer.as_bytes());
    }
}

fn read(reader: &mut BufReader<impl Read>) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut heads = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        heads.push((name.to_owned(), value.to_owned()));
    }
    let mut asked = Asked {
        method,
        path,
        heads,
        body: String::new(),
    };
    let mut body = vec![0; asked.head("content-length").parse().ok()?];
    reader.read_exact(&mut body).ok()?;
    asked.body = String::from_utf8(body).ok()?;
    Some(asked)
}
