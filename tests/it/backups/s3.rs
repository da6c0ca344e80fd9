//! Objects in a real store that checks signatures and hands out lists in pages.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use super::*;
use crate::support::{free_port, root};

/// The id of the key, which is told as little as its secret.
const ID: &str = "canary-7f3e-password-id";

/// A store whose buckets are the folders of one folder.
struct Store {
    folder: TempDir,
    server: Child,
    port: u16,
}

impl Store {
    /// Starts one, with a bucket `good` in which are two backups.
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (number, name) in ["a", "deep/b"].into_iter().enumerate() {
            let saved = saved(name);
            dated(saved.path(), number);
            let point = folder.path().join(format!("good/team/n-{number}"));
            fs::create_dir_all(point.parent().expect("a folder")).expect("room");
            copy(saved.path(), &point);
            // Nothing of this can a store keep.
            fs::remove_file(point.join("src/link")).expect("it is there");
            fs::remove_dir(point.join("src/hollow")).expect("it is there");
        }
        let bin = std::env::var_os("MAINSTAY_TEST_S3").map(PathBuf::from);
        let program = bin
            .unwrap_or_else(|| root().join("target/s3/bin"))
            .join("hadro");
        assert!(
            program.is_file(),
            "{} is not there; run `./test`",
            program.display()
        );
        let port = free_port();
        let log = fs::File::create(folder.path().join("log")).expect("room");
        let server = Command::new(program)
            .arg(folder.path())
            .args(["--port", &port.to_string()])
            .env("HADRO_ACCESS_KEY", ID)
            .env("HADRO_SECRET_KEY", PASSWORD)
            .stdout(log.try_clone().expect("a file"))
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let store = Store {
            folder,
            server,
            port,
        };
        until("the store answers", || {
            TcpStream::connect(("127.0.0.1", port)).ok()
        });
        store
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// A workspace with a plan for one of its buckets.
    fn workspace(&self, bucket: &str) -> TempDir {
        let endpoint = format!("http://127.0.0.1:{}", self.port);
        workspace(&with(bucket, &endpoint), "")
    }

    /// Another bucket with the same in it, but for one change.
    fn spoilt(&self, bucket: &str, spoil: impl FnOnce(&Path)) -> TempDir {
        copy(&self.path("good"), &self.path(bucket));
        spoil(&self.path(bucket).join("team"));
        self.workspace(bucket)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A folder as it is saved, with some of everything and a manifest.
fn saved(name: &str) -> Prepared {
    let prepared = Prepared::new();
    let folder = prepared.path();
    for name in ["a", name, "100% ä+b", "run"] {
        prepared.add_file(name);
    }
    let program = fs::Permissions::from_mode(0o755);
    fs::set_permissions(folder.join("src/run"), program).expect("it is ours");
    fs::write(folder.join("src/empty"), "").expect("room");
    fs::create_dir(folder.join("src/hollow")).expect("room");
    std::os::unix::fs::symlink("a", folder.join("src/link")).expect("room");
    remove(&folder.join("pw"));
    manifest(folder);
    prepared
}

fn manifest(folder: &Path) {
    let mut command = cli::command(folder);
    command.args(["backup", "manifest", "."]);
    let ran = cli::run(command);
    assert_eq!(ran.status, PASS, "{}", ran.err);
}

/// Lets a manifest say another second, and end with the hash that it has then.
fn dated(folder: &Path, second: usize) {
    let file = folder.join("mainstay-manifest.jsonl");
    let text = fs::read_to_string(&file).expect("it is there");
    let (before, after) = text.split_once("as-of\":\"").expect("a moment");
    let (_, after) = after.split_at("2026-11-28T04:00:00".len());
    let lines = after.trim_end().rfind('\n').expect("several lines") + 1;
    let now = chrono::Utc::now() - chrono::TimeDelta::hours(1);
    let moment = now.format("%Y-%m-%dT%H:%M:");
    let text = format!("{before}as-of\":\"{moment}{second:02}{}", &after[..lines]);
    let hash = blake3::hash(text.as_bytes());
    fs::write(file, format!("{text}{{\"blake3\":\"{hash}\"}}\n")).expect("room");
}

fn with(bucket: &str, endpoint: &str) -> String {
    format!(
        "s3: {{bucket: {bucket}, prefix: team/, endpoint: '{endpoint}', \
         access-key: 'file:id', secret-key: 'file:pw'}}"
    )
}

fn workspace(with: &str, more: &str) -> TempDir {
    let workspace = tempfile::tempdir().expect("a folder");
    fs::write(workspace.path().join("id"), ID).expect("room");
    fs::write(workspace.path().join("pw"), PASSWORD).expect("room");
    plan(workspace.path(), with, more);
    workspace
}

/// Something is wrong with what a workspace says or what it finds: this is said of it.
#[track_caller]
fn says(workspace: &Path, status: i32, part: &str) {
    let (ran, found) = verify(workspace);
    let complaints = complaints(&found);
    assert_eq!(ran.status, status, "{part}: {complaints}");
    assert!(
        complaints.contains(part),
        "`{part}` is not in: {complaints}"
    );
    let told = [ran.out, ran.err].concat();
    assert!(!told.contains(PASSWORD), "{told}");
    assert_eq!(left_behind(workspace), Ok(()), "{part}");
}

fn change(file: &Path, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = fs::read(file).expect("it is there");
    change(&mut bytes);
    fs::write(file, bytes).expect("room");
}

#[test]
fn what_is_whole_is_restored_and_validated_and_nothing_is_written() {
    let store = Store::start();
    let before = listing(&store.path("good"));
    let workspace = store.workspace("good");
    let (ran, found) = verify(workspace.path());
    assert_eq!(ran.status, PASS, "{}", complaints(&found));
    assert_eq!(found.level().to_string(), "5 restored and validated");
    assert_eq!(found.source_unchanged, Some(true));
    assert!(found.notes.iter().any(|note| note.contains("unencrypted")));
    assert_eq!(left_behind(workspace.path()), Ok(()));
    let into = workspace.path().join("into");
    let mut restore = cli::command(workspace.path());
    restore.args(["backup", "restore", "b", "--into", "into"]);
    let ran = cli::run(restore);
    assert!(into.join("src/hollow").is_dir(), "{}{}", ran.out, ran.err);
    assert_eq!(
        fs::read_link(into.join("src/link")).expect("a link"),
        Path::new("a")
    );
    let mode = fs::metadata(into.join("src/run"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o711);
    assert_eq!(before, listing(&store.path("good")));
    let log = fs::read_to_string(store.path("log")).expect("it is written");
    let asked = log.lines().filter(|line| line.contains("HTTP/1.1"));
    let verbs: Vec<&str> = asked.filter_map(|line| line.split('"').nth(1)).collect();
    assert!(
        verbs.len() > 10 && verbs.iter().all(|verb| verb.starts_with("GET ")),
        "{log}"
    );
}

#[test]
fn every_fault_is_seen() {
    let store = Store::start();
    type Spoil = fn(&Path);
    let faults: [(&str, &str, Spoil); 8] = [
        ("flipped", "changed: `src/a`", |team| {
            change(&team.join("n-1/src/a"), |bytes| bytes[99_999] ^= 1);
        }),
        ("cut", "changed: `src/a`", |team| {
            change(&team.join("n-1/src/a"), |bytes| bytes.truncate(600_000));
        }),
        ("longer", "changed: `src/empty`", |team| {
            change(&team.join("n-1/src/empty"), |bytes| bytes.push(0));
        }),
        ("gone", "1 missing: `src/deep/b`", |team| {
            remove(&team.join("n-1/src/deep/b"));
        }),
        ("added", "not listed: `src/new`, `src/new/x`", |team| {
            fs::create_dir(team.join("n-1/src/new")).expect("room");
            fs::write(team.join("n-1/src/new/x"), "").expect("room");
        }),
        ("edited", "not as they were written", |team| {
            let file = team.join("n-1/mainstay-manifest.jsonl");
            let text = fs::read_to_string(&file).expect("it is there");
            let text = text.replace("\"path\":\"src/run\"", "\"path\":\"src/ruo\"");
            fs::write(file, text).expect("room");
        }),
        ("begun", "the manifest of `n-1` can be read", |team| {
            change(&team.join("n-1/mainstay-manifest.jsonl"), |bytes| {
                bytes.truncate(50);
            });
        }),
        ("unmade", "no recovery point", |team| {
            for point in ["n-0", "n-1"] {
                remove(&team.join(point).join("mainstay-manifest.jsonl"));
            }
        }),
    ];
    for (bucket, part, spoil) in faults {
        let workspace = store.spoilt(bucket, spoil);
        says(workspace.path(), FAIL, part);
    }
}

#[test]
fn what_was_there_is_missed() {
    let store = Store::start();
    for (bucket, path) in [("first", "n-1/mainstay-manifest.jsonl"), ("second", "n-1")] {
        let workspace = store.spoilt(bucket, |_| {});
        assert_eq!(verify(workspace.path()).0.status, PASS);
        let gone = store.path(bucket).join("team").join(path);
        let removed = Command::new("rm").arg("-r").arg(gone).status();
        assert!(removed.expect("`rm` starts").success());
        says(workspace.path(), FAIL, "`n-1`");
    }
    fs::remove_dir_all(store.path("second")).expect("it is there");
    says(
        store.workspace("second").path(),
        FAIL,
        "there is no bucket `second`",
    );
}

#[test]
fn wrong_keys_open_nothing_and_are_not_told() {
    let store = Store::start();
    for (file, part) in [
        ("pw", "SignatureDoesNotMatch"),
        ("id", "InvalidAccessKeyId"),
    ] {
        let workspace = store.workspace("good");
        let wrong = format!("{PASSWORD}-but-wrong");
        fs::write(workspace.path().join(file), wrong).expect("room");
        says(workspace.path(), FAIL, part);
    }
}

#[test]
fn of_a_thousand_objects_and_more_none_is_overlooked() {
    let store = Store::start();
    let point = store.path("many/team/n-0");
    fs::create_dir_all(&point).expect("room");
    for number in 0..1_010 {
        fs::write(point.join(format!("n{number:04}")), format!("{number}")).expect("room");
    }
    manifest(&point);
    let workspace = store.workspace("many");
    let mut command = command(workspace.path());
    command.args(["--level", "3"]);
    let (ran, found) = read(command);
    assert_eq!(ran.status, PASS, "{}", complaints(&found));
    let told = found.trials.iter().map(mainstay::proof::Trial::sentence);
    let told: Vec<String> = told.filter(|told| told.contains("1010 files")).collect();
    assert_eq!(told.len(), 1, "{}", ran.out);
    let log = fs::read_to_string(store.path("log")).expect("it is written");
    assert!(
        log.contains("continuation-token="),
        "the list has one page only"
    );
}

#[test]
fn a_store_that_says_nothing_shows_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("a port").port();
    let endpoint = format!("http://127.0.0.1:{port}");
    let began = Instant::now();
    let slow = workspace(&with("good", &endpoint), "      within: 2s\n");
    says(slow.path(), INCONCLUSIVE, "longer than");
    assert!(began.elapsed() < Duration::from_secs(30));
    let nobody = format!("http://127.0.0.1:{}", free_port());
    says(
        workspace(&with("good", &nobody), "").path(),
        INCONCLUSIVE,
        "refused",
    );
    let secret = format!("http://{ID}:{PASSWORD}@127.0.0.1");
    says(
        workspace(&with("good", &secret), "").path(),
        INCONCLUSIVE,
        "no secret stands in a plan",
    );
}

/// Answers every request with what is said for the first part of its path that fits.
fn answering(answers: Vec<(&'static str, u16, Vec<u8>)>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("a port").port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a caller");
            let mut lines = BufReader::new(stream.try_clone().expect("a stream")).lines();
            let first = lines.next().expect("a request").expect("text");
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let answer = answers.iter().find(|(part, ..)| first.contains(part));
            let (_, status, body) = answer.expect("an answer");
            let head = format!(
                "HTTP/1.1 {status} It\r\nContent-Length: {}\r\nETag: \"1\"\r\nConnection: close\r\n\
                 Last-Modified: Sat, 28 Nov 2026 04:00:00 GMT\r\n\r\n",
                body.len()
            );
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(body);
        }
    });
    format!("http://127.0.0.1:{port}")
}

#[test]
fn a_key_that_leads_out_of_its_folder_is_a_fault() {
    let saved = saved("b");
    let manifest = fs::read(saved.path().join("mainstay-manifest.jsonl")).expect("it is there");
    let contents = ["n/mainstay-manifest.jsonl", "n/../../../../out"].map(|key| {
        format!(
            "<Contents><Key>team/{key}</Key><Size>1</Size><ETag>1</ETag>\
             <LastModified>2026-11-28T04:00:00.000Z</LastModified></Contents>"
        )
    });
    let list = |content: &str| format!("<ListBucketResult>{content}</ListBucketResult>").into();
    let missing = b"<Error><Code>NoSuchKey</Code></Error>".to_vec();
    let endpoint = answering(vec![
        (
            "delimiter=",
            200,
            list("<CommonPrefixes><Prefix>team/n/</Prefix></CommonPrefixes>"),
        ),
        ("list-type=", 200, list(&contents.concat())),
        ("/n/mainstay-manifest", 200, manifest),
        ("", 404, missing),
    ]);
    let workspace = workspace(&with("good", &endpoint), "");
    says(workspace.path(), FAIL, "is no path of a file below it");
    let out = files(workspace.path());
    assert!(!out.iter().any(|file| file.ends_with("out")), "{out:?}");
}

#[test]
fn whoever_may_not_look_sees_nothing() {
    let denied = format!("<Error><Code>AccessDenied</Code><Message>{PASSWORD}</Message></Error>");
    let endpoint = answering(vec![("", 403, denied.into_bytes())]);
    says(
        workspace(&with("good", &endpoint), "").path(),
        INCONCLUSIVE,
        "AccessDenied",
    );
}
