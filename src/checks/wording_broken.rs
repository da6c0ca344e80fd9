//! Words of one's own cannot be filled in.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::model::{Kind, NoticeAudience, Wording};
use crate::news::{sample, tried};

pub const CHECK: Check = check! {
    wording_broken, "wording-broken", Error,
    "Words in which people are to be told something cannot be filled in",
    clauses: ["BC-21", "BC-34"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let Some(organization) = &context.programme.organization else {
        return;
    };
    let all = &organization.wording;
    for (place, wording) in all.iter().enumerate() {
        let news = wording.news.word();
        let is_same =
            |other: &&Wording| other.news == wording.news && other.audience == wording.audience;
        let (key, why) = match (unfilled(wording), all[..place].iter().find(is_same)) {
            (Some(why), _) => ("template", why),
            (None, Some(_)) => (
                "news",
                "stand here a second time, and nobody hears them".into(),
            ),
            (None, None) => continue,
        };
        findings.push(
            CHECK
                .finding(format!("the words for `{news}` {why}"))
                .at(organization.at.key("wording").index(place).key(key))
                .about(Kind::Organization, "")
                .help(
                    "Until they are mended people are told in the words of Mainstay; `mainstay \
                     explain wording-broken` lists what can stand in them.",
                ),
        );
    }
}

/// Why words cannot be filled in for some of those to whom they are said.
fn unfilled(wording: &Wording) -> Option<String> {
    let everybody = [
        NoticeAudience::Responsible,
        NoticeAudience::Approvers,
        NoticeAudience::ControlOwner,
        NoticeAudience::Party("duty-desk".parse().expect("it is an id")),
    ];
    let meant = wording.audience.as_ref();
    let audiences = meant.map_or(&everybody[..], std::slice::from_ref);
    let news = sample(wording.news);
    let mut tried = audiences
        .iter()
        .map(|to| tried(&wording.template, &news, to));
    tried.find_map(Result::err)
}
