//! A server that falls silent, and a process that stands still: nobody waits for either for long.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use mainstay::app::wait_for;
use mainstay::error::{Code, Result};
use mainstay::store::{Durability, Outgoing, Place, Store};

use super::server::Server;
use crate::held::until_within;

/// How long a loop may be held up before `/healthz` says so.
const ROUND_MAX: Duration = Duration::from_secs(30);

/// Stands between, and hands nothing on while it is silent. Nobody is told.
pub struct Between {
    pub port: u16,
    is_silent: Arc<AtomicBool>,
}

impl Between {
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let is_silent = Arc::new(AtomicBool::new(false));
        let silent = Arc::clone(&is_silent);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = TcpStream::connect(("127.0.0.1", server)).expect("it listens");
                let copy = |stream: &TcpStream| stream.try_clone().expect("a copy");
                for (from, to) in [(copy(&client), copy(&server)), (server, client)] {
                    let silent = Arc::clone(&silent);
                    thread::spawn(move || hand_on(from, to, &silent));
                }
            }
        });
        Between { port, is_silent }
    }

    pub fn fall_silent(&self) {
        self.is_silent.store(true, Ordering::Relaxed);
    }

    pub fn mend(&self) {
        self.is_silent.store(false, Ordering::Relaxed);
    }
}

fn hand_on(mut from: TcpStream, mut to: TcpStream, is_silent: &AtomicBool) {
    let mut piece = [0; 64 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        while is_silent.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(20));
        }
        if to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

async fn open(place: &Place) -> Result<Store> {
    Store::open(place, Durability::default()).await
}

fn message() -> Outgoing {
    Outgoing {
        key: "a".to_owned(),
        channel: "mail".to_owned(),
        body: "{}".to_owned(),
        not_before: None,
    }
}

#[test]
fn who_hears_nothing_any_more_says_so_in_time() {
    let server = Server::start();
    let database = server.database();
    let between = Between::to(server.port());
    let place: Place = server.url_at(between.port, &database).parse().expect("one");
    let work = async {
        let mut stores = Vec::new();
        for _ in 0..3 {
            stores.push(open(&place).await?);
        }
        let mut read = Store::read(&place).await?;
        between.fall_silent();
        let began = Instant::now();
        let [one, two, three] = &mut stores[..] else {
            panic!("there are three")
        };
        let messages = [message()];
        let (runs, posted, held, seen) = futures_util::join!(
            one.runs(),
            two.post(&messages),
            three.hold("word"),
            read.runs()
        );
        let took = began.elapsed();
        assert!(took < ROUND_MAX, "{took:?}");
        let codes = [runs.err(), posted.err(), held.err(), seen.err()];
        let codes = codes.map(|error| error.map(|error| error.code));
        assert_eq!(codes, [Some(Code::Io); 4]);
        let again = Instant::now();
        read.duties().await.expect_err("that moment is gone");
        assert!(again.elapsed() < ROUND_MAX / 3, "and said at once");
        open(&place).await.expect_err("nobody lets us in");
        assert!(again.elapsed() < ROUND_MAX, "{:?}", again.elapsed());
        between.mend();
        assert_eq!(one.runs().await?, []);
        two.post(&messages).await?;
        assert_eq!(one.messages(9).await?.len(), 1);
        Ok(())
    };
    wait_for(work).expect("it goes on");
}

#[test]
fn who_stands_still_with_a_word_loses_it_and_writes_nothing_more() {
    let server = Server::start();
    let place = server.place(&server.database());
    let work = async {
        let (mut one, mut two) = (open(&place).await?, open(&place).await?);
        let mut idle = open(&place).await?;
        one.hold("word").await?;
        let began = Instant::now();
        until_within(Duration::from_secs(60), "it is let go of", || {
            wait_for_on_another_thread(&place)
        });
        assert!(began.elapsed() >= Duration::from_secs(20), "it was held");
        let error = one.post(&[message()]).await;
        assert_eq!(error.expect_err("it is not alone any more").code, Code::Io);
        assert_eq!(two.messages(9).await?, []);
        // Who has no word is left alone, however long it takes.
        idle.post(&[message()]).await?;
        two.let_go("word").await
    };
    wait_for(work).expect("it goes on");
}

fn wait_for_on_another_thread(place: &Place) -> Option<()> {
    thread::scope(|threads| {
        let holds = threads.spawn(|| {
            wait_for(async {
                let mut store = open(place).await?;
                store.hold("word").await?;
                store.close().await
            })
        });
        holds.join().expect("it ends").ok()
    })
}
