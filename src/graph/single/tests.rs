//! What is a single point of failure, and what is none.

use crate::graph::testing::analyse;

const SHOP: &str = "
functions:
  - {id: pay, name: Pay, depends-on: [{on: shop}], needs: {people: [{role: teller}]}}
  - {id: sell, name: Sell, depends-on: [{on: shop}, {on: mail, kind: soft}]}
systems:
  - {id: shop, name: Shop, site: hall, depends-on: [{on: db}]}
  - id: db
    name: Database
    vendor: host
    recovery: {strategy: restore, uses: [dba], credentials: [root]}
  - {id: mail, name: Mail}
sites:
  - {id: hall, name: Hall, kind: data-centre, within: town}
  - {id: town, name: Town, kind: region}
vendors: [{id: host, name: Host, sub-processors: [cloud]}, {id: cloud, name: Cloud}]
people: [{id: ada, name: Ada}, {id: ben, name: Ben}]
roles: [{id: dba, name: Administrator, primary: ada}, {id: teller, name: Teller, primary: ben}]
credentials: [{id: root, name: Root, holders: [ada]}]
";

fn check(yaml: &str, expected: &[(&str, u32)]) {
    analyse(yaml, |analysis| {
        let singles = analysis.singles.ranked.iter();
        let found = singles.map(|s| (s.id(analysis.graph.programme), s.functions));
        assert_eq!(found.collect::<Vec<_>>(), expected);
        for single in &analysis.singles.ranked {
            let functions = analysis.singles.functions(&analysis.graph, single).len();
            assert_eq!(functions, single.functions as usize, "{single:?}");
        }
    });
}

#[test]
fn whatever_functions_need_is_ranked_by_how_many_are_lost_with_it() {
    check(
        SHOP,
        &[
            ("hall", 2),
            ("town", 2),
            ("root", 2),
            ("ada", 2),
            ("db", 2),
            ("shop", 2),
            ("cloud", 2),
            ("host", 2),
            ("ben", 1),
        ],
    );
}

#[test]
fn what_has_a_stated_alternative_is_no_single_point() {
    let alternatives = SHOP
        .replace("within: town", "within: town, alternative: town")
        .replace("name: Host,", "name: Host, alternative: Another,")
        .replace("primary: ada", "primary: ada, alternates: [ben]")
        .replace("holders: [ada]", "holders: [ada], second-copy: An envelope")
        .replace("strategy: restore,", "strategy: restore, site: town,");
    check(
        &alternatives,
        &[("town", 2), ("shop", 2), ("cloud", 2), ("ben", 1)],
    );
}

#[test]
fn more_functions_than_fit_one_word_are_counted_all() {
    let functions: String = (0..150)
        .map(|i| format!("  - {{id: f{i}, name: F, depends-on: [{{on: base}}]}}\n"))
        .collect();
    let yaml = format!("functions:\n{functions}systems: [{{id: base, name: Base}}]");
    check(&yaml, &[("base", 150)]);
}

#[test]
fn the_most_important_tier_is_the_one_that_must_be_back_first() {
    let yaml = "
tiers: [{id: gold, name: Gold, rto: 1h}, {id: blue, name: Blue, rto: 1d}]
functions: [{id: sell, name: Sell, depends-on: [{on: shop}, {on: news}]}]
systems:
  - {id: db, name: Database, tier: blue}
  - {id: shop, name: Shop, tier: gold, depends-on: [{on: db}]}
  - {id: news, name: News, tier: blue}
";
    analyse(yaml, |analysis| {
        let singles = analysis.singles.ranked.iter();
        let vital = singles.map(|s| (s.id(analysis.graph.programme), s.vital));
        assert_eq!(
            vital.collect::<Vec<_>>(),
            [("db", true), ("shop", true), ("news", false)]
        );
    });
}
