//! Asks a name server, and compares the answer.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{
    ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts,
};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};

use super::{Ended, Job};
use crate::model::{Dns, Record};
use crate::text::visible;

/// How long an answer is waited for before it is asked for once more, as it may have been lost.
const PATIENCE: Duration = Duration::from_secs(3);

pub fn ready(dns: &Dns, _: &Path) -> Result<(), String> {
    name(dns)?;
    let server = dns.server.as_deref();
    let is_place = |server: &str| {
        let port = server.rsplit_once(':').map(|(_, port)| port.parse::<u16>());
        matches!(port, Some(Ok(_)))
    };
    match server.filter(|server| !is_place(server)) {
        Some(server) => Err(format!(
            "the name server `{server}` is not written as `host:port`, such as `192.0.2.53:53`"
        )),
        None => Ok(()),
    }
}

pub async fn carry_out(dns: &Dns, job: &Job) -> Ended {
    tokio::select! {
        ended = ask(dns) => match ended {
            Ok(fact) => Ended::succeeded(fact),
            Err(why) => Ended::failed(why),
        },
        ended = job.cut_off() => ended,
    }
}

async fn ask(dns: &Dns) -> Result<String, String> {
    let resolver = resolver(dns).await?;
    let began = Instant::now();
    let answer = resolver.lookup(name(dns)?, record_type(dns.record)).await;
    let took = began.elapsed().as_millis();
    let answer = answer.map_err(|error| told(dns, &error))?;
    let fact = judge(dns, &answer)?;
    Ok(format!("{fact}, in {took} ms"))
}

/// The name as it is asked for: whole, so that no domain is put behind it.
fn name(dns: &Dns) -> Result<Name, String> {
    let name = Name::from_str_relaxed(&dns.name);
    let mut name = name.map_err(|error| format!("`{}` is no name: {error}", dns.name))?;
    name.set_fqdn(true);
    Ok(name)
}

/// What asks the name server that is stated, or those of this machine, and remembers nothing.
async fn resolver(dns: &Dns) -> Result<TokioResolver, String> {
    let mut builder = match &dns.server {
        None => TokioResolver::builder_tokio()
            .map_err(|error| format!("this machine names no name server: {error}"))?,
        Some(server) => {
            let config = ResolverConfig::from_name_servers(vec![at(address(server).await?)]);
            TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
        }
    };
    let ResolverOpts {
        timeout,
        attempts,
        cache_size,
        use_hosts_file,
        positive_max_ttl,
        ..
    } = builder.options_mut();
    (*timeout, *attempts) = (PATIENCE, 1);
    *cache_size = 0;
    *use_hosts_file = ResolveHosts::Never;
    // Otherwise a day is told where it is more.
    *positive_max_ttl = Some(Duration::from_secs(u32::MAX.into()));
    let built = builder.build();
    built.map_err(|error| format!("no name server can be asked: {error}"))
}

async fn address(server: &str) -> Result<SocketAddr, String> {
    let found = tokio::net::lookup_host(server).await;
    let mut found = found.map_err(|error| format!("`{server}` is not to be found: {error}"))?;
    let first = found.next();
    first.ok_or_else(|| format!("`{server}` has no address"))
}

fn at(address: SocketAddr) -> NameServerConfig {
    let ways = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut way| {
        way.port = address.port();
        way
    });
    NameServerConfig::new(address.ip(), true, ways.to_vec())
}

fn record_type(record: Record) -> RecordType {
    match record {
        Record::A => RecordType::A,
        Record::Aaaa => RecordType::AAAA,
        Record::Cname => RecordType::CNAME,
        Record::Txt => RecordType::TXT,
        Record::Mx => RecordType::MX,
        Record::Srv => RecordType::SRV,
        Record::Ns => RecordType::NS,
    }
}

fn told(dns: &Dns, error: &NetError) -> String {
    let (name, record) = (&dns.name, dns.record);
    let server = match &dns.server {
        Some(server) => format!("`{server}`"),
        None => "the name server".to_owned(),
    };
    match error {
        NetError::Dns(DnsError::NoRecordsFound(none)) => match none.response_code {
            ResponseCode::NXDomain => format!("{server} says that there is no `{name}` (NXDOMAIN)"),
            ResponseCode::NoError => format!("{server} says that `{name}` has no {record}"),
            code => format!("{server} refuses to say what `{name}` is: {code}"),
        },
        NetError::Dns(DnsError::ResponseCode(code)) => {
            format!("{server} refuses to say what `{name}` is: {code}")
        }
        error => format!("{server} does not answer: {error}"),
    }
}

/// What the answer is, where it is the expected one; why not, otherwise.
fn judge(dns: &Dns, answer: &Lookup) -> Result<String, String> {
    let (name, record) = (&dns.name, dns.record);
    let wanted = record_type(record);
    let found = answer.answers().iter().map(|found| &found.data);
    let found = found.filter(|found| found.record_type() == wanted);
    let found: BTreeSet<String> = found.map(|found| canonical(record, &text(found))).collect();
    let is: BTreeSet<String> = dns.is.iter().map(|is| canonical(record, is)).collect();
    let shown = listed(&found);
    if !is.is_empty() && is != found {
        let is = listed(&is);
        return Err(format!("the {record} of `{name}` is {shown}, not {is}"));
    }
    // The names it went by on the way are kept as well.
    let ttls = answer.answers().iter().map(|found| found.ttl);
    let ttl = ttls.max().unwrap_or_default();
    let most = dns.ttl_at_most.map(|most| (most, most.as_seconds()));
    if let Some((most, _)) = most.filter(|(_, most)| u64::from(ttl) > *most) {
        return Err(format!(
            "the {record} of `{name}` may be kept for {ttl} s (its TTL), not {} at most; it is \
             {shown}",
            most.words()
        ));
    }
    Ok(format!("the {record} of `{name}` is {shown}, TTL {ttl} s"))
}

/// The data of a record as text. Of a text that comes in pieces, all of it.
fn text(data: &RData) -> String {
    match data {
        RData::TXT(text) => String::from_utf8_lossy(&text.txt_data.concat()).into_owned(),
        other => other.to_string(),
    }
}

/// One spelling of what means the same: of addresses, and of names with their last dot or without.
fn canonical(record: Record, text: &str) -> String {
    let spelled = |word: &str| word.trim_end_matches('.').to_ascii_lowercase();
    match record {
        Record::Txt => text.to_owned(),
        Record::A | Record::Aaaa => match text.parse::<std::net::IpAddr>() {
            Ok(address) => address.to_string(),
            Err(_) => text.to_owned(),
        },
        Record::Cname | Record::Mx | Record::Srv | Record::Ns => {
            let words: Vec<String> = text.split_whitespace().map(spelled).collect();
            words.join(" ")
        }
    }
}

fn listed(values: &BTreeSet<String>) -> String {
    let values: Vec<String> = values
        .iter()
        .map(|value| format!("`{}`", visible(value)))
        .collect();
    match values.as_slice() {
        [] => "nothing".to_owned(),
        values => values.join(", "),
    }
}
