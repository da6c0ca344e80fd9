//! A real service catalogue becomes plans, and what is wrong with it is named.

#[path = "../../examples/service-catalog/catalog.rs"]
mod catalog;

use std::collections::BTreeSet;
use std::fs;

use mainstay::finding::Finding;
use mainstay::graph::Analysis;
use mainstay::load::{self, Loaded};
use mainstay::workspace::Workspace;

use crate::support;

fn converted(text: &str) -> Loaded {
    let folder = tempfile::tempdir().expect("a folder");
    catalog::convert(text, folder.path()).expect("convert the catalogue");
    load::load(Workspace::find(folder.path()).expect("a workspace").files())
}

/// The names in the messages of one check.
fn named(findings: &[Finding], check: &str) -> BTreeSet<String> {
    let messages = findings
        .iter()
        .filter(|f| f.check == check)
        .map(|f| &f.message);
    let quoted = messages.flat_map(|message| message.split('`').skip(1).step_by(2));
    quoted.map(str::to_owned).collect()
}

const SMALL: &str = "
tiers: [{name: sv}]
services:
  - {name: web, friendly_name: Web, tier: sv, teams: [create], technical: {dependencies: [
      {service: api}, {service: nowhere}]}}
  - {name: api, tier: sv, technical: {dependencies: [{service: web}, {service: null}]}}
  - {name: alone, tier: sv}
";

#[test]
fn a_catalogue_becomes_plans_and_its_mistakes_are_named() {
    let loaded = converted(SMALL);
    assert_eq!(loaded.programme.systems.len(), 3);
    assert_eq!(loaded.programme.teams.len(), 2);
    let findings = support::findings(&loaded);
    assert_eq!(
        named(&findings, "dangling-reference"),
        BTreeSet::from(["nowhere".to_owned()])
    );
    assert!(
        named(&findings, "dependency-cycle")
            .is_superset(&BTreeSet::from(["web".to_owned(), "api".to_owned()]))
    );
}

#[test]
fn the_catalogue_of_gitlab_has_three_dangling_references_and_one_circle_of_five() {
    let file = support::root().join("../shared/data/gitlab-service-catalog/service-catalog.yml");
    let Ok(text) = fs::read_to_string(&file) else {
        eprintln!("skipped: {} is not here", file.display());
        return;
    };
    let loaded = converted(&text);
    assert_eq!(loaded.programme.systems.len(), 55);
    let findings = support::findings(&loaded);
    let dangling = ["elasticsearch", "postgres", "prometheus"].map(str::to_owned);
    assert_eq!(
        named(&findings, "dangling-reference"),
        BTreeSet::from(dangling)
    );
    let analysis = Analysis::new(&loaded.programme);
    let cycles = analysis.order.cycles(&analysis.graph);
    assert_eq!(
        cycles
            .iter()
            .map(|cycle| cycle.members.len())
            .collect::<Vec<_>>(),
        [5]
    );
    let circle = findings
        .iter()
        .find(|f| f.check == "dependency-cycle")
        .expect("a finding");
    for member in &cycles[0].members {
        assert!(
            circle.message.contains(analysis.graph.id(*member)),
            "{}",
            circle.message
        );
    }
}
