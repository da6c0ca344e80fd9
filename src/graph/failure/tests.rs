//! What follows from a failure, by small programmes.

use crate::graph::objectives::Basis;
use crate::graph::testing::{analyse, analyse_after};
use crate::graph::{Actuals, FromCopy};
use crate::time::Duration;

/// A shop on a database on a disk; 30 minutes until anybody begins.
const SHOP: &str = "
organization: {name: Example, detection: 10m, declaration: 20m}
functions:
  - id: checkout
    name: Checkout
    rto: 4h
    mtpd: 8h
    wrt: 1h
    depends-on: [{on: shop}, {on: mail, kind: soft}]
    workaround: {how: By telephone, holds: 2h}
    bia:
      impacts:
        - category: financial
          over-time:
            - {after: 1h, level: minor, cost: 1000 EUR}
            - {after: 8h, level: severe, cost: 90000 EUR}
systems:
  - id: shop
    name: Shop
    recovery: {strategy: redeploy, worst: 1h}
    depends-on: [{on: db}, {on: registry, kind: bootstrap}]
  - id: db
    name: Database
    site: north
    recovery: {strategy: restore, worst: 2h, uses: [dba], credentials: [root]}
  - id: mail
    name: Mail
    vendor: post
    recovery: {strategy: wait, worst: 1h}
  - {id: registry, name: Registry, recovery: {strategy: rebuild, worst: 1h}}
  - {id: vault, name: Vault, site: north, recovery: {strategy: restore, worst: 3h}}
sites:
  - {id: land, name: Land, kind: region}
  - {id: north, name: North, kind: data-centre, within: land}
  - {id: south, name: South, kind: data-centre}
vendors:
  - {id: post, name: Post, sub-processors: [cloud]}
  - {id: cloud, name: Cloud}
people: [{id: ada, name: Ada}, {id: ben, name: Ben}]
roles: [{id: dba, name: Administrator, primary: ada}]
credentials: [{id: root, name: Root, holders: [ada]}]
";

fn check(yaml: &str, target: &str, expected: &[(&str, &str)]) {
    analyse(yaml, |analysis| {
        let failure = analysis.fail(target);
        for (id, back) in expected {
            assert_eq!(
                failure.back(analysis, id),
                *back,
                "{id} when {target} fails"
            );
        }
    });
}

#[test]
fn a_system_takes_its_dependants_down_and_they_come_back_in_waves() {
    check(SHOP, "db", &[("db", "2 h 30 min"), ("shop", "3 h 30 min")]);
    analyse(SHOP, |analysis| {
        let failure = analysis.fail("db");
        let waves: Vec<_> = failure
            .waves
            .iter()
            .map(|wave| analysis.ids(wave))
            .collect();
        assert_eq!(waves, [["db"], ["shop"], ["checkout"]]);
        assert!(failure.never.is_empty());
    });
}

#[test]
fn a_function_shows_breach_cost_workaround_and_the_latest_declaration() {
    analyse(SHOP, |analysis| {
        let failure = analysis.fail("db");
        let checkout = failure.of("checkout");
        let words = |time: Option<Duration>| time.map(Duration::words);
        assert_eq!(words(checkout.back_at).as_deref(), Some("3 h 30 min"));
        assert_eq!(words(checkout.caught_up_at).as_deref(), Some("4 h 30 min"));
        assert_eq!(checkout.breaches_rto_at, None);
        assert_eq!(words(checkout.workaround_until).as_deref(), Some("2 h"));
        assert_eq!(checkout.cost_when_back[0].to_string(), "1000 EUR");
        assert_eq!(checkout.cost_at_mtpd[0].to_string(), "90000 EUR");
        // 4 h less the 3 h of work; 8 h less 1 h to catch up less the 3 h of work.
        assert_eq!(words(checkout.declare_by_for_rto).as_deref(), Some("1 h"));
        assert_eq!(words(checkout.declare_by_for_mtpd).as_deref(), Some("4 h"));
    });
}

#[test]
fn it_is_too_late_to_declare_when_the_work_alone_takes_longer() {
    let slow = SHOP.replace("worst: 2h", "worst: 9h");
    analyse(&slow, |analysis| {
        let failure = analysis.fail("db");
        let checkout = failure.of("checkout");
        assert_eq!(
            checkout.breaches_rto_at,
            checkout.function.rto.map(|rto| rto.0)
        );
        assert_eq!(
            checkout.breaches_mtpd_at,
            checkout.function.mtpd.map(|mtpd| mtpd.0)
        );
        assert_eq!(checkout.declare_by_for_rto, None);
        assert_eq!(checkout.declare_by_for_mtpd, None);
        assert_eq!(failure.breaches().count(), 1);
    });
}

#[test]
fn a_soft_dependency_degrades_and_a_bootstrap_one_only_forbids_a_restart() {
    use crate::graph::spread::State;
    analyse(SHOP, |analysis| {
        let state =
            |target: &str, id: &str| analysis.fail(target).spread.state[analysis.node(id).at()];
        assert_eq!(state("mail", "checkout"), State::Degraded);
        assert_eq!(state("registry", "shop"), State::CannotRestart);
        assert_eq!(state("registry", "checkout"), State::Works);
        assert_eq!(state("db", "checkout"), State::Down);
    });
}

#[test]
fn what_is_down_waits_for_what_it_needs_to_start() {
    let both = format!(
        "{SHOP}scenarios: [{{id: dark, name: Dark, takes-down: {{systems: [shop, registry]}}}}]"
    );
    check(
        &both,
        "dark",
        &[("registry", "1 h 30 min"), ("shop", "2 h 30 min")],
    );
}

#[test]
fn a_lost_site_has_a_way_back_only_at_another_that_is_not_lost() {
    check(
        SHOP,
        "north",
        &[("db", "never"), ("shop", "never"), ("checkout", "never")],
    );
    check(SHOP, "land", &[("db", "never")]);
    let moved = SHOP.replace(
        "strategy: restore, worst: 2h",
        "strategy: a, worst: 2h, site: south",
    );
    check(
        &moved,
        "land",
        &[("db", "2 h 30 min"), ("shop", "3 h 30 min")],
    );
    let moved = SHOP.replace("within: land", "within: land, alternative: south");
    check(&moved, "land", &[("db", "2 h 30 min")]);
    let near = SHOP.replace(
        "id: south, name: South",
        "id: south, name: South, within: land",
    );
    let near = near.replace(
        "strategy: restore, worst: 2h",
        "strategy: a, worst: 2h, site: south",
    );
    check(&near, "land", &[("db", "never")]);
    check(&near, "north", &[("db", "2 h 30 min")]);
}

#[test]
fn a_vendor_takes_along_who_relies_on_it_and_comes_back_as_it_promises() {
    check(SHOP, "cloud", &[("mail", "never")]);
    let promised = SHOP.replace("name: Post,", "name: Post, restores-within: 6h,");
    check(&promised, "cloud", &[("mail", "6 h 30 min")]);
    let quick = SHOP.replace("name: Post,", "name: Post, restores-within: 5m,");
    check(&quick, "post", &[("mail", "1 h 30 min")]);
}

#[test]
fn without_anybody_in_a_role_a_recovery_cannot_proceed() {
    let strike = format!(
        "{SHOP}scenarios: [{{id: flu, name: Flu, takes-down: {{systems: [db], people: [ada]}}}}]"
    );
    check(&strike, "flu", &[("db", "never"), ("shop", "never")]);
    let stand_in = strike.replace("primary: ada", "primary: ada, succession: [ben]");
    let stand_in = stand_in.replace("holders: [ada]", "holders: [ada, ben]");
    check(&stand_in, "flu", &[("db", "2 h 30 min")]);
    analyse(SHOP, |analysis| {
        let at_risk = analysis.fail("ada").at_risk;
        assert_eq!(analysis.ids(&[at_risk[0].0]), ["db"]);
    });
}

#[test]
fn a_lost_credential_blocks_a_recovery_unless_there_is_a_second_copy() {
    let stolen = format!(
        "{SHOP}scenarios: [{{id: theft, name: Theft, \
         takes-down: {{systems: [db], credentials: [root]}}}}]"
    );
    check(&stolen, "theft", &[("db", "never")]);
    let copied = stolen.replace("holders: [ada]", "holders: [ada], second-copy: An envelope");
    check(&copied, "theft", &[("db", "2 h 30 min")]);
}

#[test]
fn a_recovery_waits_for_the_system_its_credential_is_kept_in() {
    let fire = "scenarios: [{id: fire, name: Fire, takes-down: {systems: [db, vault]}}]";
    let kept = SHOP.replace("holders: [ada]", "holders: [ada], kept-in: vault");
    check(
        &format!("{kept}{fire}"),
        "fire",
        &[("vault", "3 h 30 min"), ("db", "5 h 30 min")],
    );
    let locked = kept.replace("worst: 3h}", "worst: 3h, credentials: [root]}");
    let locked = format!("{locked}{fire}");
    check(&locked, "fire", &[("vault", "never"), ("db", "never")]);
    analyse(&locked, |analysis| {
        let stuck = analysis.fail("fire").stuck;
        let nodes: Vec<_> = stuck.iter().map(|(node, _)| *node).collect();
        assert_eq!(analysis.ids(&nodes), ["db", "vault"]);
    });
}

#[test]
fn what_has_no_way_back_is_there_again_when_the_scenario_is_over() {
    let storm = format!(
        "{SHOP}scenarios: [{{id: storm, name: Storm, lasts: 12h, takes-down: {{sites: [north]}}}}]"
    );
    check(
        &storm,
        "storm",
        &[("db", "14 h"), ("shop", "15 h"), ("vault", "15 h")],
    );
    analyse(&storm, |analysis| {
        // Declaring sooner does not end the storm.
        assert_eq!(
            analysis.fail("storm").of("checkout").declare_by_for_rto,
            None
        );
    });
}

#[test]
fn the_class_of_a_scenario_chooses_the_objective_that_is_assumed() {
    let yaml = "
systems:
  - {id: a, name: A, rto: 2h, per-class: [{class: cyber-attack, rto: 9h}]}
scenarios:
  - {id: worm, name: Worm, class: cyber-attack, takes-down: {systems: [a]}}
";
    check(yaml, "worm", &[("a", "9 h")]);
    check(yaml, "a", &[("a", "2 h")]);
}

#[test]
fn recoveries_wait_for_a_person_they_share_only_while_both_are_down() {
    let both = SHOP.replace(
        "strategy: restore, worst: 3h",
        "strategy: b, worst: 3h, uses: [dba]",
    );
    let fire = "scenarios: [{id: fire, name: Fire, takes-down: {systems: [db, vault]}}]";
    check(
        &format!("{both}{fire}"),
        "fire",
        &[("db", "2 h 30 min"), ("vault", "5 h 30 min")],
    );
    check(&both, "vault", &[("vault", "3 h 30 min")]);
}

#[test]
fn a_function_stops_when_nobody_is_left_to_do_it() {
    let needs = SHOP.replace("wrt: 1h", "wrt: 1h\n    needs: {people: [{role: dba}]}");
    check(&needs, "ada", &[("checkout", "never")]);
    let gone = SHOP.replace("wrt: 1h", "wrt: 1h\n    needs: {sites: [south]}");
    check(&gone, "south", &[("checkout", "never")]);
}

/// When each system is back, where a restore of the data of `a` takes five hours.
#[track_caller]
fn from_copy(a: &str, target: &str, expected: &[(&str, &str)], from_copies: &[&str]) {
    let yaml = format!(
        "systems:\n  - {{id: a, name: A, {a}}}\n  \
         - {{id: b, name: B, recovery: {{strategy: start, worst: 1h}}, depends-on: [{{on: a}}]}}\n\
         scenarios:\n  \
         - {{id: worm, name: W, class: data-corruption, takes-down: {{systems: [a]}}}}\n  \
         - {{id: fire, name: F, class: site-loss, takes-down: {{systems: [a]}}}}\n"
    );
    let restore = FromCopy {
        time: Duration::hours(5),
        basis: Basis::Restored("2026-11-20".parse().expect("a day")),
        words: "measured".to_owned(),
    };
    let restores = ["a", "b"].map(|id| (id.to_owned(), restore.clone()));
    let actuals = Actuals {
        restores: restores.into(),
        ..Actuals::default()
    };
    analyse_after(&actuals, &yaml, |analysis| {
        let failure = analysis.fail(target);
        for (id, back) in expected {
            assert_eq!(failure.back(analysis, id), *back, "{id} in {target}");
        }
        assert_eq!(analysis.ids(&failure.from_copies), from_copies);
    });
}

#[test]
fn lost_data_take_as_long_as_their_restore_and_what_needs_them_does_not() {
    let stated = "recovery: {strategy: fail over, worst: 10m}";
    from_copy(stated, "worm", &[("a", "5 h"), ("b", "6 h")], &["a"]);
    from_copy(stated, "fire", &[("a", "10 min"), ("b", "1 h 10 min")], &[]);
    let longer = "recovery: {strategy: rebuild, worst: 7h}";
    from_copy(longer, "worm", &[("a", "7 h")], &[]);
}

#[test]
fn nobody_is_taken_to_meet_an_objective_that_a_restore_alone_breaks() {
    from_copy("rto: 2h", "fire", &[("a", "5 h"), ("b", "6 h")], &["a"]);
    from_copy("rto: 9h", "fire", &[("a", "9 h")], &[]);
}
