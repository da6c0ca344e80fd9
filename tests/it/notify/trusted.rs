//! A service of one's own for which an authority of one's own vouches.

use super::mail::authority;
use super::server::Service;
use super::services::{CASES, Case};
use super::*;
use crate::held::Held;

/// Those that people run themselves.
fn cases() -> impl Iterator<Item = &'static Case> {
    let own = ["matrix", "mattermost", "ntfy", "webhook"];
    CASES.iter().filter(move |case| own.contains(&case.key))
}

/// What comes of a message to a service, where a channel states this more.
#[track_caller]
fn send(case: &Case, folder: &TempDir, service: &Service, more: &str) -> Delivery {
    let webhook = format!("{}{}", service.address, case.webhook);
    fs::write(folder.path().join("WEBHOOK"), webhook).expect("room");
    let with = case.with.replace("ADDRESS", &service.address);
    let with = with.replace("}}", &format!("{more}}}}}"));
    let text = format!("{{id: c, name: C, with: {with}}}");
    let channel: NoticeChannel = serde_yaml::from_str(&text).expect(&text);
    let message = message("a", "ada@x.example");
    delivered((&channel, folder.path(), WITHIN), &message)
}

#[test]
fn only_who_has_the_certificate_of_ones_own_authority_is_told_anything() {
    let folder = workspace();
    authority(folder.path());
    let other = workspace();
    authority(other.path());
    fs::copy(other.path().join("ca.pem"), folder.path().join("other.pem")).expect("room");
    for case in cases() {
        let service = Service::start_with_tls(case.judge, folder.path());
        let sent = |more| send(case, &folder, &service, more);
        // Nobody vouches for it whom the system trusts, and not the other authority.
        check(&sent(""), Ends::Later, "cannot be reached");
        check(&sent(", ca: other.pem"), Ends::Later, "certificate");
        assert_eq!(service.asked().len(), 0, "{}", case.key);
        check(&sent(", ca: ca.pem"), Ends::Delivered, "");
        assert_eq!(service.taken().len(), 1, "{}", case.key);
    }
}

#[test]
fn an_authority_that_cannot_be_read_is_said_and_nothing_is_sent() {
    let folder = workspace();
    authority(folder.path());
    fs::write(folder.path().join("empty.pem"), "nothing\n").expect("room");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    fs::write(folder.path().join("broken.pem"), broken).expect("room");
    for case in cases() {
        let service = Service::start_with_tls(case.judge, folder.path());
        let sent = |more| send(case, &folder, &service, more);
        check(
            &sent(", ca: none.pem"),
            Ends::Unready,
            "`none.pem` cannot be read",
        );
        check(
            &sent(", ca: empty.pem"),
            Ends::Unready,
            "no certificate in `empty.pem`",
        );
        check(
            &sent(", ca: broken.pem"),
            Ends::Unready,
            "no request can be made",
        );
        assert_eq!(service.asked().len(), 0, "{}", case.key);
        // Where nobody is asked for a certificate, nothing vouches for anybody.
        let plain = Service::start(case.judge, super::server::Manner::Usual);
        let delivery = send(case, &folder, &plain, ", ca: ca.pem");
        // Where the plan itself says the address, that is seen before anything is tried.
        let ends = match case.with.contains("ADDRESS") {
            true => Ends::Refused,
            false => Ends::Unready,
        };
        check(&delivery, ends, "trusts an authority by `ca`");
        assert_eq!(plain.asked().len(), 0, "{}", case.key);
    }
}

#[test]
fn an_authority_for_an_address_without_tls_is_found() {
    let held = Held::of(
        "channels: [{id: c, name: C, with: {webhook: {url: 'http://x.example', key: env:K, \
         ca: ca.pem}}}]\n",
    );
    let said = held.say(&["check", "--only", "channel-unclear"]);
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("trusts an authority by `ca`"), "{said}");
}
