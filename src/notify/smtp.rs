//! A mail server takes a message, and is asked about each recipient by itself.
//!
//! Whoever it refuses is named; the others get it. What is said twice is recognized by its
//! `Message-ID`, which follows from the message, so many programs show it once.

use std::path::Path;
use std::time::{Duration, SystemTime};

use lettre::address::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::Response;
use tokio::time::{Instant, timeout_at};

use super::worded::one_line;
use super::{Delivery, Surroundings, Urgency, Worded};
use crate::model::{Smtp, SmtpTls};
use crate::secret;

/// The longest title, in bytes: it is one line of a mail.
const TITLE_MAX: usize = 200;
/// How much of the time may pass until the server has answered at all.
const CONNECT_WITHIN: u32 = 2;
/// How long is waited for the last words, when all is done.
const LAST_WORDS: Duration = Duration::from_secs(2);
/// How passwords are said.
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];
/// Where the system keeps the name of this machine.
const HOSTNAME: &str = "/proc/sys/kernel/hostname";

pub async fn deliver(
    smtp: &Smtp,
    message: &Worded<'_>,
    on: &Surroundings<'_>,
) -> Result<Delivery, String> {
    let post = match Post::new(smtp, message, on) {
        Ok(post) => post,
        Err(why) => return Ok(Delivery::refused(why)),
    };
    let access = Access::new(smtp, on.workspace)?;
    let deadline = Instant::now() + on.within;
    let opened = tokio::time::timeout(on.within / CONNECT_WITHIN, access.open(smtp)).await;
    let mut server = match opened {
        Ok(Ok(server)) => Server { server, deadline },
        Ok(Err(Failed::Now(why))) => return Ok(Delivery::later(why)),
        // It is about the server, and not about the message.
        Ok(Err(Failed::For(why))) => return Ok(Delivery::unready(why)),
        Err(_) => return Ok(Delivery::later(format!("{} does not answer", smtp.host))),
    };
    let delivery = server.take(&post).await;
    let _ = tokio::time::timeout(LAST_WORDS, server.server.quit()).await;
    Ok(delivery.unwrap_or_else(Failed::delivery))
}

/// A message as it is handed over.
struct Post {
    from: Address,
    /// Names and addresses.
    to: Vec<(String, Address)>,
    /// The names of those who have no address.
    nowhere: Vec<String>,
    bytes: Vec<u8>,
}

impl Post {
    fn new(smtp: &Smtp, message: &Worded, on: &Surroundings) -> Result<Self, String> {
        let from: Mailbox = smtp
            .from
            .parse()
            .map_err(|error| format!("`from` is no address: {error}"))?;
        let (mut to, mut nowhere) = (Vec::new(), Vec::new());
        for recipient in message.to() {
            let address = recipient.address.as_ref().and_then(|it| it.parse().ok());
            match address {
                Some(address) => to.push((one_line(&recipient.name), address)),
                None => nowhere.push(one_line(&recipient.name)),
            }
        }
        if to.is_empty() {
            return Err(match nowhere.is_empty() {
                true => "there is nobody to tell".to_owned(),
                false => format!("nobody has a mail address: {}", nowhere.join(", ")),
            });
        }
        let bytes = written(smtp, (&from, &to), message, on)?;
        Ok(Post {
            from: from.email,
            to,
            nowhere,
            bytes,
        })
    }

    /// What is said of those who do not get it.
    fn without(&self, refused: &[(String, String)]) -> String {
        let refused = refused.iter().map(|(name, why)| format!("; {name}: {why}"));
        let nowhere = self.nowhere.iter();
        let nowhere = nowhere.map(|name| format!("; {name}: has no mail address"));
        refused.chain(nowhere).collect()
    }
}

/// The message with its head, as it goes over the wire.
fn written(
    smtp: &Smtp,
    (from, to): (&Mailbox, &[(String, Address)]),
    message: &Worded,
    on: &Surroundings,
) -> Result<Vec<u8>, String> {
    let domain = from.email.domain();
    let id = |id: String| format!("<{id}@{domain}>");
    let mut head = lettre::Message::builder()
        .from(from.clone())
        .subject(message.title(TITLE_MAX))
        .message_id(Some(id(message.proven_id())))
        .date(SystemTime::from(on.now));
    if let Some(reply_to) = &smtp.reply_to {
        let reply_to: Result<Mailbox, _> = reply_to.parse();
        head = head.reply_to(reply_to.map_err(|error| format!("`reply-to`: {error}"))?);
    }
    for (name, address) in to {
        let name = Some(name.clone()).filter(|name| !name.is_empty());
        head = head.to(Mailbox::new(name, address.clone()));
    }
    if let Some(first) = message.proven_thread() {
        head = head.in_reply_to(id(first.clone())).references(id(first));
    }
    // Programs that answer for somebody who is away must not answer this (RFC 3834).
    head = head.raw_header(header("Auto-Submitted", "auto-generated"));
    if message.urgency() >= Urgency::High {
        head = head.raw_header(header("Importance", "high"));
    }
    let plain = SinglePart::builder().header(ContentType::TEXT_PLAIN);
    let html = SinglePart::builder().header(ContentType::TEXT_HTML);
    let page = format!(
        "<!DOCTYPE html>\n<html><body>\n{}</body></html>\n",
        message.html()
    );
    let parts = MultiPart::alternative()
        .singlepart(plain.body(message.text(usize::MAX) + "\n"))
        .singlepart(html.body(page));
    let written = head.multipart(parts);
    let written = written.map_err(|error| format!("no mail can be made of it: {error}"))?;
    Ok(written.formatted())
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

/// What is needed to be let in.
struct Access {
    hello: ClientId,
    /// Whom it is believed by, where that is asked.
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
}

impl Access {
    fn new(smtp: &Smtp, workspace: &Path) -> Result<Self, String> {
        // Who vouches for servers is read from many files, so only where it is asked.
        let tls = match smtp.tls {
            SmtpTls::None => None,
            SmtpTls::Starttls | SmtpTls::Implicit => Some(tls(smtp, workspace)?),
        };
        let credentials = match (&smtp.username, &smtp.password) {
            (Some(name), Some(password)) => {
                let password = secret::referred(password, workspace)?;
                Some(Credentials::new(name.clone(), password))
            }
            _ => None,
        };
        Ok(Access {
            hello: hello(smtp.hello.as_deref()),
            tls,
            credentials,
        })
    }

    /// A server that has let us in.
    async fn open(&self, smtp: &Smtp) -> Result<AsyncSmtpConnection, Failed> {
        let port = smtp.port.unwrap_or(match smtp.tls {
            SmtpTls::Starttls => 587,
            SmtpTls::Implicit => 465,
            SmtpTls::None => 25,
        });
        let tls = self.tls.clone().filter(|_| smtp.tls == SmtpTls::Implicit);
        let address = (smtp.host.as_str(), port);
        let server = AsyncSmtpConnection::connect_tokio1(address, None, &self.hello, tls, None);
        let mut server = server.await.map_err(Failed::before)?;
        if smtp.tls == SmtpTls::Starttls
            && let Some(tls) = &self.tls
        {
            if !server.can_starttls() {
                server.abort().await;
                let why = format!(
                    "{} does not offer STARTTLS: nothing was said to it",
                    smtp.host
                );
                return Err(Failed::For(why));
            }
            let up = server.starttls(tls.clone(), &self.hello).await;
            up.map_err(Failed::before)?;
        }
        if let Some(credentials) = &self.credentials {
            let known = server.auth(&MECHANISMS, credentials).await;
            known.map_err(Failed::before)?;
        }
        Ok(server)
    }
}

/// By whom a server is believed to be who it says.
fn tls(smtp: &Smtp, workspace: &Path) -> Result<TlsParameters, String> {
    let mut tls = TlsParameters::builder(smtp.host.clone());
    if let Some(ca) = &smtp.ca {
        let pem = std::fs::read(workspace.join(ca));
        let pem = pem.map_err(|error| format!("`{ca}` cannot be read: {error}"))?;
        let certificate = Certificate::from_pem(&pem);
        let certificate =
            certificate.map_err(|error| format!("there is no certificate in `{ca}`: {error}"))?;
        tls = tls
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate);
    }
    tls.build()
        .map_err(|error| format!("there is no TLS: {error}"))
}

/// The name by which this machine introduces itself.
fn hello(stated: Option<&str>) -> ClientId {
    let is_name = |name: &&str| {
        let letters = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        !name.is_empty() && name.chars().all(letters)
    };
    let own = std::fs::read_to_string(HOSTNAME).unwrap_or_default();
    let name = stated.or(Some(own.trim())).filter(is_name);
    name.map_or_else(ClientId::default, |name| ClientId::Domain(name.to_owned()))
}

/// Why it failed.
enum Failed {
    /// It may be tried again.
    Now(String),
    /// It will fail every time.
    For(String),
}

impl Failed {
    /// Before anything of the message was handed over.
    fn before(error: Error) -> Self {
        let is_for_good = error.is_permanent() || error.is_client();
        match is_for_good {
            true => Failed::For(told(&error)),
            false => Failed::Now(told(&error)),
        }
    }

    fn delivery(self) -> Delivery {
        match self {
            Failed::Now(why) => Delivery::later(why),
            Failed::For(why) => Delivery::refused(why),
        }
    }
}

/// An error as it is told: the words of the server, where it has any, else the cause of all.
fn told(error: &Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(under) = cause.source() {
        cause = under;
    }
    match error.status() {
        Some(code) => format!("{code} {cause}"),
        None => cause.to_string(),
    }
}

/// A server that has let us in, and until when it may take.
struct Server {
    server: AsyncSmtpConnection,
    deadline: Instant,
}

impl Server {
    /// Hands a message over.
    async fn take(&mut self, post: &Post) -> Result<Delivery, Failed> {
        let options = self.options(post)?;
        let from = Mail::new(Some(post.from.clone()), options);
        let asked = timeout_at(self.deadline, self.server.command(from)).await;
        answered(asked)?;
        let (mut taken, mut refused, mut deferred) = (Vec::new(), Vec::new(), Vec::new());
        for (name, address) in &post.to {
            let rcpt = Rcpt::new(address.clone(), Vec::new());
            let asked = timeout_at(self.deadline, self.server.command(rcpt)).await;
            let asked = asked.map_err(|_| Failed::Now("the server falls silent".to_owned()))?;
            match asked {
                Ok(_) => taken.push(address.to_string()),
                Err(error) if error.is_permanent() => refused.push((name, address, told(&error))),
                Err(error) if error.is_transient() => deferred.push((name, told(&error))),
                Err(error) => return Err(Failed::before(error)),
            }
        }
        let named = |(name, address, why): &(&String, &Address, String)| {
            (format!("{name} <{address}>"), why.clone())
        };
        let missed: Vec<String> = refused.iter().map(|(_, it, _)| it.to_string()).collect();
        let refused: Vec<(String, String)> = refused.iter().map(named).collect();
        let without = post.without(&refused);
        let later = deferred
            .iter()
            .map(|(name, why)| format!("; {name} later: {why}"));
        let later: String = later.collect();
        if taken.is_empty() {
            let why = format!("the server takes it for nobody{later}{without}");
            return Err(match deferred.is_empty() {
                true => Failed::For(why),
                false => Failed::Now(why),
            });
        }
        let said = self.hand_over(post).await?;
        let said = format!("taken for {}: {said}{later}{without}", taken.join(", "));
        Ok(match deferred.is_empty() {
            true => Delivery::Delivered {
                said,
                handle: None,
                missed,
            },
            false => Delivery::Later {
                after: None,
                why: said,
                reached: taken,
            },
        })
    }

    /// What the server has to be able to do for a message.
    fn options(&self, post: &Post) -> Result<Vec<MailParameter>, Failed> {
        let info = self.server.server_info();
        let mut options = Vec::new();
        let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
        let all = post.to.iter().map(|(_, address)| address);
        if !all.chain([&post.from]).all(is_ascii) {
            if !info.supports_feature(Extension::SmtpUtfEight) {
                let why = "the server knows no addresses with other letters than ASCII";
                return Err(Failed::For(why.to_owned()));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        // What is in the message is encoded so that it is ASCII, unless an address is not.
        if !post.bytes.is_ascii() && info.supports_feature(Extension::EightBitMime) {
            options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        Ok(options)
    }

    /// Hands over what is in a message. From the last byte on nobody knows before the server says
    /// so whether it has it.
    async fn hand_over(&mut self, post: &Post) -> Result<String, Failed> {
        answered(timeout_at(self.deadline, self.server.command(Data)).await)?;
        let handed = timeout_at(self.deadline, self.server.message(&post.bytes)).await;
        let why = match handed {
            Ok(Ok(answer)) => return Ok(words(&answer)),
            Ok(Err(error)) if error.status().is_some() => return Err(Failed::before(error)),
            Ok(Err(error)) => told(&error),
            Err(_) => "no answer came in time".to_owned(),
        };
        Err(Failed::Now(format!(
            "it was handed over, and nobody knows whether it was taken, so it may come twice: {why}"
        )))
    }
}

/// What the server answered to something that has to go well.
fn answered(
    asked: Result<Result<Response, Error>, tokio::time::error::Elapsed>,
) -> Result<Response, Failed> {
    let asked = asked.map_err(|_| Failed::Now("the server falls silent".to_owned()))?;
    asked.map_err(Failed::before)
}

fn words(answer: &Response) -> String {
    let lines: Vec<&str> = answer.message().collect();
    format!("{} {}", answer.code(), lines.join(" "))
}
