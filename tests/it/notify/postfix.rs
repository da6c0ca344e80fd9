//! A Postfix of its own, as people run it: with its own configuration, queue and port, and nothing
//! of what the machine has.
//!
//! `./test` unpacks the package of Debian. Only root can start it: it takes the place of users that
//! every Debian has, as its own would have to be made.

use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use mainstay::model::NoticeChannel;
use mainstay::notify::{Delivery, Message};
use rustix::process::{Signal, geteuid, kill_process_group};
use tempfile::TempDir;

use super::mail::authority;
use super::{WITHIN, channel, delivered, workspace};
use crate::held::{pid, until};
use crate::support::{free_port, root};

/// Users and groups of every Debian: `mail` owns the queue, `users` stands where Postfix has a
/// group of its own, and `nobody` delivers.
const MAIL: u32 = 8;
const USERS: u32 = 100;
pub const NOBODY: u32 = 65_534;

const QUEUES: &str = "active bounce corrupt defer deferred flush hold incoming private saved trace";

/// What every one of them is told. `LIBRARIES`, `BINARIES` and `HERE` are folders.
const MAIN: &str = "
compatibility_level = 3.6
import_environment = LD_LIBRARY_PATH MAIL_CONFIG PATH TZ
command_directory = BINARIES
daemon_directory = LIBRARIES/sbin
shlib_directory = LIBRARIES
meta_directory = HERE/config
queue_directory = HERE/queue
data_directory = HERE/data
mail_owner = mail
setgid_group = users
default_privs = nobody
maillog_file = HERE/log
maillog_file_prefixes = HERE
alias_maps =
alias_database =
myhostname = mx.x.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
fast_flush_domains =
# A process for each connection, so that tables are read again.
max_use = 1
smtpd_error_sleep_time = 0
virtual_mailbox_domains = x.example
virtual_mailbox_base = HERE/mails
virtual_mailbox_maps = texthash:HERE/config/mailboxes
virtual_minimum_uid = 1
virtual_uid_maps = static:65534
virtual_gid_maps = static:65534
";

/// Its services; where it listens comes first.
const MASTER: &str = "
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
smtp unix - - n - - smtp
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
";

/// A Postfix, and the workspace of those who send to it.
pub struct Postfix {
    pub folder: TempDir,
    master: Child,
    pub port: u16,
}

impl Postfix {
    /// One that has mailboxes for these names at `x.example`, with more lines for its `main.cf` and
    /// its `master.cf`.
    pub fn start(names: &[&str], (main, master): (&str, &str)) -> Self {
        assert!(
            geteuid().is_root(),
            "only root can start Postfix; run `./test` as root"
        );
        let unpacked = std::env::var_os("MAINSTAY_TEST_POSTFIX").map(PathBuf::from);
        let unpacked = unpacked.unwrap_or_else(|| root().join("target/postfix"));
        let libraries = unpacked.join("usr/lib/postfix");
        assert!(
            libraries.join("sbin/master").is_file(),
            "{} has no Postfix; run `./test`",
            unpacked.display()
        );
        let folder = workspace();
        let here = folder.path();
        authority(here);
        folders(here);
        let port = free_port();
        let filled = |text: &str| {
            let binaries = unpacked.join("usr/sbin");
            let text = text.replace("LIBRARIES", &libraries.to_string_lossy());
            let text = text.replace("BINARIES", &binaries.to_string_lossy());
            text.replace("HERE", &here.to_string_lossy())
        };
        let config = here.join("config");
        let write = |name: &str, text: &str| fs::write(config.join(name), text).expect("room");
        let mailboxes = names
            .iter()
            .map(|name| format!("{name}@x.example {name}/\n"));
        write("mailboxes", &mailboxes.collect::<String>());
        write("main.cf", &filled(&format!("{MAIN}{main}")));
        let listens = format!("127.0.0.1:{port} inet n - n - - smtpd");
        write("master.cf", &filled(&format!("{listens}{MASTER}{master}")));
        let master = Command::new(libraries.join("sbin/master"))
            .args(["-d", "-c"])
            .arg(&config)
            .env("LD_LIBRARY_PATH", &libraries)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("it starts");
        let mut postfix = Postfix {
            folder,
            master,
            port,
        };
        postfix.answers();
        postfix
    }

    fn answers(&mut self) {
        until("Postfix answers", || {
            let ended = self.master.try_wait().expect("it is ours");
            assert_eq!(ended, None, "{}", self.log());
            std::net::TcpStream::connect(("127.0.0.1", self.port)).ok()
        });
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A channel to it, with what else is stated.
    pub fn channel(&self, more: &str) -> NoticeChannel {
        channel(&format!("{{smtp: {{{}, {more}}}}}", self.carrier()))
    }

    /// What a plan states to send by it.
    pub fn carrier(&self) -> String {
        let port = self.port;
        format!("host: localhost, port: {port}, from: mainstay@example.org, hello: here.example")
    }

    #[track_caller]
    pub fn send(&self, channel: &NoticeChannel, message: &Message) -> Delivery {
        delivered((channel, self.folder.path(), WITHIN), message)
    }

    /// The mails in somebody's mailbox, once there are so many.
    #[track_caller]
    pub fn mails(&self, name: &str, count: usize) -> Vec<String> {
        let folder = self.path("mails").join(name).join("new");
        let read = || {
            let mails = fs::read_dir(&folder).into_iter().flatten().flatten();
            let mails = mails.map(|mail| fs::read_to_string(mail.path()).expect("UTF-8"));
            mails.collect::<Vec<_>>()
        };
        until(&format!("{count} for {name}; {}", self.log()), || {
            Some(read()).filter(|mails| mails.len() >= count)
        })
    }

    /// What it has written of what it did.
    pub fn log(&self) -> String {
        fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let _ = kill_process_group(pid(&self.master), Signal::TERM);
        let _ = self.master.wait();
        if std::thread::panicking() {
            println!("{}", self.log());
        }
    }
}

/// The folders that it wants, each with the owner that it wants.
fn folders(here: &Path) {
    let open = |path: &Path, mode: u32| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
    };
    let make = |name: &str, (user, group): (u32, u32), mode: u32| {
        let path = here.join(name);
        fs::create_dir_all(&path).expect("room");
        chown(&path, Some(user), Some(group)).expect("we are root");
        open(&path, mode);
    };
    open(here, 0o755);
    make("config", (0, 0), 0o755);
    make("data", (MAIL, MAIL), 0o700);
    make("mails", (NOBODY, NOBODY), 0o755);
    make("queue", (0, 0), 0o755);
    make("queue/pid", (0, 0), 0o755);
    make("queue/public", (MAIL, USERS), 0o710);
    make("queue/maildrop", (MAIL, USERS), 0o730);
    for queue in QUEUES.split(' ') {
        make(&format!("queue/{queue}"), (MAIL, 0), 0o700);
    }
}
