//! One thing takes several functions down, and no alternative is stated.

use super::{Check, Context, Run};
use crate::finding::Finding;
use crate::graph::Analysis;
use crate::graph::single::{Single, lost_words};
use crate::model::Kind;

pub const CHECK: Check = check! {
    single_point_of_failure, "single-point-of-failure", Note,
    "One thing takes several functions down, and no alternative is stated",
    clauses: ["BC-17", "BC-18", "CC9.1", "ISO 22301 8.2.3"],
    run: Run::Programme(run),
};

fn run(context: &Context, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let ranked = analysis.singles.ranked.iter();
    let serious = ranked.filter(|single| single.functions > 1 || single.vital);
    findings.extend(serious.map(|single| finding(analysis, single)));
}

fn finding(analysis: &Analysis, single: &Single) -> Finding {
    let graph = &analysis.graph;
    let id = single.id(graph.programme);
    let functions = analysis.singles.functions(graph, single);
    let lost = lost_words(graph, &functions);
    let (message, help) = match single.kind {
        Kind::Person => (
            format!("nobody but `{id}` fills a role without which {lost}"),
            "Name somebody else who can fill the role.",
        ),
        Kind::Credential => (
            format!("there is one way to `{id}`, without which {lost}"),
            "Keep a second copy that needs none of our systems, and say where (`second-copy`).",
        ),
        Kind::Site => (
            format!("`{id}` has no alternative, and with it {lost}"),
            "Say where its work goes (`alternative`), or why nowhere (`no-alternative`).",
        ),
        Kind::Vendor => (
            format!("`{id}` has no alternative, and with it {lost}"),
            "Say what you turn to when it is gone for good (`alternative`).",
        ),
        _ => (
            format!("`{id}` has no second site, and with it {lost}"),
            "Say at which other site it comes back (`recovery.site`), or make what needs it work \
             without it for a while (`kind: soft`).",
        ),
    };
    let finding = CHECK
        .finding(message)
        .at(single.at(graph.programme).key("id"));
    finding.about(single.kind, id).help(help)
}
